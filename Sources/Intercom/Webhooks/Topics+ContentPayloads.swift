import API
import JSON
import Store

/// Items of notifications about content: articles, audiences and receipts (Documentation.docc/Webhooks.md, "Items").
extension Topics {
  // MARK: Articles

  /// A deletion shows the whole article, too. Recorded: the Markdown text is present and null in the versions whose
  /// answers do not have it.
  static let article: Topic.Item = { notice in
    guard let record = notice.after ?? notice.before else { return nil }
    let shown = notice.render(.record(record))
    let dated = notice.call.honours(.webhooksMatchAPI) ? shown : withTimes(shown, as: utcText(seconds:))
    guard let article = dated.object, !article.contains(key: "body_markdown") else { return dated }
    var item = JSONObject()
    for (name, value) in article {
      item.append(key: name, value: value)
      if name == "body" { item.append(key: "body_markdown", value: .null) }
    }
    return .object(item)
  }

  // MARK: Audiences

  /// Collections of content that can have audiences.
  static let audienceContents = [
    "articles", "content_snippets", "external_pages", "file_sources", "internal_articles",
  ]

  /// The member of an audience is content; in an article, each language. Deleted content causes no notification.
  static func memberships(for notice: ChangeEvent, added: Bool) -> [JSON] {
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

  private struct ContentReference: Hashable {
    let type: String
    let id: String
  }

  /// The audience ids of content; in an article, of each language.
  private static func audiences(of record: Record) -> [ContentReference: [Int64]] {
    func ids(of record: Record) -> [Int64] { record["audience_ids"].array?.compactMap(\.integral) ?? [] }
    guard record.schema === Articles.model.schema else {
      let kind = ContentKind.plain.first { $0.model.schema === record.schema }
      return [ContentReference(type: kind?.type ?? record.schema.name, id: record.id): ids(of: record)]
    }
    let article = Article(record)
    var found: [ContentReference: [Int64]] = [:]
    for locale in article.locales {
      guard let content = article.liveContent(for: locale) else { continue }
      let id = ArticleContentID(article: record.id, locale: locale).text
      found[ContentReference(type: "article_content", id: id)] = ids(of: content)
    }
    return found
  }

  // MARK: Receipts

  /// The items of a change of a receipt: one for each event.
  ///
  /// Recorded: the ids of the event, of the content, of the ruleset, of its version and of the receipt are integers.
  /// Unknown: Intercom's ids of events; here the id of the receipt and the index of the event.
  static func contentStatistics(for notice: ChangeEvent, kind: String) -> [JSON] {
    guard let receipt = notice.after, receipt["content_type"].string == kind else { return [] }
    var happened: [(index: Int, name: String, time: Int64)] = []
    if notice.isCreation { happened.append((0, "receipt", receipt["received_at"].integer ?? notice.call.now)) }
    for (index, statistic) in Receipts.statistics.enumerated() {
      let (milestone, name) = statistic
      guard let time = receipt[milestone].integer, notice.before?[milestone].integer == nil else { continue }
      happened.append((index + 1, name, time))
    }
    return happened.map { index, name, time in
      var statistic = contentStatistic(of: receipt)
      statistic["id"] = number("\(receipt.id)\(index < 10 ? "0" : "")\(index)")
      statistic["stat_type"] = .string(name)
      let contact = find(id: receipt["contact_id"], model: Contacts.model, for: notice)
      return [
        "type": .string("content_stat.\(kind)"),
        "created_at": .string(utcText(seconds: time)),
        "content_stat": .object(statistic), "contact": contact.map { Topics.contact($0, for: notice) } ?? .null,
      ]
    }
  }

  /// An id as a number; an id of a fixture that is none stays a string.
  private static func number(_ id: String?) -> JSON {
    guard let id else { return .null }
    return Int64(id).map(JSON.integer) ?? .string(id)
  }

  private static func contentStatistic(of receipt: Record) -> JSONObject {
    var statistic: JSONObject = ["id": .null, "content_type": receipt["content_type"].json ?? .null]
    statistic["content_id"] = number(receipt["content_id"].string)
    statistic["stat_type"] = .null
    statistic["ruleset_id"] = number(receipt["ruleset_id"].string)
    statistic["content_title"] = receipt["content_title"].json ?? .null
    statistic["ruleset_version_id"] = number(receipt["ruleset_version_id"].string)
    statistic["receipt_id"] = number(receipt.id)
    statistic["tags"] = ["type": "list", "has_more": false, "data": [], "total_count": 0]
    for name in ["series_id", "series_title", "node_id"] { statistic[name] = receipt[name].json ?? .null }
    return statistic
  }
}

/// Items of notifications about connectors and procedures (Documentation.docc/Webhooks.md, "Items").
extension Topics {
  /// Unknown: the user or admin of an execution that was not started in this workspace; here null.
  static let connectorExecution: Topic.Item = { notice in
    guard let record = notice.after else { return nil }
    let connector = find(id: record["data_connector_id"], model: DataConnectors.model, for: notice)
    var item: JSONObject = [
      "type": "data_connector.execution", "id": .string(record.id),
      "app_id": .string(WorkspaceProfile.id(in: notice.call)),
      "action_id": record["data_connector_id"].json ?? .null, "action_name": connector?["name"].json ?? .null,
    ]
    for name in ["success", "http_status", "error_type", "execution_time_ms"] {
      item[name] = record[name].json ?? .null
    }
    item["completed_at"] = .optional(record["created_at"].integer.map(utcText(seconds:)))
    for name in ["source_type", "source_id", "conversation_id"] { item[name] = record[name].json ?? .null }
    item["user_id"] = .null
    item["admin_id"] = .null
    return .object(item)
  }

