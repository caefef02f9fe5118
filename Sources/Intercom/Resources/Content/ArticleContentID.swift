/// The id of an article in one of its languages, as search shows it and bulk actions take it.
///
/// Unknown: how these ids are made; here the article's, and two digits for the language.
struct ArticleContentID {
  let article: String
  let locale: String

  init(article: String, locale: String) {
    self.article = article
    self.locale = locale
  }

  /// Nil for a text that is none.
  init?(_ text: String) {
    guard text.utf8.count > 2, let place = Int(text.suffix(2)), Translations.locales.indices.contains(place) else {
      return nil
    }
    self.init(article: String(text.dropLast(2)), locale: Translations.locales[place])
  }

  var text: String {
    let place = Translations.locales.firstIndex(of: locale) ?? 0
    return "\(article)\(place < 10 ? "0" : "")\(place)"
  }
}
