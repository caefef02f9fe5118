import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Items of notifications.
extension Topics {
  /// The item of a deleted record.
  static func deleted(type: String) -> Topic.Item {
    { notice in
      notice.before.map { ["type": .string(type), "id": .string($0.id), "deleted": true] }
    }
  }

  // MARK: Admins

  static let admin: Topic.Item = { notice in
    (notice.after ?? notice.before).map { admin($0, for: notice) }
  }

  /// The admin who performed the logged activity.
  static let activityAdmin: Topic.Item = { notice in
    let id = notice.after?["performed_by"].record?["id"].string
    return id.flatMap { notice.workspace[Admins.model][$0] }.map { admin($0, for: notice) }
  }

  /// The id is a number, the avatar an object, and the away reason a string (recorded).
  private static func admin(_ record: Record, for notice: ChangeEvent) -> JSON {
    var item = notice.render(.record(record))
    if let number = Int64(record.id) { item["id"] = .integer(number) }
    let reason = item["away_status_reason_id"]?.integer
    item["away_status_reason_id"] = nil
    item["away_status_reason"] = .optional(AwayStatusReasons.displayText(of: reason, in: notice.call))
    item["avatar"] = ["type": "avatar", "image_url": .optional(record["avatar"].string)]
    return item
  }

  // MARK: Companies

  static let company: Topic.Item = { notice in
    notice.after.map { company($0, for: notice) }
  }

  static func companies(for notice: ChangeEvent, ids: [String]) -> [JSON] {
    guard let contact = notice.after else { return [] }
    return ids.compactMap { id in
      notice.workspace[Companies.model][id].map { record in
        ["company": company(record, for: notice), "contact": Topics.contact(contact, for: notice)]
      }
    }
  }

  private static func company(_ record: Record, for notice: ChangeEvent) -> JSON {
    var item = withISOTimes(notice.render(.record(record)), for: notice)
    let tags = Taggings.taggings(ofType: "company", id: record.id, in: notice.workspace).compactMap {
      $0["tag_id"].json
    }
    item["tag_ids"] = .array(tags)
    if item["plan"] == [:] { item["plan"] = .null }
    if item["remote_created_at"] == nil { item["remote_created_at"] = .null }
    return item
  }

  // MARK: Contacts

  static let contact: Topic.Item = { notice in
    notice.after.map { contact($0, for: notice) }
  }

  static func contact(_ record: Record, for notice: ChangeEvent) -> JSON {
    withISOTimes(notice.render(.record(record)), for: notice)
  }

  static let deletedContact: Topic.Item = { notice in
    notice.before.map { contact in
      [
        "id": .string(contact.id), "external_id": contact["external_id"].json ?? .null, "type": "contact",
        "deleted": true,
      ]
    }
  }

  static let mergedContact: Topic.Item = { notice in
    guard let merge = notice.after, let record = find(id: merge["contact_id"], model: Contacts.model, for: notice)
    else { return nil }
    var item = contact(record, for: notice)
    item["merged_from"] = ["type": "contact", "id": merge["source_contact_id"].json ?? .null]
    return item
  }

  static let subscriber: Topic.Item = { notice in
    notice.after.map { contact in
      let types = Subscriptions.types(chosenBy: contact.id, in: notice.workspace)
      return ["contact": Topics.contact(contact, for: notice), "subscription_types": list(types, for: notice)]
    }
  }

  static func taggedContact(for notice: ChangeEvent) -> Record? {
    guard let tagging = notice.after ?? notice.before, tagging["target_type"] == "contact" else { return nil }
    return find(id: tagging["target_id"], model: Contacts.model, for: notice)
  }

  static let contactTag: Topic.Item = { notice in
    guard let tagging = notice.after ?? notice.before, let contact = taggedContact(for: notice),
      let tag = find(id: tagging["tag_id"], model: Tags.model, for: notice)
    else { return nil }
    return [
      "type": "contact_tag", "created_at": .integer(notice.call.now),
      "tag": ["type": "tag", "id": .string(tag.id), "name": tag["name"].json ?? .null],
      "contact": Topics.contact(contact, for: notice),
    ]
  }

  static let subscriptionChoice: Topic.Item = { notice in
    guard let choice = notice.after, let contact = find(id: choice["contact_id"], model: Contacts.model, for: notice),
      let type = find(id: choice["subscription_type_id"], model: SubscriptionTypes.model, for: notice)
    else { return nil }
    let isIn = choice["consent_type"] == "opt_in"
    return [
      "type": isIn ? "granular_subscribe" : "granular_unsubscribe", "contact": Topics.contact(contact, for: notice),
      "subscription_types": list([type], for: notice), "created_at": .integer(notice.call.now),
    ]
  }

