import API
import JSON
import Store

@testable import Intercom

extension Invariants {
  /// Articles agree with their versions and are found by their titles; collections stand inside one another without end
  /// or circle; redirects lead somewhere.
  func knowledgeViolations() -> [String] {
    fixture.workspace[Articles.model].all.flatMap(articleViolations) + collectionViolations() + redirectViolations()
  }

  private func articleViolations(of record: Record) -> [String] {
    let article = Article(record)
    let stray = article.draftLocales.filter { article.liveContent(for: $0)?["state"] != "published" }
    let audiences = article.locales.flatMap { article.liveContent(for: $0)?["audience_ids"].array ?? [] }
    let lost = audiences.compactMap(\.integer).filter { fixture.workspace[Audiences.model][String($0)] == nil }
    return versionViolations(of: article)
      + stray.map { "article \(record.id) has a draft in \($0), which is not published" }
      + lost.map { "article \(record.id) is for audience \($0), which is not there" }
      + (isFoundByTitle(record) ? [] : ["article \(record.id) is not found by its title"])
  }

  /// At most one version of a language is published, and none while the language is a draft.
  private func versionViolations(of article: Article) -> [String] {
    let versions = fixture.workspace[ArticleVersions.model].records(in: "article_id", under: article.record.id)
    return article.locales.compactMap { locale in
      let published = versions.filter { $0["locale"].string == locale && $0["state"] == "published" }.count
      let limit = article.liveContent(for: locale)?["state"] == "published" ? 1 : 0
      return published <= limit ? nil : "article \(article.record.id) has \(published) published versions in \(locale)"
    }
  }

  private func isFoundByTitle(_ article: Record) -> Bool {
    let title = article["title"].string ?? ""
    return Articles.matches(for: WordSearch(phrase: title), in: fixture.workspace).contains { $0.id == article.id }
  }

  private func collectionViolations() -> [String] {
    fixture.workspace[Collections.model].all.compactMap { collection in
      let root = Collections.root(of: collection.id, in: fixture.workspace)
      guard root?["parent_id"].isEmpty == true else { return "collection \(collection.id) is in a circle" }
      guard collection["parent_id"].isEmpty || collection["help_center_id"].isEmpty else {
        return "collection \(collection.id) is in a collection and in a help center"
      }
      return nil
    }
  }

  private func redirectViolations() -> [String] {
    let redirects = fixture.workspace[HelpCenterRedirects.model].all
    let urls = Set(redirects.compactMap { $0["from_url"].string })
    return redirects.compactMap { redirect in
      let model = redirect["target_type"] == "article" ? Articles.model : Collections.model
      return redirect["target_id"].string.flatMap { fixture.workspace[model][$0] } != nil
        ? nil : "redirect \(redirect.id) leads nowhere"
    } + (urls.count == redirects.count ? [] : ["two redirects lead from one address"])
  }
}
