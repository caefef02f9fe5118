import API
import HTTPTypes
import JSON
import Store
import TimeZones

extension Behaviour {
  /// Notifications show records as the API does; before, times are ISO texts and bodies HTML (webhooks.md, 5).
  static let notifiesAsItAnswers = Behaviour("webhooks show what the API shows")
}

/// What notifications show.
extension Topics {
  /// What is left of something that was deleted.
  static func deleted(_ type: String) -> Topic.Item {
    { notice in
      notice.before.map { ["type": .string(type), "id": .string($0.id), "deleted": true] }
    }
  }

  // MARK: Admins

  static let admin: Topic.Item = { notice in
    (notice.after ?? notice.before).map { admin($0, notice) }
  }

  /// The admin who did what the activity log says.
  static let performer: Topic.Item = { notice in
    let id = notice.after?["performed_by"].record?["id"].string
    return id.flatMap { notice.workspace[Admins.model][$0] }.map { admin($0, notice) }
  }

  /// Ids are numbers here, the picture is an object and the reason a text (recorded).
  private static func admin(_ record: Record, _ notice: Notice) -> JSON {
    var item = notice.render(.record(record))
    if let number = Int64(record.id) { item["id"] = .integer(number) }
    let reason = item["away_status_reason_id"]?.integer
    item["away_status_reason_id"] = nil
    item["away_status_reason"] = .optional(AwayStatusReasons.text(reason, notice.call))
    item["avatar"] = ["type": "avatar", "image_url": .optional(record["avatar"].string)]
    return item
  }

  // MARK: Companies

  static let company: Topic.Item = { notice in
    notice.after.map { company($0, notice) }
  }

  static func companies(_ notice: Notice, _ ids: [String]) -> [JSON] {
    guard let contact = notice.after else { return [] }
    return ids.compactMap { id in
      notice.workspace[Companies.model][id].map { record in
        ["company": company(record, notice), "contact": Topics.contact(contact, notice)]
      }
    }
  }

  private static func company(_ record: Record, _ notice: Notice) -> JSON {
    var item = dated(notice.render(.record(record)), notice)
    let tags = Taggings.of("company", record.id, notice.workspace).compactMap { $0["tag_id"].stored }
    item["tag_ids"] = .array(tags)
    if item["plan"] == [:] { item["plan"] = .null }
    if item["remote_created_at"] == nil { item["remote_created_at"] = .null }
    return item
  }

  // MARK: Contacts

  static let contact: Topic.Item = { notice in
    notice.after.map { contact($0, notice) }
  }

  static func contact(_ record: Record, _ notice: Notice) -> JSON {
    dated(notice.render(.record(record)), notice)
  }

  static let deletedContact: Topic.Item = { notice in
    notice.before.map { contact in
      [
        "id": .string(contact.id), "external_id": contact["external_id"].stored ?? .null, "type": "contact",
        "deleted": true,
      ]
    }
  }

  static let merged: Topic.Item = { notice in
    guard let merge = notice.after, let record = find(merge["contact_id"], Contacts.model, notice) else { return nil }
    var item = contact(record, notice)
    item["merged_from"] = ["type": "contact", "id": merge["source_contact_id"].stored ?? .null]
    return item
  }

  static let subscriber: Topic.Item = { notice in
    notice.after.map { contact in
      let types = Subscriptions.types(chosenBy: contact.id, notice.workspace)
      return ["contact": Topics.contact(contact, notice), "subscription_types": list(types, notice)]
    }
  }

  static func taggedContact(_ notice: Notice) -> Record? {
    guard let tagging = notice.after ?? notice.before, tagging["target_type"] == "contact" else { return nil }
    return find(tagging["target_id"], Contacts.model, notice)
  }

  static let contactTag: Topic.Item = { notice in
    guard let tagging = notice.after ?? notice.before, let contact = taggedContact(notice),
      let tag = find(tagging["tag_id"], Tags.model, notice)
    else { return nil }
    return [
      "type": "contact_tag", "created_at": .integer(notice.call.now),
      "tag": ["type": "tag", "id": .string(tag.id), "name": tag["name"].stored ?? .null],
      "contact": Topics.contact(contact, notice),
    ]
  }

  static let choice: Topic.Item = { notice in
    guard let choice = notice.after, let contact = find(choice["contact_id"], Contacts.model, notice),
      let type = find(choice["subscription_type_id"], SubscriptionTypes.model, notice)
    else { return nil }
    let isIn = choice["consent_type"] == "opt_in"
    return [
      "type": isIn ? "granular_subscribe" : "granular_unsubscribe", "contact": Topics.contact(contact, notice),
      "subscription_types": list([type], notice), "created_at": .integer(notice.call.now),
    ]
  }

