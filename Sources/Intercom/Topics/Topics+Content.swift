import API
import JSON
import Store

/// What notifications show of content: whom it is for, who received it (webhooks.md, 5).
extension Topics {
  // MARK: Audiences

  /// What may be for an audience.
  static let audienceContents = [
    "articles", "content_snippets", "external_pages", "file_sources", "internal_articles",
  ]

  /// The member of an audience is content, of an article each language by itself. Content that is deleted is not told of.
  static func memberships(_ notice: Notice, added: Bool) -> [JSON] {
    guard let after = notice.after else { return [] }
    let (old, new) = (notice.before.map(audiences) ?? [:], audiences(of: after))
    let (less, more) = added ? (old, new) : (new, old)
    return more.sorted { $0.key.id < $1.key.id }.flatMap { content, ids in
      ids.filter { !(less[content] ?? []).contains($0) }.map { id in
        [
          "type": "audience_membership", "audience_id": .string(String(id)),
          "content": ["type": .string(content.type), "id": .string(content.id)],
        ]
      }
    }
  }

  private struct Content: Hashable {
    let type: String
    let id: String
  }

  /// The audiences of a piece of content, of each language of an article.
  private static func audiences(of record: Record) -> [Content: [Int64]] {
    func ids(_ record: Record) -> [Int64] { record["audience_ids"].array?.compactMap(\.integral) ?? [] }
    guard record.schema === Articles.model.schema else {
      let kind = ContentKind.plain.first { $0.model.schema === record.schema }
      return [Content(type: kind?.type ?? record.schema.name, id: record.id): ids(record)]
    }
    let article = Article(record)
    var found: [Content: [Int64]] = [:]
    for locale in article.locales {
      guard let content = article.live(locale) else { continue }
      let id = ArticleContentID(article: record.id, locale: locale).text
      found[Content(type: "article_content", id: id)] = ids(content)
    }
    return found
  }

  // MARK: Receipts

  /// What became of content that someone received: a notification for each thing that happened.
  ///
  /// Unknown: how the service numbers these; here by the receipt and what happened.
  static func contentStatistics(_ notice: Notice, _ kind: String) -> [JSON] {
    guard let receipt = notice.after, receipt["content_type"].string == kind else { return [] }
    var happened: [(place: Int, name: String, time: Int64)] = []
    if notice.isCreation { happened.append((0, "receipt", receipt["received_at"].integer ?? notice.call.now)) }
    for (place, statistic) in Receipts.statistics.enumerated() {
      let (milestone, name) = statistic
      guard let time = receipt[milestone].integer, notice.before?[milestone].integer == nil else { continue }
      happened.append((place + 1, name, time))
    }
    return happened.map { place, name, time in
      var statistic = contentStatistic(receipt)
      statistic["id"] = .string("\(receipt.id)\(place < 10 ? "0" : "")\(place)")
      statistic["stat_type"] = .string(name)
      let contact = find(receipt["contact_id"], Contacts.model, notice)
      return [
        "type": .string("content_stat.\(kind)"), "created_at": .string(Zulu.milliseconds(clamped(time) * 1000)),
        "content_stat": .object(statistic), "contact": contact.map { Topics.contact($0, notice) } ?? .null,
      ]
    }
  }

  /// Within the years that a date can show.
  static func clamped(_ time: Int64) -> Int64 {
    min(max(time, 0), 253_402_300_799)
  }

  private static func contentStatistic(_ receipt: Record) -> JSONObject {
    var statistic: JSONObject = ["id": .null, "content_type": receipt["content_type"].stored ?? .null]
    statistic["content_id"] = receipt["content_id"].stored ?? .null
    statistic["stat_type"] = .null
    for name in ["ruleset_id", "content_title", "ruleset_version_id"] {
      statistic[name] = receipt[name].stored ?? .null
    }
    statistic["receipt_id"] = .string(receipt.id)
    statistic["tags"] = ["type": "list", "has_more": false, "data": [], "total_count": 0]
    for name in ["series_id", "series_title", "node_id"] { statistic[name] = receipt[name].stored ?? .null }
    return statistic
  }
}
