import API
import JSON
import Store

/// Items of notifications about admins and visitors (Documentation.docc/Webhooks.md, "Items").
extension Topics {
  // MARK: Admins

  static let admin: Topic.Item = { notice in
    (notice.after ?? notice.before).map { admin($0, for: notice) }
  }

  static let activityLog: Topic.Item = { notice in
    guard let log = notice.render()?.object else { return nil }
    return .object(JSONObject([("type", "admin_activity_log_event")] + Array(log)))
  }

  /// The admin who performed the logged activity.
  static let activityAdmin: Topic.Item = { notice in
    let id = notice.after?["performed_by"].record?["id"].string
    return id.flatMap { notice.workspace[Admins.model][$0] }.map { admin($0, for: notice) }
  }

  /// The recorded members. The id is a number, the avatar an object, and the away reason a string, empty without a reason.
  private static func admin(_ record: Record, for notice: ChangeEvent) -> JSON {
    let shown = notice.render(.record(record))
    var item: JSONObject = ["type": "admin", "id": Int64(record.id).map(JSON.integer) ?? .string(record.id)]
    for name in ["name", "email", "job_title", "away_mode_enabled", "away_mode_reassign"] {
      item[name] = shown[name] ?? .null
    }
    let reason = AwayStatusReasons.displayText(of: record["away_status_reason_id"].integer, in: notice.call)
    item["away_status_reason"] = .string(reason ?? "")
    for name in ["has_inbox_seat", "team_ids"] { item[name] = shown[name] ?? .null }
    item["avatar"] = ["type": "avatar", "image_url": .optional(record["avatar"].string)]
    return .object(item)
  }

  // MARK: Visitors

  /// The visitor as a user of the API 1.x.
  static let signedUpVisitor: Topic.Item = { notice in
    guard let visitor = notice.before, let contact = notice.mutations.first(where: isUserWrite)?.after else {
      return nil
    }
    var item = notice.render(.record(visitor))
    item["type"] = "user"
    item["id"] = .string(contact.id)
    item["user_id"] = contact["external_id"].json ?? .null
    item["anonymous"] = false
    for name in ["email", "phone", "name", "owner_id"] { item[name] = contact[name].json ?? .null }
    for name in ["remote_created_at", "signed_up_at", "updated_at"] { item[name] = .integer(notice.call.now) }
    item["location_data"] = location(of: visitor)
    for name in ["last_seen_ip", "user_agent_data"] { item[name] = .null }
    return withISOTimes(item, for: notice)
  }

  /// Every recorded member, null if the visitor is not located.
  private static func location(of visitor: Record) -> JSON {
    let known = visitor["location_data"].object ?? [:]
    var location: JSONObject = ["type": "location_data"]
    let names = [
      "city_name", "continent_code", "country_name", "postal_code", "region_name", "timezone", "country_code",
      "latitude",
      "longitude",
    ]
    for name in names { location[name] = known[name] ?? .null }
    return .object(location)
  }
}

/// Items of notifications about contacts and companies (Documentation.docc/Webhooks.md, "Items").
extension Topics {
  // MARK: Contacts

  static let contact: Topic.Item = { notice in
    notice.after.map { contact($0, for: notice) }
  }

  /// Recorded up to 2.14: without the domain of the e-mail address.
  static func contact(_ record: Record, for notice: ChangeEvent) -> JSON {
    var item = notice.render(.record(record))
    if !notice.call.honours(.webhooksMatchAPI) { item["email_domain"] = nil }
    return withISOTimes(item, for: notice)
  }

  /// A contact beside another record. Recorded: it has a formatted phone number in every version.
  static func companion(_ record: Record, for notice: ChangeEvent) -> JSON {
    guard let contact = contact(record, for: notice).object else { return .null }
    var item = JSONObject()
    for (name, value) in contact where name != "formatted_phone" {
      item.append(key: name, value: value)
      if name == "phone" { item.append(key: "formatted_phone", value: record["phone"].json ?? .null) }
    }
    return .object(item)
  }

