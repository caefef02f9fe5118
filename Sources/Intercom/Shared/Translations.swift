import API
import JSON
import Store

/// What help centers say in several languages: a content for each locale.
enum Translations {
  /// The locales that contents can be in.
  static let locales = [
    "ar", "bg", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hr", "hu", "id", "it", "ja",
    "ko", "lt", "lv", "mn", "nb", "nl", "pl", "pt", "ro", "ru", "sl", "sr", "sv", "tr", "vi", "pt-BR", "zh-CN", "zh-TW",
  ]

  /// A model with a content for each locale, where there is one.
  static func model(_ name: String, of content: Model) -> Model {
    Model(name, [.type(name)] + locales.map { .model($0, content, .sparse) })
  }

  /// The locales that a record of such a model has contents for.
  static func present(in translations: Record?) -> [String] {
    guard let translations else { return [] }
    return locales.filter { !translations[$0].isEmpty }
  }

  /// The contents that a request's `translated_content` names, by locale; null says nothing.
  ///
  /// Throws `parameter_invalid`. Unknown: Intercom's own wordings.
  static func told(_ json: JSON?) throws -> [(locale: String, members: JSONObject)] {
    guard let json, !json.isNull else { return [] }
    guard let contents = json.object else { throw APIError.parameterInvalid("translated_content must be an object") }
    return try contents.filter { $0.key != "type" && !$0.value.isNull }.map { locale, content in
      guard locales.contains(locale) else { throw unknownLocale }
      guard let members = content.object else {
        throw APIError.parameterInvalid("translated_content.\(locale) must be an object")
      }
      return (locale, members)
    }
  }

  static let unknownLocale = APIError.parameterInvalid("Unknown locale")
}