  /// Unknown: the item of this topic; here the contact that the visitor was converted to.
  static let signedUpVisitor: Topic.Item = { notice in
    notice.mutations.first(where: isUserWrite)?.after.map { contact($0, for: notice) }
  }

  private static func list(_ records: [Record], for notice: ChangeEvent) -> JSON {
    ["type": "list", "data": notice.render(.records(records))]
  }

  // MARK: Conversations

  static let conversation: Topic.Item = { notice in
    notice.after.map { conversation($0, showing: [], for: notice) }
  }

  static let newConversation: Topic.Item = conversation

  static let conversationOfPart: Topic.Item = { notice in
    guard let part = notice.after,
      let record = find(id: part["conversation_id"], model: Conversations.model, for: notice)
    else {
      return nil
    }
    return conversation(record, showing: [part], for: notice)
  }

  static let deletedConversation: Topic.Item = { notice in
    notice.after.map { ["type": "conversation", "conversation_id": .string($0.id)] }
  }

  static func participants(for notice: ChangeEvent, ids: [String]) -> [JSON] {
    guard let record = notice.after else { return [] }
    return ids.compactMap { id in
      notice.workspace[Contacts.model][id].map { contact in
        [
          "conversation": conversation(record, showing: [], for: notice),
          "contact": Topics.contact(contact, for: notice),
        ]
      }
    }
  }

  /// Shows only the parts that caused the notification.
  private static func conversation(_ record: Record, showing parts: [Record], for notice: ChangeEvent) -> JSON {
    let isPlain = notice.call.honours(.webhooksMatchAPI)
    var item = notice.render(.record(record))
    item["conversation_parts"] = [
      "type": "conversation_part.list", "conversation_parts": notice.render(.records(parts)),
      "total_count": .integer(Int64(parts.count)),
    ]
    guard isPlain else {
      item["statistics"] = item["statistics"].map { withISOTimes($0, for: notice) }
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

  // MARK: Tickets

  static let ticket: Topic.Item = { notice in
    notice.after.map { ticket($0, for: notice) }
  }

  static let nestedTicket: Topic.Item = { notice in
    notice.after.map { ["ticket": ticket($0, for: notice)] }
  }

  static let ticketOfPart: Topic.Item = { notice in
    notice.after.flatMap { find(id: $0["ticket_id"], model: Tickets.model, for: notice) }.map {
      ticket($0, for: notice)
    }
  }

  /// Assignees are strings, "0" if unassigned (recorded).
  static let ratedTicket: Topic.Item = { notice in
    guard let record = notice.after else { return nil }
    // Unknown: the position of the rating; tickets have none in the descriptions.
    var item = ticket(record, for: notice)
    item["rating"] = record["rating"].object.map(JSON.object)
    return item
  }

  private static func ticket(_ record: Record, for notice: ChangeEvent) -> JSON {
    var item = notice.render(.record(record))
    for name in ["admin_assignee_id", "team_assignee_id"] {
      if let number = item[name]?.integer { item[name] = .string(String(number)) }
    }
    return item
  }

  // MARK: Shared

  static func find(id: Value, model: Model, for notice: ChangeEvent) -> Record? {
    id.string.flatMap { notice.workspace[model][$0] }
  }

  /// Converts the times of an object to ISO 8601 strings, in the versions that show them so.
  private static func withISOTimes(_ json: JSON, for notice: ChangeEvent) -> JSON {
    guard !notice.call.honours(.webhooksMatchAPI), let object = json.object else { return json }
    var dated = JSONObject()
    for (key, value) in object {
      let time = key.hasSuffix("_at") ? value.integer : nil
      dated.append(key: key, value: time.map { .string(ISO8601.string(fromSeconds: $0)) } ?? value)
    }
    return .object(dated)
  }
}

/// Items of notifications about requests (Documentation.docc/Webhooks.md, "Items").
extension Topics {
  /// Recorded. Unknown: Intercom's ids of tokens; the OAuth client and the package are those of an app that is unknown
  /// here, so null.
  static let completedRequest: Topic.RequestItem = { notice in
    let (request, call) = (notice.request, notice.call)
    let admin = call.workspace[Admins.model][Admins.actorID(in: call)]
    return [
      "type": "api.request.completed", "request_id": .string(notice.id), "timestamp": .integer(call.now),
      "request": [
        "method": .string(request.method.rawValue), "path": .string(String(request.target.prefix { $0 != "?" })),
        "ip_address": .string(request.peer), "user_agent": .optional(request.fields[.userAgent]),
      ],
      "authentication": [
        "method": "oauth", "token_id": .string(notice.token), "oauth_client_id": .null, "app_package_code": .null,
      ],
      "response": ["status": .integer(Int64(notice.status))],
      "admin": admin.map { ["id": .string($0.id), "email": $0["email"].json ?? .null] } ?? .null,
    ]
  }
}
