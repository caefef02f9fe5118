import API
import JSON
import Store

/// An article in its languages: what its readers see, and what is staged to come.
struct Article {
  private(set) var record: Record

  init(_ record: Record) {
    self.record = record
  }

  var defaultLocale: String {
    record["default_locale"].string ?? "en"
  }

  /// Its default language, then those that it is translated into.
  var locales: [String] {
    [defaultLocale] + Translations.present(in: record["translated_content"].record).filter { $0 != defaultLocale }
  }

  var isPublished: Bool {
    record["state"] == "published"
  }

  /// What stands in a language; nil when it was never written.
  func live(_ locale: String) -> Record? {
    if locale == defaultLocale { return ArticleContents.model.copy(of: record) }
    return record["translated_content"].record?[locale].record
  }

  mutating func setLive(_ content: Record, _ locale: String) {
    guard locale == defaultLocale else { return set(content, locale, in: "translated_content") }
    for name in content.schema.slots where record.schema.slot(name) != nil { record[name] = content[name] }
  }

  /// Takes a translation away, with what is staged in it.
  mutating func removeTranslation(_ locale: String) {
    setDraft(nil, locale)
    guard var contents = record["translated_content"].record else { return }
    contents[locale] = .absent
    record["translated_content"] = .record(contents)
  }

  /// What is staged in a language.
  func draft(_ locale: String) -> Record? {
    record["drafts"].record?[locale].record
  }

  mutating func setDraft(_ content: Record?, _ locale: String) {
    guard content != nil || draft(locale) != nil else { return }
    set(content, locale, in: "drafts")
  }

  /// The languages in which something is staged.
  var drafts: [String] {
    Translations.present(in: record["drafts"].record)
  }

  /// The same article with what is staged in the place of what stands.
  var withDrafts: Article {
    var copy = self
    for locale in drafts {
      if let draft = draft(locale) { copy.setLive(draft, locale) }
    }
    return copy
  }

  subscript(name: String) -> Value {
    get { record[name] }
    set { record[name] = newValue }
  }

  private mutating func set(_ content: Record?, _ locale: String, in field: String) {
    var contents = record[field].record ?? ArticleContents.translated.blank()
    contents[locale] = content.map(Value.record) ?? .absent
    record[field] = .record(contents)
  }
}