  static let archivedContact: Topic.Item = { notice in
    notice.after.map { minimalContact($0, flag: "archived") }
  }

  static let deletedContact: Topic.Item = { notice in
    notice.before.map { minimalContact($0, flag: "deleted") }
  }

  private static func minimalContact(_ contact: Record, flag: String) -> JSON {
    [
      "id": .string(contact.id), "external_id": contact["external_id"].json ?? .null, "type": "contact",
      flag: true,
    ]
  }

  static let mergedContact: Topic.Item = { notice in
    guard let merge = notice.after, let record = find(id: merge["contact_id"], model: Contacts.model, for: notice)
    else { return nil }
    var item = contact(record, for: notice)
    item["merged_from"] = ["type": "contact", "id": merge["source_contact_id"].json ?? .null]
    return item
  }

  /// A contact who changed a subscription, of one type or of all.
  static func subscriber(_ type: String) -> Topic.Item {
    { notice in
      notice.after.map { contact in
        let types = Subscriptions.types(chosenBy: contact.id, in: notice.workspace)
        return subscription(type, of: contact, types: types, for: notice)
      }
    }
  }

  static let subscriptionChoice: Topic.Item = { notice in
    guard let choice = notice.after, let contact = find(id: choice["contact_id"], model: Contacts.model, for: notice),
      let type = find(id: choice["subscription_type_id"], model: SubscriptionTypes.model, for: notice)
    else { return nil }
    let kind = choice["consent_type"] == "opt_in" ? "granular_subscribe" : "granular_unsubscribe"
    return subscription(kind, of: contact, types: [type], for: notice)
  }

  private static func subscription(
    _ type: String, of contact: Record, types: [Record], for notice: ChangeEvent
  ) -> JSON {
    [
      "type": .string(type), "contact": Topics.contact(contact, for: notice),
      "subscription_types": ["type": "list", "data": notice.render(.records(types))],
      "created_at": .integer(notice.call.now),
    ]
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
      "type": "contact_tag",
      "tag": ["type": "tag", "id": .string(tag.id), "name": tag["name"].json ?? .null],
      "contact": Topics.contact(contact, for: notice),
    ]
  }

  // MARK: Companies

  static let company: Topic.Item = { notice in
    notice.after.map { record in
      company(
        record,
        showing: [
          "type", "id", "name", "app_id", "plan", "company_id", "remote_created_at", "created_at", "updated_at",
          "last_request_at", "size", "website", "industry", "monthly_spend", "session_count", "user_count",
          "custom_attributes", "tag_ids",
        ], for: notice)
    }
  }

  /// The companies with these ids, each beside the contact that was attached or detached.
  static func companies(for notice: ChangeEvent, ids: [String]) -> [JSON] {
    guard let contact = notice.after else { return [] }
    return ids.compactMap { id in
      notice.workspace[Companies.model][id].map { record in
        [
          "company": company(
            record,
            showing: [
              "type", "id", "company_id", "app_id", "name", "plan_id", "remote_created_at", "created_at", "updated_at",
              "last_request_at", "monthly_spend", "session_count", "user_count", "tag_ids", "custom_attributes",
            ], for: notice),
          "contact": companion(contact, for: notice),
        ]
      }
    }
  }

  /// The members in the recorded order, null if they are unset.
  private static func company(_ record: Record, showing names: [String], for notice: ChangeEvent) -> JSON {
    let shown = withISOTimes(notice.render(.record(record)), for: notice)
    let taggings = Taggings.taggings(ofType: "company", id: record.id, in: notice.workspace)
    let plan = record["plan"].record?["id"].json
    var item = JSONObject()
    for name in names {
      switch name {
      case "plan": item[name] = plan == nil ? .null : shown[name] ?? .null
      case "plan_id": item[name] = plan ?? .null
      case "tag_ids": item[name] = .array(taggings.compactMap { $0["tag_id"].json })
      default: item[name] = shown[name] ?? .null
      }
    }
    return .object(item)
  }
}
