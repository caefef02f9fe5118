import API
import JSON
import Store

/// The workspace itself, as records show it.
enum Profile {
  /// The `id_code`, written where records say `workspace_id` or `app_id`.
  static func writeID(_ record: Record, _ call: Call, _ writer: inout JSONWriter) {
    writer.write(call.workspace.profile["id_code"] ?? .null)
  }

  static func id(_ call: Call) -> String {
    call.workspace.profile["id_code"]?.string ?? ""
  }
}
