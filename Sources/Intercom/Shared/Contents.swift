import API
import JSON
import Store

/// What the kinds of content in the knowledge hub have in common: a folder, authors, audiences.
enum Contents {
  /// What content keeps of its place and its authors without showing it.
  static let fields: [Field] = [
    .integer("folder_id", [.hidden, .indexed]), .string("created_by_id", .hidden), .string("updated_by_id", .hidden),
  ]

  static let references = [
    Reference("folder_id", to: "folders"), Reference("created_by_id", to: "admins"),
    Reference("updated_by_id", to: "admins"),
  ]

  private static let models = [
    Articles.model, ContentSnippets.model, ExternalPages.model, FileSources.model, InternalArticles.model,
  ]

  /// How much content lies directly in a folder.
  static func count(in folder: String, _ workspace: Workspace) -> Int {
    models.reduce(0) { $0 + workspace[$1].count(in: "folder_id", under: folder) }
  }

  /// Takes an audience that goes away from all content.
  static func forget(audience id: String, _ call: Call) {
    guard let gone = Int64(id).map(JSON.integer) else { return }
    for model in models + [ContentImportSources.model] {
      for var record in call.workspace[model].all {
        guard forget(gone, in: &record) else { continue }
        call.workspace[model].replace(record)
      }
    }
    for record in call.workspace[Articles.model].all { forgetTranslations(gone, of: record, call) }
  }

  private static func forgetTranslations(_ gone: JSON, of record: Record, _ call: Call) {
    var article = Article(record)
    for locale in article.locales.dropFirst() {
      if var content = article.live(locale), forget(gone, in: &content) { article.setLive(content, locale) }
    }
    if article.record != record { call.workspace[Articles.model].replace(article.record) }
  }

  /// Whether the record named the audience.
  private static func forget(_ gone: JSON, in record: inout Record) -> Bool {
    guard let audiences = record["audience_ids"].array, audiences.contains(gone) else { return false }
    record["audience_ids"] = .json(.array(audiences.filter { $0 != gone }))
    return true
  }
}
