import API
import JSON
import Store

/// `GET /internal_articles/search`: those of a folder and of the folders inside it.
///
/// Unknown: whether words can be asked for; here `phrase` finds them as it does in articles.
extension InternalArticles {
  private static let results = Listing.numbered(
    perPage: 10, order: ListOrder("updated_at", descending: true), members: [.type, .total, .items, .pages]
  ).showing { articles, _ in .members(["internal_articles": .records(articles)]) }

  static func search(_ call: Call) throws -> Reply {
    let search = WordSearch(call.query("phrase") ?? "")
    let folders = try folders(call)
    let all = call.workspace[model].page(listing.order, from: .offset(0), limit: .max)
    let found = all.filter { article in
      guard let folders else { return true }
      return article["folder_id"].integer.map { folders.contains(String($0)) } ?? false
    }
    let ranked = search.ranked(found) { article in
      [
        WordSearch.Text(article["title"].string, weight: 8),
        WordSearch.Text(article["body"].string, weight: 1, isHTML: true),
      ]
    }
    return try results.reply(ranked, call)
  }

  /// The folder that a query names with all that are inside it; nil when it names none. Throws 404.
  private static func folders(_ call: Call) throws -> Set<String>? {
    guard let folder = try call.integer("folder_id").map(String.init) else { return nil }
    guard call.workspace[Folders.model][folder] != nil else { throw APIError.notFound(Folders.model) }
    return Folders.family(of: folder, call.workspace)
  }
}
