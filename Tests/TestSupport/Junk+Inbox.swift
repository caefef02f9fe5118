import JSON

/// Good bodies of the operations about conversations and tickets, and ids for their paths.
extension InvalidBodies {
  private static let person = JSON.string("65f1a00200000000000000a2")
  private static let query: JSONObject = [
    "query": [
      "operator": "AND",
      "value": [
        ["field": "state", "operator": "=", "value": "submitted"],
        ["field": "created_at", "operator": ">", "value": "1"],
      ],
    ]
  ]

  package static let inboxTemplates: [String: JSONObject] = [
    "createConversation": [
      "from": ["type": "user", "id": person], "body": "Hello", "subject": "Soup", "created_at": 5,
      "attachment_urls": ["https://example.com/a.png"],
    ],
    "searchConversations": [
      "query": ["operator": "OR", "value": [["field": "source.body", "operator": "=", "value": "soup"]]],
      "pagination": ["per_page": 5],
    ],
    "updateConversation": [
      "read": true, "title": "Soup", "company_id": "65f1b00100000000000000b1", "priority": "high", "admin_id": "1001",
      "custom_attributes": ["bowls": 2, "issue_type": "Billing", "order": ["21"], "promised_by": 5],
    ],
    "replyConversation": [
      "message_type": "comment", "type": "admin", "admin_id": "1001", "body": "Hello", "created_at": 5,
      "skip_notifications": true, "skip_unsnooze": true, "reply_options": [["text": "Yes", "uuid": "1"]],
      "attachment_files": [["name": "a.txt", "content_type": "text/plain", "data": "YQ=="]],
    ],
    "manageConversation": [
      "message_type": "assignment", "type": "team", "admin_id": "1001", "assignee_id": "2001", "body": "Yours",
    ],
    "attachContactToConversation": ["admin_id": "1001", "customer": ["intercom_user_id": person]],
    "redactConversation": ["type": "conversation_part", "conversation_id": "1101", "conversation_part_id": "2105"],
    "mergeConversation": ["merge_into_conversation_id": 1102],
    "attachTagToConversation": ["id": "3003", "admin_id": "1001"],
    "updateConversationPart": [
      "experimental": true, "secret": "x", "send_state": "failed", "info_message": "x", "seen": true,
      "admin_id": "1001",
    ],
    "createConversationAttribute": [
      "name": "mood", "data_type": "list", "description": "", "required": true, "visible_to_team_ids": ["2001"],
      "options": [["label": "Calm"], ["label": "Cross"]],
    ],
    "updateConversationAttribute": ["name": "text", "required": false, "multiline": true],
    "convertConversationToTicket": [
      "ticket_type_id": "55", "ticket_state_id": "8270",
      "attributes": ["_default_title_": "Soup", "Affected seats": 2],
    ],
    "createTicketType": ["name": "New", "description": "x", "category": "Tracker", "icon": "🎟️", "is_internal": false],
    "updateTicketType": ["name": "Changed", "archived": false],
    "createTicketTypeAttribute": [
      "name": "New", "description": "x", "data_type": "list", "list_items": "a,b", "required_to_create": true,
      "visible_to_contacts": false,
    ],
    "createTicket": newTicket, "enqueueCreateTicket": newTicket,
    "updateTicket": [
      "ticket_attributes": ["Affected seats": 3, "Screenshots": [["url": "https://example.com/a.png"]]],
      "ticket_state_id": "8270", "open": true, "is_shared": true, "snoozed_until": 4_000_000_000, "admin_id": 1001,
      "assignee_id": "2001", "company_id": "65f1b00100000000000000b1",
    ],
    "searchTickets": query,
    "replyTicket": [
      "message_type": "quick_reply", "type": "admin", "admin_id": "1001", "body": "Well?", "created_at": 5,
      "reply_options": [["text": "Yes", "uuid": "1"]],
    ],
    "attachTagToTicket": ["id": "3003", "admin_id": "1001"],
    "linkConversationToTicket": ["conversation_id": "1102"],
  ]

  private static let newTicket: JSONObject = [
    "ticket_type_id": "56", "contacts": [["id": person]], "company_id": "65f1b00100000000000000b1", "created_at": 5,
    "ticket_attributes": ["_default_title_": "Soup", "Refund amount": 2.5, "order": ["21"]],
    "assignment": ["admin_assignee_id": "1001", "team_assignee_id": "2001"], "conversation_to_link_id": "1102",
    "skip_notifications": true,
  ]

  package static let inboxIDs = [
    "conversations": "1101", "tickets": "1201", "ticket_types": "55", "conversation_parts": "2105",
    "attributes": "7501",
    "linkConversationToTicket": "1206",
  ]
}
