import API
import JSON
import Store

/// Putting articles before their readers, and taking them back.
enum ArticlePublishing {
  /// Whether there is something in a language that its readers do not see yet.
  static func isPending(_ locale: String, in article: Article) -> Bool {
    article.draft(locale) != nil || article.live(locale)?["state"] == "draft"
  }

  /// Publishes what is pending in a language.
  static func publish(_ locale: String, in article: inout Article, at time: Int64) {
    guard var content = article.live(locale) else { return }
    if let draft = article.draft(locale) {
      for name in ArticleContents.text { content[name] = draft[name] }
      content["updated_by_id"] = draft["updated_by_id"]
      article.setDraft(nil, locale)
    }
    content["state"] = "published"
    content["updated_at"] = .integer(time)
    article.setLive(content, locale)
    if article.isPublished { article["was_published"] = true }
  }

  /// Takes a language back; what was staged in it becomes its draft.
  static func unpublish(_ locale: String, in article: inout Article, at time: Int64) {
    guard var content = article.live(locale), content["state"] == "published" else { return }
    if let draft = article.draft(locale) {
      for name in ArticleContents.text { content[name] = draft[name] }
      article.setDraft(nil, locale)
    }
    content["state"] = "draft"
    content["updated_at"] = .integer(time)
    article.setLive(content, locale)
  }

  /// The time has come that a request set. Unknown: whether translations go with it; here what is staged in them is
  /// published, and all are taken back.
  static let fallDue: Agenda.Entry.Action = { found, workspace, time in
    var article = Article(found)
    if found["scheduled_publish_at"].integer != nil {
      for locale in Set([article.defaultLocale] + article.drafts) where isPending(locale, in: article) {
        publish(locale, in: &article, at: time)
        ArticleVersions.markPublished(locale, of: article, workspace)
      }
    } else {
      for locale in article.locales {
        unpublish(locale, in: &article, at: time)
        ArticleVersions.markUnpublished(locale, of: article, workspace)
      }
    }
    article["scheduled_publish_at"] = nil
    article["scheduled_unpublish_at"] = nil
    workspace[Articles.model].replace(article.record)
  }
}
