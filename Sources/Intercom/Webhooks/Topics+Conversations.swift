import API
import JSON
import Store
import TimeZones

/// Items of notifications about conversations (Documentation.docc/Webhooks.md, "Items").
extension Topics {
  static let newConversation: Topic.Item = { notice in
    notice.after.map { conversation($0, showing: [], for: notice) }
  }

  static let conversationOfPart: Topic.Item = { notice in
    guard let part = notice.after,
      let record = find(id: part["conversation_id"], model: Conversations.model, for: notice)
    else {
      return nil
    }
    return conversation(record, showing: [part], for: notice)
  }

  /// The conversation with the parts of these types that the same write added.
  static func conversation(withNewParts types: Set<String>) -> Topic.Item {
    { notice in
      notice.after.map { record in
        let parts = parts(of: notice).filter { types.contains($0["part_type"].string ?? "") }
        return conversation(record, showing: parts, for: notice)
      }
    }
  }

  /// Unknown: which parts; here those that the teammates and the bot added after the contact's last one.
  static let readConversation: Topic.Item = { notice in
    notice.after.map { record in
      let parts = ConversationParts.parts(of: record.id, in: notice.workspace)
      let unread = parts.suffix(while: { !Authors.author(of: $0).isContact })
      return conversation(record, showing: Array(unread), for: notice)
    }
  }

  static let deletedConversation: Topic.Item = { notice in
    notice.after.map { ["type": "conversation", "conversation_id": .string($0.id)] }
  }

  /// The conversation beside each of the contacts. Recorded: the conversation is an internal record of Intercom. Unknown:
  /// its shape; here the conversation of other notifications.
  static func participants(for notice: ChangeEvent, ids: [String], partType: String) -> [JSON] {
    guard let record = notice.after else { return [] }
    let parts = parts(of: notice).filter { $0["part_type"].string == partType }
    return ids.compactMap { id in
      notice.workspace[Contacts.model][id].map { contact in
        ["conversation": conversation(record, showing: parts, for: notice), "contact": companion(contact, for: notice)]
      }
    }
  }

  /// Shows only the parts that caused the notification.
  private static func conversation(_ record: Record, showing parts: [Record], for notice: ChangeEvent) -> JSON {
    var item = notice.render(.record(record))
    item["conversation_parts"] = [
      "type": "conversation_part.list", "conversation_parts": notice.render(.records(parts)),
      "total_count": .integer(Int64(parts.count)),
    ]
    guard notice.call.honours(.webhooksMatchAPI) else {
      item["statistics"] = item["statistics"].map { withTimes($0, as: utcText(seconds:)) }
      return item
    }
    item["source"] = item["source"].map { withPlainText($0, members: ["body", "subject"]) }
    let shown = item["conversation_parts"]?["conversation_parts"]?.array ?? []
    item["conversation_parts"]?["conversation_parts"] = .array(shown.map { withPlainText($0, members: ["body"]) })
    return item
  }

  private static func withPlainText(_ json: JSON, members: [String]) -> JSON {
    var json = json
    for name in members {
      if let html = json[name]?.string { json[name] = .string(PlainText.text(from: html)) }
    }
    return json
  }
}

extension Array {
  /// The longest end of the array whose elements all pass.
  fileprivate func suffix(while passes: (Element) -> Bool) -> ArraySlice<Element> {
    guard let last = lastIndex(where: { !passes($0) }) else { return self[...] }
    return self[(last + 1)...]
  }
}

/// Members that several kinds of items share.
extension Topics {
  /// The item of a deleted record (recorded for companies).
  static func deleted(type: String) -> Topic.Item {
    { notice in
      notice.before.map { ["id": .string($0.id), "type": .string(type), "deleted": true] }
    }
  }

  static func find(id: Value, model: Model, for notice: ChangeEvent) -> Record? {
    id.string.flatMap { notice.workspace[model][$0] }
  }

  /// Converts the times of an object to `2024-06-01T00:00:00.000+00:00`, in the versions that show them so.
  static func withISOTimes(_ json: JSON, for notice: ChangeEvent) -> JSON {
    notice.call.honours(.webhooksMatchAPI) ? json : withTimes(json) { ISO8601.string(fromSeconds: $0) }
  }

  /// Converts the times of an object to strings. Members of nested objects are unchanged.
  static func withTimes(_ json: JSON, as text: (Int64) -> String) -> JSON {
    guard let object = json.object else { return json }
    var dated = JSONObject()
    for (key, value) in object {
      let time = key.hasSuffix("_at") ? value.integer : nil
      dated.append(key: key, value: time.map { .string(text($0)) } ?? value)
    }
    return .object(dated)
  }

  /// A time as `2024-06-01T00:00:00.000Z`, limited to the years that a date can show, 1970 to 9999.
  static func utcText(seconds: Int64) -> String {
    ISO8601UTC.textWithFraction(milliseconds: min(max(seconds, 0), 253_402_300_799) * 1000)
  }
}
