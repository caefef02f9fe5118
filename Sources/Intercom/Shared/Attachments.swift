import API
import JSON
import Store

/// Attachments of parts and messages: URLs or uploaded files.
enum Attachments {
  /// Maximum number of attachments of a message.
  static let limit = 10

  static let model = Model(
    name: "part_attachment",
    fields: [
      .constant("type", value: "upload"), .string("name"), .string("url"), .string("content_type"),
      .integer("filesize"),
      .integer("width"), .integer("height"),
    ])

  private static let types = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "pdf": "application/pdf",
    "txt": "text/plain", "csv": "text/csv",
  ]

  /// Reads `attachment_urls` and `attachment_files` of a request. Throws `parameter_invalid`.
  static func makeAttachments(from body: JSONObject, in call: Call) throws -> [Record] {
    let urls = try items(named: "attachment_urls", in: body).map { json in
      guard let url = json.string, url.contains("://") else {
        throw APIError.parameterInvalid("attachment_urls must be a list of URLs")
      }
      return linkedFile(url: url)
    }
    return urls + (try items(named: "attachment_files", in: body).map { try uploadedFile(from: $0, in: call) })
  }

  private static func items(named name: String, in body: JSONObject) throws -> [JSON] {
    let items = try body.optional(name, as: .array) ?? []
    guard items.count <= limit else { throw APIError.parameterInvalid("\(name) must have at most \(limit) items") }
    return items
  }

  /// Unknown: Intercom fetches the file and reports its size; here no file is fetched, so the sizes are 0.
  private static func linkedFile(url: String) -> Record {
    let path = url.prefix { $0 != "?" && $0 != "#" }
    let name = path.split(separator: "/").last.map(String.init) ?? url
    let type = name.split(separator: ".").last.flatMap { types[$0.lowercased()] }
    return record(name: name, url: url, type: type ?? "application/octet-stream", size: 0)
  }

  private static func uploadedFile(from json: JSON, in call: Call) throws -> Record {
    guard let file = json.object, let name = file["name"]?.string, let type = file["content_type"]?.string,
      let data = file["data"]?.string, let bytes = Base64.decode(data)
    else { throw APIError.parameterInvalid("attachment_files must be a list of name, content_type and base64 data") }
    let folder = call.workspace.ids.alphanumeric(length: 12)
    return record(
      name: name, url: "https://downloads.intercomcdn.test/i/o/\(folder)/\(name)", type: type, size: bytes.count)
  }

  private static func record(name: String, url: String, type: String, size: Int) -> Record {
    var record = model.blank()
    record["name"] = .string(name)
    record["url"] = .string(url)
    record["content_type"] = .string(type)
    record["filesize"] = .integer(size)
    record["width"] = 0
    record["height"] = 0
    return record
  }
}
