import API
import JSON
import Store

/// One value of a ticket, by the data type of its attribute.
struct TicketAttributeValue {
  private let definition: Record
  private let name: String
  private let type: String

  init(_ definition: Record) {
    self.definition = definition
    name = definition["name"].string ?? ""
    type = definition["data_type"].string ?? "string"
  }

  /// A request's value as it is kept; null passes.
  ///
  /// Throws `parameter_invalid`. Unknown: Intercom's own wording.
  func checked(_ json: JSON, _ call: Call) throws -> JSON {
    if json.isNull { return json }
    guard let value = type == "files" ? try files(json, call) : plain(json) else {
      throw APIError.parameterInvalid("\(name) must be \(expectation)")
    }
    return value
  }

  private func plain(_ json: JSON) -> JSON? {
    switch type {
    case "string": json.string != nil ? json : json.number.map { _ in .string(json.text) }
    case "integer": (json.integral ?? json.string.flatMap { Int64($0) }).map(JSON.integer)
    case "decimal":
      json.number != nil ? json : json.string.flatMap(Double.init).flatMap { $0.isFinite ? .number($0) : nil }
    case "boolean": json.boolean != nil ? json : ["true": true, "false": false][json.string ?? ""]
    case "datetime": (json.integral ?? json.string.flatMap { Int64($0) ?? ISOTime.seconds($0) }).map(JSON.integer)
    default: TicketInputOptions.items(of: definition).first { $0.id == json.string }.map { .string($0.id) }
    }
  }

  private var expectation: String {
    switch type {
    case "string": "a string"
    case "integer": "an integer"
    case "decimal": "a number"
    case "boolean": "a boolean"
    case "datetime": "a Unix timestamp in seconds or an ISO 8601 date"
    case "files": "an array of URLs or files"
    default: "the id of one of its list items"
    }
  }

  // MARK: Files

  private func files(_ json: JSON, _ call: Call) throws -> JSON? {
    guard let items = json.array ?? json.string.map({ [.string($0)] }) ?? json.object.map({ [.object($0)] }) else {
      return nil
    }
    let files = items.compactMap(file)
    guard files.count == items.count else { return nil }
    guard files.count < 2 || definition["input_options"].object?["allow_multiple_values"] == true else {
      throw APIError.parameterInvalid("\(name) takes one file only")
    }
    return .array(files)
  }

  /// Unknown: what a request must say of a file; here its URL, and whatever else an upload shows.
  private func file(_ json: JSON) -> JSON? {
    guard let url = json.string ?? json["url"]?.string, !url.isEmpty else { return nil }
    let name = url.split(separator: "/").last.map(String.init) ?? url
    return [
      "type": "upload", "name": .string(json["name"]?.string ?? name), "url": .string(url),
      "content_type": .string(json["content_type"]?.string ?? "application/octet-stream"),
      "filesize": .integer(json["filesize"]?.integral ?? 0), "width": .integer(json["width"]?.integral ?? 0),
      "height": .integer(json["height"]?.integral ?? 0),
    ]
  }

  // MARK: Showing and moving

  /// What a part says of a value: item and label of a list, numbers and names of files, else the text twice (recorded).
  func told(_ value: JSON) -> (id: JSON, label: JSON) {
    switch value {
    case .null: return (.null, "")
    case .array(let files):
      let names = files.map { $0["name"] ?? .string($0.string ?? "") }
      return (.array(names.indices.map { .integer(Int64($0 + 1)) }), .array(names))
    default:
      let text = value.string ?? value.text
      let item = TicketInputOptions.items(of: definition).first { $0.id == text }
      return (.string(text), .string(item?.label ?? text))
    }
  }

  /// A value of another attribute as this one keeps it: items of lists are known by their labels.
  func carried(_ value: JSON, from source: Record) -> JSON {
    guard type == "list" else { return value }
    let label = TicketInputOptions.items(of: source).first { $0.id == value.string }?.label
    let item = TicketInputOptions.items(of: definition).first { $0.label == label }
    return item.map { .string($0.id) } ?? .null
  }
}
