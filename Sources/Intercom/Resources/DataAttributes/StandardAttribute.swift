import API
import JSON

/// An attribute that every workspace has. It has no id, and nobody made it.
struct StandardAttribute {
  private let model: String
  /// The path within the record, such as `plan.name`.
  private let fullName: String
  private let label: String
  private let description: String
  private let type: String
  /// Whether the API may write it.
  private let isWritable: Bool

  init(_ model: String, _ fullName: String, _ type: String, _ label: String, _ description: String, writable: Bool) {
    self.model = model
    self.fullName = fullName
    self.type = type
    self.label = label
    self.description = description
    isWritable = writable
  }

  /// The attributes of contacts or of companies.
  static func of(_ model: String) -> [StandardAttribute] {
    model == "contact" ? contact : company
  }

  var node: Node {
    let name = fullName.split(separator: ".").last.map(String.init) ?? fullName
    return .shape(
      "data_attribute",
      [
        "type": "data_attribute", "name": .string(name), "full_name": .string(fullName), "label": .string(label),
        "description": .string(description), "data_type": .string(type), "api_writable": .boolean(isWritable),
        "ui_writable": false, "messenger_writable": true, "custom": false, "archived": false, "model": .string(model),
      ])
  }
}
