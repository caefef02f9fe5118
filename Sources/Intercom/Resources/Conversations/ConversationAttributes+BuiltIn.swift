import API
import JSON
import Store

/// What the service says of a new conversation among its attributes, without being asked: a truth or a number each
/// (api-behaviour.md, 9). Which attributes do so, the fixtures tell by an `initial` value: in `fixtures/awkward`, as
/// recorded; not in the default world, as no description lets a conversation's attribute be a truth.
///
/// Unknown: what makes them change, but for the one about attachments. Recorded: the service adds some a second later, with
/// a part that tells of each; so it is here when side effects are delayed.
extension ConversationAttributes {
  /// At once, or as a side effect that a part tells of.
  static func beginBuiltIn(of conversation: inout Record, _ call: Call) {
    guard call.workspace.pace(of: .sideEffect) != .immediate else {
      return addBuiltIn(to: &conversation, call.workspace)
    }
    call.leave(addition, ["conversation": .string(conversation.id)])
  }

  static let addition = Errand("conversation.attributes", .sideEffect) { arguments, call in
    guard var conversation = call.workspace[Conversations.model][arguments["conversation"]?.string ?? ""] else {
      return
    }
    let before = conversation["custom_attributes"].object ?? [:]
    addBuiltIn(to: &conversation, call.workspace)
    var after = conversation["custom_attributes"].object ?? [:]
    // What was written meanwhile stays.
    for (name, value) in before { after[name] = value }
    conversation["custom_attributes"] = .json(.object(after))
    for (name, value) in after where before[name] == nil {
      ConversationParts.append(part(name, .null, value, call), to: &conversation, call.workspace)
    }
    call.workspace[Conversations.model].replace(conversation)
  }

  private static func addBuiltIn(to conversation: inout Record, _ workspace: Workspace) {
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
