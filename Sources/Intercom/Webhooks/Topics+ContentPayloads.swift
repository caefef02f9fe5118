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

/// What notifications show of connectors and procedures (webhooks.md, 5).
extension Topics {
  /// Unknown: who set off what this workspace did not do itself.
  static let execution: Topic.Item = { notice in
    guard let record = notice.after else { return nil }
    let connector = find(record["data_connector_id"], DataConnectors.model, notice)
    var item: JSONObject = [
      "type": "data_connector.execution", "id": .string(record.id), "app_id": .string(Profile.id(notice.call)),
      "action_id": record["data_connector_id"].stored ?? .null, "action_name": connector?["name"].stored ?? .null,
    ]
    for name in ["success", "http_status", "error_type", "execution_time_ms"] {
      item[name] = record[name].stored ?? .null
    }
    item["completed_at"] = .optional(record["created_at"].integer.map { Zulu.milliseconds(clamped($0) * 1000) })
    for name in ["source_type", "source_id", "conversation_id"] { item[name] = record[name].stored ?? .null }
    item["user_id"] = .null
    item["admin_id"] = .null
    return .object(item)
  }

  // MARK: Procedures

  /// A step of a procedure that waits for a person.
  static let agentInput: Topic.Item = { notice in
    guard let run = notice.after else { return nil }
    let (call, id) = (notice.call, run["conversation_id"].string ?? "")
    let conversation = find(run["conversation_id"], Conversations.model, notice)
    let procedure = find(run["procedure_id"], Procedures.model, notice)
    let step = procedure?["steps"].array?.first { $0["id"]?.string == run["step_id"].string }
    let inbox = "https://app.intercom.com/a/inbox/\(Profile.id(call))/inbox/shared/all/conversation/"
    return [
      "type": "procedure.hitl_notification", "app_id": .string(Profile.id(call)), "conversation_id": .string(id),
      "step_id": run["step_id"].stored ?? .null, "procedure_name": procedure?["name"].stored ?? .null,
      "hitl_question": step?["body"] ?? "",
      "attributes_to_collect": .array((run["attributes_to_collect"].array ?? []).map(attribute)),
      "callback_url": .string("\(call.baseURL)/procedures/\(id)/collect_agent_input"),
      "expires_at": run["expires_at"].stored ?? .null,
      "priority": conversation?["priority"].stored ?? "not_priority",
      "assign_to": conversation.flatMap { assignee(of: $0, notice) } ?? .null,
      "conversation_url": .string(inbox + id), "recent_messages": .array(messages(of: id, notice)),
    ]
  }

  /// An attribute of a fixture may be its name alone.
  private static func attribute(_ json: JSON) -> JSON {
    guard let name = json.string else { return json }
    return [
      "type": "data_attribute", "identifier": .string(name), "name": .string(name), "label": .string(name),
      "data_type": "string",
    ]
  }

  private static func assignee(of conversation: Record, _ notice: Notice) -> JSON? {
    for (type, model) in [("team", Teams.model), ("admin", Admins.model)] {
      let value = conversation["\(type)_assignee_id"]
      let id = value.integer.map(String.init) ?? value.string ?? ""
      guard let record = notice.workspace[model][id] else { continue }
      return ["type": .string(type), "id": .string(id), "name": record["name"].stored ?? .null]
    }
    return nil
  }

  /// The last five parts that are not among colleagues.
  private static func messages(of conversation: String, _ notice: Notice) -> [JSON] {
    let parts = ConversationParts.of(conversation, notice.workspace).filter { $0["part_type"] == "comment" }
    return parts.suffix(5).map { part in
      let shown = notice.render(.record(part))["author"]
      var author: JSONObject = [:]
      for name in ["type", "id", "name", "email"] { author[name] = shown?[name] ?? .null }
      return [
        "type": "conversation_part", "id": .string(part.id), "part_type": "comment",
        "body": part["body"].stored ?? .null, "created_at": part["created_at"].stored ?? .null,
        "author": .object(author),
      ]
    }
  }
}
