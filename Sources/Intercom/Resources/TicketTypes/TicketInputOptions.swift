import API
import JSON
import Store

/// The `input_options` of a ticket type attribute: what its data type leaves open.
///
/// Unknown: what the service calls the items of a list and the permission of several files; here as requests call them.
struct TicketInputOptions {
  let object: JSONObject

  /// The options of an attribute that a request makes, or of one that it changes.
  init(_ type: String, _ body: JSONObject, before: Record? = nil, _ call: Call) throws {
    let known = before?["input_options"].object ?? [:]
    switch type {
    case "string":
      object = ["multiline": .boolean(try Self.flag("multiline", body) ?? known["multiline"]?.boolean ?? false)]
    case "list":
      object = ["list_items": .array(try Self.items(body["list_items"], known, call))]
    case "files":
      let several = try Self.flag("allow_multiple_values", body) ?? known["allow_multiple_values"]?.boolean
      object = ["allow_multiple_values": .boolean(several ?? false)]
    default:
      object = [:]
    }
  }

  /// The items of a list: ids and labels.
  static func items(of attribute: Record) -> [(id: String, label: String)] {
    (attribute["input_options"].object?["list_items"]?.array ?? []).compactMap { item in
      guard let id = item["id"]?.string, let label = item["label"]?.string else { return nil }
      return (id, label)
    }
  }

  private static func flag(_ name: String, _ body: JSONObject) throws -> Bool? {
    guard let json = body[name] else { return nil }
    guard let flag = json.boolean else { throw APIError.parameterInvalid("\(name) must be a boolean") }
    return flag
  }

  /// The items that a request names, by commas; one that was there keeps its id.
  private static func items(_ json: JSON?, _ known: JSONObject, _ call: Call) throws -> [JSON] {
    let before = known["list_items"]?.array ?? []
    guard let json else {
      guard before.isEmpty else { return before }
      throw APIError.parameterMissing("list_items is a required parameter")
    }
    guard let text = json.string else { throw APIError.parameterInvalid("list_items must be a string") }
    var labels: [String] = []
    for part in text.split(separator: ",") {
      let label = Self.trimmed(part)
      if !label.isEmpty, !labels.contains(label) { labels.append(label) }
    }
    guard !labels.isEmpty else { throw APIError.parameterInvalid("list_items must name at least one item") }
    return labels.map { label in
      before.first { $0["label"]?.string == label }
        ?? ["id": .string(call.workspace.ids.uuid()), "label": .string(label)]
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
