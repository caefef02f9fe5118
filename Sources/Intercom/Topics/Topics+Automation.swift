import API
import JSON
import Store

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
