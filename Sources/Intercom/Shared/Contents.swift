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
        guard let audiences = record["audience_ids"].array, audiences.contains(gone) else { continue }
        record["audience_ids"] = .json(.array(audiences.filter { $0 != gone }))
        call.workspace[model].replace(record)
      }
    }
    Articles.forget(audience: gone, call)
  }
}
