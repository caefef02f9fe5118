import API
import JSON
import Store

/// Invalid request bodies.
package enum InvalidBodies {
  /// Values of each type, boundary values, and values that often cause errors in servers.
  package static let invalidValues: [JSON] = [
    .null, true, false, 0, -1, 1.5, 1e300, -1e300, .integer(.max), .integer(.min), "", " ", "x", "-1", "1e999", "nan",
    "99999999999999999999", "2024-02-30", "\u{0}", "a@", "@", "👩‍👩‍👧‍👦", .string(String(repeating: "long ", count: 60)),
    [], [nil], [1], ["x"], [[]], [[:]], [["id": nil]], [["id": 5]], [["id": [:]]], [:], ["id": nil], ["x": ["x": []]],
    ["type": 3, "id": -1, "value": [nil]],
  ]

  /// One value of each type, for tests that replace members one by one.
  package static let valuePerType: [JSON] = [
    nil, true, -1, 1.5, .integer(.max), "", "x", [], [nil], ["x"], [:], ["x": []],
  ]

  /// Names of members in requests of any operation.
  package static let memberNames = [
    "admin_id", "admin_ids", "admin_priority_level", "archived", "assignment_limit", "attributes", "avatar",
    "away_mode_enabled", "away_mode_reassign", "away_status_reason_id", "body", "companies", "company_id",
    "consent_type", "contacts", "created_at", "custom_attributes", "data_type", "description", "email", "event_name",
    "event_summaries", "event_type", "event_types", "external_id", "field", "from", "id", "industry", "into", "job",
    "language_override", "last_seen_at", "messenger_writable", "metadata", "model", "monthly_spend", "name", "operator",
    "options", "order", "owner_id", "page", "pagination", "per_page", "phone", "plan", "query", "remote_created_at",
    "role", "signed_up_at", "size", "skip_duplicate_validation", "sort", "type", "unsubscribed_from_emails", "untag",
    "update_last_request_at", "user", "user_id", "users", "value", "visitor", "website",
    "audience_ids", "body_markdown", "folder", "html", "json_blocks", "labels", "locale", "newsfeed_assignments",
    "predicates", "reactions", "sender_id", "source_id", "state", "status", "sync_behavior", "title", "url",
    "ai_chatbot_availability", "author_id", "folder_id", "from_url", "help_center_id", "locales", "parent_id",
    "parent_ids", "parent_type", "scheduled_publish_at", "scheduled_unpublish_at", "target_id", "target_type",
    "translated_content",
    "bcc", "call_id", "cc", "components", "conversation_ids", "create_conversation_without_contact_reply", "data",
    "external_created_at", "external_updated_at", "message_type", "phone_number", "source", "subject", "template", "to",
    "attachments", "attribute_ids", "attribute_values", "audiences", "context", "conversation_id",
    "conversation_metadata", "created_at_after", "created_at_before", "data_inputs", "dataset_id", "enabled",
    "end_time",
    "exception_date", "exception_type", "headers", "http_method", "ip_allowlist", "message", "mock_response", "rating",
    "remark", "settings", "start_time", "step_id", "time_intervals", "time_zone_name", "token_ids",
  ]

  /// Valid bodies by operation id, to test with one invalid member at a time.
  package static let templates = peopleTemplates.merging(contentTemplates) { known, _ in known }.merging(
    automationTemplates
  ) { known, _ in known }
  .merging(knowledgeTemplates) { known, _ in known }.merging(inboxTemplates) { known, _ in known }

  private static let peopleTemplates: [String: JSONObject] = [
    "createContact": [
      "role": "user", "email": "new@example.com", "external_id": "new", "phone": "+1", "name": "New",
      "avatar": "https://example.com/a.png", "signed_up_at": 1, "last_seen_at": 2, "owner_id": 1001,
      "unsubscribed_from_emails": false, "language_override": "fr", "custom_attributes": ["plan": "free", "seats": 3],
    ],
    "updateContact": ["name": "Changed", "custom_attributes": ["score": 1.5, "is_champion": true]],
    "mergeContact": ["from": lead, "into": contact, "skip_duplicate_validation": true],
    "previewMergeContact": ["from": lead, "into": contact],
    "searchContacts": searchTemplate, "searchCompanies": searchTemplate,
    "searchActivityLogs": ["created_at_after": 1, "created_at_before": 2, "event_types": ["admin_login_success"]],
    "createOrUpdateCompany": [
      "company_id": "new", "name": "New", "plan": "gold", "size": 5, "website": "https://example.com",
      "industry": "tea",
      "remote_created_at": 5, "monthly_spend": 7, "custom_attributes": ["tier": "one"], "update_last_request_at": true,
    ],
    "updateCompany": ["name": "Changed", "plan": "gold"],
    "attachContactToACompany": ["id": "65f1b00100000000000000b1"],
    "createNote": ["body": "text", "admin_id": "1001"], "createCompanyNote": ["body": "text", "admin_id": "1001"],
    "createTag": [
      "name": "new", "users": [["id": contact]], "companies": [["company_id": "42", "untag": true]],
    ],
    "attachTagToContact": ["id": "3001"],
    "attachSubscriptionTypeToContact": ["id": "4001", "consent_type": "opt_out"],
    "setAwayAdmin": ["away_mode_enabled": true, "away_mode_reassign": true, "away_status_reason_id": 5001],
    "updateTeamMembers": ["admin_ids": [1001], "admin_priority_level": ["primary_admin_ids": [1001]]],
    "createDataAttribute": [
      "name": "colour", "model": "contact", "data_type": "string", "options": [["value": "red"], ["value": "blue"]],
      "description": "", "messenger_writable": true,
    ],
    "updateDataAttribute": ["archived": false, "description": "x", "options": [["value": "a"], ["value": "b"]]],
    "createDataEvent": [
      "event_name": "invited", "created_at": 1_717_100_000, "id": contact,
      "metadata": ["price": ["amount": 5]],
    ],
    "dataEventSummaries": [
      "user_id": "user-1", "event_summaries": ["event_name": "x", "count": 1, "first": 1, "last": 2],
    ],
    "updateVisitor": ["id": "65f1d00100000000000000d1", "name": "Vis", "custom_attributes": ["plan": "free"]],
    "convertVisitor": [
      "visitor": ["id": "65f1d00100000000000000d1"], "user": ["email": "v@example.com"], "type": "user",
    ],
    "bulkCreateContacts": ["contacts": [["email": "bulk@example.com"]]],
    "bulkUpdateContacts": ["contacts": [["id": contact, "name": "Bulk"]]],
    "bulkDeleteContacts": ["contacts": [["id": contact]]],
    "bulkCreateCompanies": ["companies": [["company_id": "bulk", "name": "Bulk"]]],
    "bulkUpdateCompanies": ["companies": [["id": "65f1b00100000000000000b1", "name": "Bulk"]]],
    "createMessage": [
      "from": ["type": "admin", "id": 1001], "to": ["type": "user", "id": contact], "cc": ["id": lead],
      "message_type": "email", "subject": "Soup", "body": "It is ready", "template": "plain", "created_at": 5,
      "create_conversation_without_contact_reply": true,
    ],
    "createPhoneSwitch": ["phone": "+15550100100", "custom_attributes": ["plan": "free"]],
    "createCustomObjectInstances": [
      "external_id": "new", "external_created_at": 1, "external_updated_at": 2, "custom_attributes": ["note": "x"],
    ],
    "listCallsWithTranscripts": ["conversation_ids": ["1101", 1102]],
    "registerFinVoiceCall": [
      "phone_number": "+15550100100", "call_id": "new", "source": "five9", "data": ["queue": "x"],
    ],
    "bulkDeleteCompanies": ["companies": [["id": "65f1b00100000000000000b1"]]],
  ]

  private static let contactID = "65f1a00100000000000000a1"
  private static let contact = JSON.string(contactID)
  private static let lead: JSON = "65f1a00900000000000000a9"
  private static let searchTemplate: JSONObject = [
    "query": ["operator": "AND", "value": [["field": "name", "operator": "~", "value": "a"]]],
    "pagination": ["per_page": 5], "sort": ["field": "name", "order": "ascending"],
  ]

  /// The path of an operation with ids that exist in the default fixtures.
  package static func path(for operation: API.Operation) -> String {
    let ids = [
      "contacts": contactID, "companies": "65f1b00100000000000000b1", "tags": "3002", "notes": "8001", "admins": "1001",
      "teams": "2001", "segments": "65f1c00100000000000000c1", "subscriptions": "4002", "banners": "486501",
      "data_attributes": "7001", "visitors": "65f1d00100000000000000d1", "find_by_external_id": "user-1",
      "calls": "6001", "custom_object_instances": "Order", "collect": "12001",
    ].merging(contentIDs) { known, _ in known }.merging(automationIDs) { known, _ in known }
      .merging(knowledgeIDs) { known, _ in known }.merging(inboxIDs) { known, _ in known }
    var before = ""
    return operation.path.split(separator: "/").map { part in
      defer { before = String(part) }
      return "/" + (part.hasPrefix("{") ? ids[operation.id] ?? ids[before] ?? "none" : String(part))
    }.joined()
  }

  /// Variants of a valid body in which one value, at any depth, is replaced by an invalid value.
  package static func variants(of body: JSON) -> [JSON] {
    switch body {
    case .object(let object):
      return object.flatMap { key, value in
        (valuePerType + variants(of: value)).map { junk in
          var copy = object
          copy[key] = junk
          return JSON.object(copy)
        }
      }
    case .array(let items):
      return items.indices.flatMap { place in
        (valuePerType + variants(of: items[place])).map { junk in
          var copy = items
          copy[place] = junk
          return JSON.array(copy)
        }
      }
    default: return []
    }
  }

  /// A random body with a few members.
  package static func random(using random: inout some RandomNumberGenerator) -> JSON {
    var object = JSONObject()
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      guard let key = memberNames.randomElement(using: &random), let value = invalidValues.randomElement(using: &random)
      else {
        continue
      }
      object[key] = value
    }
    return .object(object)
  }
}
