import JSON
import Store

/// What the service says of a new conversation among its attributes, without being asked: a truth or a number each
/// (api-behaviour.md, 9). Which attributes do so, the fixtures tell by an `initial` value: in `fixtures/awkward`, as
/// recorded; not in the default world, as no description lets a conversation's attribute be a truth.
///
/// Unknown: what makes them change, but for the one about attachments. The service may add some a second later, with a
/// part that tells of it; here they are there at once.
extension ConversationAttributes {
  static func addBuiltIn(to conversation: inout Record, _ workspace: Workspace) {
    var attributes = conversation["custom_attributes"].object ?? [:]
    for definition in workspace[model].all where definition["archived"] != true {
      guard let name = definition["name"].string, let initial = definition["initial"].stored, !initial.isNull else {
        continue
      }
      attributes[name] = initial
    }
    conversation["custom_attributes"] = .json(.object(attributes))
    let files = conversation["source"].record?["attachments"].records ?? []
    if !files.isEmpty { noteAttachments(of: &conversation) }
  }

  /// Of a conversation that does not say whether it has attachments, nothing is said.
  static func noteAttachments(of conversation: inout Record) {
    guard var attributes = conversation["custom_attributes"].object, attributes.contains("Has attachments") else {
      return
    }
    attributes["Has attachments"] = true
    conversation["custom_attributes"] = .json(.object(attributes))
  }
}