  // MARK: Procedures

  /// A procedure step that waits for a teammate's input.
  static let agentInputRequest: Topic.Item = { notice in
    guard let run = notice.after else { return nil }
    let (call, id) = (notice.call, run["conversation_id"].string ?? "")
    let conversation = find(id: run["conversation_id"], model: Conversations.model, for: notice)
    let procedure = find(id: run["procedure_id"], model: Procedures.model, for: notice)
    let step = procedure?["steps"].array?.first { $0["id"]?.string == run["step_id"].string }
    let inbox = "https://app.intercom.com/a/inbox/\(WorkspaceProfile.id(in: call))/inbox/shared/all/conversation/"
    return [
      "type": "procedure.hitl_notification", "app_id": .string(WorkspaceProfile.id(in: call)),
      "conversation_id": .string(id),
      "step_id": run["step_id"].json ?? .null, "procedure_name": procedure?["name"].json ?? .null,
      "hitl_question": step?["body"] ?? "",
      "attributes_to_collect": .array((run["attributes_to_collect"].array ?? []).map(attributeItem)),
      "callback_url": .string("\(call.baseURL)/procedures/\(id)/collect_agent_input"),
      "expires_at": run["expires_at"].json ?? .null,
      "priority": conversation?["priority"].json ?? "not_priority",
      "assign_to": conversation.flatMap { assignee(of: $0, for: notice) } ?? .null,
      "conversation_url": .string(inbox + id), "recent_messages": .array(recentMessages(of: conversation, for: notice)),
    ]
  }

  /// In a fixture, an attribute may be a string: its name.
  private static func attributeItem(from json: JSON) -> JSON {
    guard let name = json.string else { return json }
    return [
      "type": "data_attribute", "identifier": .string(name), "name": .string(name), "label": .string(name),
      "data_type": "string",
    ]
  }

  private static func assignee(of conversation: Record, for notice: ChangeEvent) -> JSON? {
    for (type, model) in [("team", Teams.model), ("admin", Admins.model)] {
      let value = conversation["\(type)_assignee_id"]
      let id = value.integer.map(String.init) ?? value.string ?? ""
      guard let record = notice.workspace[model][id] else { continue }
      return ["type": .string(type), "id": .string(id), "name": record["name"].json ?? .null]
    }
    return nil
  }

  /// The last five comments; notes are left out.
  private static func recentMessages(of conversation: Record?, for notice: ChangeEvent) -> [JSON] {
    let parts = conversation.map { TicketConversations.parts(of: $0, in: notice.workspace) } ?? []
    return parts.filter { $0["part_type"] == "comment" }.suffix(5).map { part in
      let shown = notice.render(.record(part))["author"]
      var author: JSONObject = [:]
      for name in ["type", "id", "name", "email"] { author[name] = shown?[name] ?? .null }
      return [
        "type": "conversation_part", "id": .string(part.id), "part_type": "comment",
        "body": part["body"].json ?? .null, "created_at": part["created_at"].json ?? .null,
        "author": .object(author),
      ]
    }
  }
}
