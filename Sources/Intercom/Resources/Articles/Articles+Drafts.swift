import API
import HTTPTypes
import JSON
import Store

/// Changes to a published article that its readers do not see yet (state-machine.md, 9).
extension Articles {
  private static let missing = APIError(.notFound, "not_found", "Object not found")

  static func retrieveDraft(_ call: Call) throws -> Reply {
    let article = try found(call)
    guard !article.drafts.isEmpty else { throw missing }
    return .ok(entry.copy(of: article.withDrafts.record))
  }

  static func stageDraft(_ call: Call) throws -> Reply {
    var article = try found(call)
    guard article.isPublished else { throw invalid("Article must be published before a draft can be staged") }
    var change = try ArticleChange(call)
    try change.read(for: article, call)
    try change.stage(in: &article, call)
    call.workspace[model].replace(article.record)
    ArticleVersions.keep(change.written, of: article, call)
    return .ok(entry.copy(of: article.withDrafts.record))
  }

  static func publishDraft(_ call: Call) throws -> Reply {
    var article = try found(call)
    let locales = try locales(of: article, call)
    for locale in locales {
      ArticlePublishing.publish(locale, in: &article, at: call.now)
      ArticleVersions.markPublished(locale, of: article, call.workspace)
    }
    call.workspace[model].replace(article.record)
    return .ok(entry.copy(of: article.record))
  }

  /// The languages that a request publishes. Throws what Intercom refuses.
  private static func locales(of article: Article, _ call: Call) throws -> [String] {
    let asked = try locales(call)
    guard article.isPublished, article.locales.contains(where: { ArticlePublishing.isPending($0, in: article) }) else {
      throw invalid("Article has no draft to publish")
    }
    guard let asked, !asked.isEmpty else {
      guard !HelpCenters.isMultilingual(call.workspace) else {
        throw APIError(
          .unprocessableContent, "parameter_not_found",
          "locales must be specified to publish a draft on a multilingual workspace")
      }
      return article.locales.filter { ArticlePublishing.isPending($0, in: article) }
    }
    let idle = asked.filter { !ArticlePublishing.isPending($0, in: article) }
    guard idle.isEmpty else {
      throw invalid(
        "Cannot publish a draft for locale(s) without pending changes: \(idle.joined(separator: ", "))")
    }
    return asked
  }

  private static func locales(_ call: Call) throws -> [String]? {
    guard let json = call.body["locales"], !json.isNull else { return nil }
    let texts = json.array?.map(\.string)
    guard let texts, !texts.contains(nil) else {
      throw APIError.parameterInvalid("locales must be an array of strings")
    }
    return texts.compactMap(\.self)
  }

  private static func found(_ call: Call) throws -> Article {
    guard let record = call.workspace[model][call.parameter("id")] else { throw missing }
    return Article(record)
  }

  private static func invalid(_ message: String) -> APIError {
    APIError(.unprocessableContent, "parameter_invalid", message)
  }
}
