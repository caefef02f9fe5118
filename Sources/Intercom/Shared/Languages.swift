import API
import JSON
import Store

/// Content of help centers in several languages, by locale.
enum Translations {
  /// The supported locales.
  static let locales = [
    "ar", "bg", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hr", "hu", "id", "it", "ja",
    "ko", "lt", "lv", "mn", "nb", "nl", "pl", "pt", "ro", "ru", "sl", "sr", "sv", "tr", "vi", "pt-BR", "zh-CN", "zh-TW",
  ]

  /// A model with an optional content for each locale.
  static func model(named name: String, of content: Model) -> Model {
    Model(name: name, fields: [.type(name)] + locales.map { .model($0, of: content, options: .sparse) })
  }

  /// The locales that a record of such a model has contents for.
  static func presentLocales(in translations: Record?) -> [String] {
    guard let translations else { return [] }
    return locales.filter { !translations[$0].isEmpty }
  }

  /// The contents in a request's `translated_content`, by locale; null members are ignored.
  ///
  /// Throws `parameter_invalid`. Unknown: Intercom's wordings.
  static func contents(from json: JSON?) throws -> [(locale: String, members: JSONObject)] {
    guard let json, !json.isNull else { return [] }
    let contents = try json.read(as: .object, orThrow: .parameterInvalid("translated_content must be an object"))
    return try contents.filter { $0.key != "type" && !$0.value.isNull }.map { locale, content in
      guard locales.contains(locale) else { throw unknownLocale }
      let members = try content.read(
        as: .object, orThrow: .parameterInvalid("translated_content.\(locale) must be an object"))
      return (locale, members)
    }
  }

  static let unknownLocale = APIError.parameterInvalid("Unknown locale")
}

/// Language codes (ISO 639-1), with or without a region.
enum Languages {
  private static let codes = Set(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo \
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg \
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn \
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta \
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split(separator: " ").map(String.init))

  /// Whether the part before `-` or `_` is a language code; case is ignored.
  static func isCode(_ text: String) -> Bool {
    codes.contains(String(text.prefix { $0 != "-" && $0 != "_" }).lowercased())
  }
}
