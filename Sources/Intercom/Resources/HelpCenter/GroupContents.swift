import API
import JSON
import Store

/// What a collection says in its languages: name and description. The collection itself holds the default language's.
enum GroupContents {
  private static let content = Model(
    "group_content",
    [.type("group_content"), .string("name", .writable, initial: ""), .string("description", .writable, initial: "")])

  static let model = Translations.model("group_translated_content", of: content)

  /// The `translated_content` of a collection, its own language among them; only where there are several languages.
  static func show(_ group: Record, _ call: Call) -> Node? {
    guard HelpCenters.isMultilingual(call.workspace) else { return nil }
    var translations = group["translated_content"].record ?? model.blank()
    var own = content.copy(of: group)
    if own["description"].isEmpty { own["description"] = "" }
    translations[locale(of: group, call)] = .record(own)
    return .record(translations)
  }

  /// The `default_locale` of a collection; only where there are several languages.
  static func defaultLocale(_ group: Record, _ call: Call) -> Node? {
    HelpCenters.isMultilingual(call.workspace) ? .string(locale(of: group, call)) : nil
  }

  static func locale(of group: Record, _ call: Call) -> String {
    group["default_locale"].string ?? HelpCenters.defaultLocale(call.workspace)
  }

  /// Writes what a request's `translated_content` says to a collection. Throws `parameter_invalid`.
  static func write(_ json: JSON?, to group: inout Record, _ call: Call) throws {
    let told = try Translations.told(json)
    guard !told.isEmpty else { return }
    var translations = group["translated_content"].record ?? model.blank()
    for (locale, members) in told {
      var members = members
      members.removeAll { $0.value.isNull }
      if locale == self.locale(of: group, call) {
        try Collections.model.write(own(members, of: call.body), to: &group, call)
      } else {
        var translation = translations[locale].record ?? content.blank()
        try content.write(members, to: &translation, call)
        translations[locale] = .record(translation)
      }
    }
    group["translated_content"] = .record(translations)
  }

  /// The default language's name and description, where the request itself does not say them.
  private static func own(_ members: JSONObject, of body: JSONObject) -> JSONObject {
    var own = members
    own.removeAll { !["name", "description"].contains($0.key) || !(body[$0.key] ?? .null).isNull }
    return own
  }
}