  /// Unknown: what this topic shows; here the contact that the visitor became.
  static let signedUpVisitor: Topic.Item = { notice in
    notice.all.first(where: isUser)?.after.map { contact($0, notice) }
  }

  private static func list(_ records: [Record], _ notice: Notice) -> JSON {
    ["type": "list", "data": notice.render(.records(records))]
  }

  // MARK: Conversations

  static let conversation: Topic.Item = { notice in
    notice.after.map { conversation($0, showing: [], notice) }
  }

  static let newConversation: Topic.Item = conversation

  static let conversationOfPart: Topic.Item = { notice in
    guard let part = notice.after, let record = find(part["conversation_id"], Conversations.model, notice) else {
      return nil
    }
    return conversation(record, showing: [part], notice)
  }

  static let deletedConversation: Topic.Item = { notice in
    notice.after.map { ["type": "conversation", "conversation_id": .string($0.id)] }
  }

  static func participants(_ notice: Notice, _ ids: [String]) -> [JSON] {
    guard let record = notice.after else { return [] }
    return ids.compactMap { id in
      notice.workspace[Contacts.model][id].map { contact in
        [
          "conversation": conversation(record, showing: [], notice),
          "contact": Topics.contact(contact, notice),
        ]
      }
    }
  }

  /// With the parts that caused the notification, and no others.
  private static func conversation(_ record: Record, showing parts: [Record], _ notice: Notice) -> JSON {
    let isPlain = notice.call.honours(.notifiesAsItAnswers)
    var item = notice.render(.record(record))
    item["conversation_parts"] = [
      "type": "conversation_part.list", "conversation_parts": notice.render(.records(parts)),
      "total_count": .integer(Int64(parts.count)),
    ]
    guard isPlain else {
      item["statistics"] = item["statistics"].map { dated($0, notice) }
      return item
    }
    item["source"] = item["source"].map { plain($0, ["body", "subject"]) }
    let shown = item["conversation_parts"]?["conversation_parts"]?.array ?? []
    item["conversation_parts"]?["conversation_parts"] = .array(shown.map { plain($0, ["body"]) })
    return item
  }

  private static func plain(_ json: JSON, _ members: [String]) -> JSON {
    var json = json
    for name in members {
      if let html = json[name]?.string { json[name] = .string(PlainText.of(html)) }
    }
    return json
  }

  // MARK: Tickets

  static let ticket: Topic.Item = { notice in
    notice.after.map { ticket($0, notice) }
  }

  static let nestedTicket: Topic.Item = { notice in
    notice.after.map { ["ticket": ticket($0, notice)] }
  }

  static let ticketOfPart: Topic.Item = { notice in
    notice.after.flatMap { find($0["ticket_id"], Tickets.model, notice) }.map { ticket($0, notice) }
  }

  /// Assignees are texts here, "0" for nobody (recorded).
  static let ratedTicket: Topic.Item = { notice in
    guard let record = notice.after else { return nil }
    // Unknown: where the service puts the rating; tickets have none in the descriptions.
    var item = ticket(record, notice)
    item["rating"] = record["rating"].object.map(JSON.object)
    return item
  }

  private static func ticket(_ record: Record, _ notice: Notice) -> JSON {
    var item = notice.render(.record(record))
    for name in ["admin_assignee_id", "team_assignee_id"] {
      if let number = item[name]?.integer { item[name] = .string(String(number)) }
    }
    return item
  }

  // MARK: Shared

  static func find(_ id: Value, _ model: Model, _ notice: Notice) -> Record? {
    id.string.flatMap { notice.workspace[model][$0] }
  }

  /// Times of an object as ISO texts, in the versions that have them so.
  private static func dated(_ json: JSON, _ notice: Notice) -> JSON {
    guard !notice.call.honours(.notifiesAsItAnswers), let object = json.object else { return json }
    var dated = JSONObject()
    for (key, value) in object {
      let time = key.hasSuffix("_at") ? value.integer : nil
      dated.append(key: key, value: time.map { .string(ISOTime.text($0)) } ?? value)
    }
    return .object(dated)
  }
}

/// What is told of requests (webhooks.md, 5).
extension Topics {
  /// Recorded. Unknown: how the service numbers tokens; the client and its package are those of an app that is not known
  /// here.
  static let request: Topic.RequestItem = { notice in
    let (request, call) = (notice.request, notice.call)
    let admin = call.workspace[Admins.model][Admins.actor(call)]
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
      "admin": admin.map { ["id": .string($0.id), "email": $0["email"].stored ?? .null] } ?? .null,
    ]
  }
}
