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
    let plain = ContentKind.plain.filter { filter.types.contains($0.filter) }.flatMap { hits(of: $0, filter, call) }
    let found = plain + (filter.types.contains(ContentKind.article.filter) ? articles(filter, call) : [])
    let recent = found.sorted { ($0.record["updated_at"].integer ?? 0) > ($1.record["updated_at"].integer ?? 0) }
    return try listing.reply(WordSearch(phrase).ranked(recent, \.texts).map(\.node), call)
  }

  /// Articles with those of their languages that are asked for.
  private static func articles(_ filter: ContentFilter, _ call: Call) -> [Hit] {
    call.workspace[Articles.model].all.compactMap { record -> Hit? in
      guard filter.passes(record, .article, call.workspace) else { return nil }
      let contents = contents(of: record, filter)
      guard !contents.isEmpty else { return nil }
      let shown = contents.map { locale, content in
        Node.members([
          "type": "article_content", "id": .string(ArticleContentID(article: record.id, locale: locale).text),
          "title": .string(content["title"].string), "locale": .string(locale),
        ])
      }
      let node = Node.members([
        "type": "article", "id": .string(record.id), "title": .string(record["title"].string),
        "contents": .array(shown),
      ])
      return Hit(record: record, texts: contents.flatMap { ContentKind.article.texts($0.content) }, node: node)
    }
  }

  private static func contents(
    of record: Record, _ filter: ContentFilter
  ) -> [(locale: String, content: Record)] {
    let article = Article(record)
    return article.locales.compactMap { locale in
      guard let content = article.live(locale), filter.locales.isEmpty || filter.locales.contains(locale),
        filter.states.isEmpty || filter.states.contains(content["state"].string ?? "draft")
      else { return nil }
      return (locale, content)
    }
  }

  /// Content that has no drafts is published.
  private static func hits(of kind: ContentKind, _ filter: ContentFilter, _ call: Call) -> [Hit] {
    guard filter.states.isEmpty || filter.states.contains("published") else { return [] }
    return call.workspace[kind.model].all.compactMap { record in
      guard filter.locales.isEmpty || filter.locales.contains(record["locale"].string ?? ""),
        filter.passes(record, kind, call.workspace)
      else { return nil }
      let node = Node.members([
        "type": .string(kind.type), "id": .string(record.id), "title": .string(record["title"].string),
      ])
      return Hit(record: record, texts: kind.texts(record), node: node)
    }
  }
}
