import API
import JSON
import Store

/// `GET /articles/search`: words in titles, descriptions and bodies, in whichever language.
///
/// Unknown: what a search without words finds; here everything, last changed first.
extension Articles {
  private static let results = Listing.numbered(
    perPage: 10, order: ListOrder("updated_at", descending: true), members: [.type, .total, .items, .pages])

  static func search(_ call: Call) throws -> Reply {
    let search = WordSearch(call.query("phrase") ?? "")
    let scope = try scope(call)
    let found = matches(search, in: call.workspace, where: scope)
    let isHighlighted = call.query("highlight") == "true" && !search.isEmpty
    let listing = results.showing { articles, _ in
      let marked = isHighlighted ? articles.map { highlights(of: $0, search) } : []
      return .members(["articles": .records(articles.map(entry.copy)), "highlights": .array(marked)])
    }
    return try listing.reply(found, call)
  }

  /// The articles that words are found in, best first; those that fit alike by their last change, newest first.
  static func matches(
    _ search: WordSearch, in workspace: Workspace, where isWanted: (Record) -> Bool = { _ in true }
  ) -> [Record] {
    let all = workspace[model].page(listing.order, from: .offset(0), limit: .max).filter(isWanted)
    guard !search.isEmpty else { return all }
    let found = all.compactMap { article in best(of: article, search).map { (article: article, score: $0.score) } }
    return found.sorted { $0.score > $1.score }.map(\.article)
  }

  /// Which articles a query asks for. Throws `parameter_invalid` for a state that is none, 404 for an unknown help center.
  private static func scope(_ call: Call) throws -> (Record) -> Bool {
    let state = call.query("state") ?? "all"
    guard ["published", "draft", "all"].contains(state) else {
      throw APIError.parameterInvalid("state must be one of published, draft, all")
    }
    let center = try call.integer("help_center_id").map(String.init)
    if let center, call.workspace[HelpCenters.model][center] == nil { throw APIError.notFound(HelpCenters.model) }
    return { article in
      (state == "all" || article["state"].string == state)
        && (center == nil || ArticleContents.helpCenter(of: article, call.workspace)?.id == center)
    }
  }

  /// The language in which an article fits best; nil when it fits in none.
  private static func best(of article: Record, _ search: WordSearch) -> (locale: String, score: Int)? {
    let languages = Article(article)
    let scores = languages.locales.compactMap { locale in
      languages.live(locale).flatMap { search.score(texts($0)) }.map { (locale: locale, score: $0) }
    }
    return scores.max { $0.score < $1.score }
  }

  private static func texts(_ content: Record) -> [WordSearch.Text] {
    [
      WordSearch.Text(content["title"].string, weight: 8), WordSearch.Text(content["description"].string, weight: 3),
      WordSearch.Text(content["body"].string, weight: 1, isHTML: true),
    ]
  }

  private static func highlights(of article: Record, _ search: WordSearch) -> Node {
    let content = best(of: article, search).flatMap { Article(article).live($0.locale) }
    let body = PlainText.of(content?["body"].string ?? "", showsAddresses: false)
    return .members([
      "article_id": .string(article.id),
      "highlighted_title": Highlights.whole(content?["title"].string ?? "", search),
      "highlighted_summary": Highlights.excerpts(body, search),
    ])
  }
}
