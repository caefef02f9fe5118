import API
import JSON
import Store

extension Behaviour {
  /// A conversation's parts come in its language on request.
  static let translatesParts = Behaviour("translates parts on request")
}

extension ConversationParts {
  /// The parts in the language of their conversation, when they are asked for so and are known in it.
  ///
  /// Unknown: how the service finds the language; here it is that of the contact who takes part longest.
  static func translated(_ parts: [Record], of conversation: Record, _ call: Call) -> [Record] {
    guard call.honours(.translatesParts), call.query("include_translations") == "true",
      let language = language(of: conversation, call.workspace)
    else { return parts }
    return parts.map { part in
      guard let body = part["translations"].object?[language]?.string else { return part }
      var part = part
      part["body"] = .string(body)
      return part
    }
  }

  /// `fr` of `fr-CA`.
  private static func language(of conversation: Record, _ workspace: Workspace) -> String? {
    guard let contact = conversation["contact_ids"].strings.first.flatMap({ workspace[Contacts.model][$0] }) else {
      return nil
    }
    let code = contact["language_override"].string ?? contact["browser_language"].string
    return code.map { $0.prefix { $0 != "-" && $0 != "_" }.lowercased() }
  }
}
