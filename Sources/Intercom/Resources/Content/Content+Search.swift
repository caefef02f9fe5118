import API
import JSON
import Store

/// `GET /content/search`: words in titles and bodies of all content (search.md, 8).
extension Content {
  /// Most characters of a query.
  private static let queryLimit = 500

  /// Something that was found.
  struct Hit {
    let record: Record
    let texts: [WordSearch.Text]
    let node: Node
  }

  /// Best first; without a query what was changed last first.
  static func search(_ call: Call) throws -> Reply {
    let phrase = call.query("query") ?? ""
    guard phrase.count <= queryLimit else {
      throw ContentQuery.refusal("query may have at most \(queryLimit) characters")
    }
    let filter = try ContentFilter(call)
    let found = ContentKind.plain.filter { filter.types.contains($0.filter) }.flatMap { hits(of: $0, filter, call) }
    let recent = found.sorted { ($0.record["updated_at"].integer ?? 0) > ($1.record["updated_at"].integer ?? 0) }
    return try listing.reply(WordSearch(phrase).ranked(recent, \.texts).map(\.node), call)
  }

  /// Content that has no drafts is published.
  private static func hits(of kind: ContentKind, _ filter: ContentFilter, _ call: Call) -> [Hit] {
    guard filter.states.isEmpty || filter.states.contains("published") else { return [] }
    return call.workspace[kind.model].all.compactMap { record in
      guard filter.locales.isEmpty || filter.locales.contains(record["locale"].string ?? ""),
        filter.passes(record, kind.type, agent: kind.agent, call.workspace)
      else { return nil }
      let node = Node.members([
        "type": .string(kind.type), "id": .string(record.id), "title": .string(record["title"].string),
      ])
      return Hit(record: record, texts: kind.texts(record), node: node)
    }
  }
}
