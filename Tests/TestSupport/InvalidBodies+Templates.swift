import JSON

/// Valid bodies of the operations of conversations and tickets, and ids for their paths.
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

/// Valid bodies of the operations of content, news and messages, and ids for their paths.
extension InvalidBodies {
  package static let contentTemplates: [String: JSONObject] = [
    "createNewsItem": [
      "title": "News", "body": "<p>New</p>", "sender_id": 1001, "state": "live", "deliver_silently": true,
      "labels": ["New", "Update"], "reactions": ["😆", nil],
      "newsfeed_assignments": [["newsfeed_id": 34001, "published_at": 1_717_100_000]],
    ],
    "updateNewsItem": ["title": "News", "sender_id": 1001, "labels": ["New"], "reactions": []],
    "createIdentityVerificationSecret": ["name": "New", "supports_web": true, "supports_ios": false],
    "createFolder": ["folder": ["name": "New", "description": "x", "emoji": "📜", "parent_folder_id": 37003]],
    "updateFolder": ["folder": ["name": "Changed", "parent_folder_id": 37003]],
    "createAudience": ["name": "New", "predicates": [predicate], "role_predicates": [predicate]],
    "updateAudience": ["name": "Changed", "predicates": [predicate]],
    "createContentSnippet": [
      "title": "New", "locale": "en", "audience_ids": [38001], "ai_chatbot_availability": true,
      "json_blocks": [["type": "orderedList", "items": ["one"]], ["type": "paragraph", "text": "x"]],
    ],
    "updateContentSnippet": ["title": "Changed", "body_markdown": "# Changed\n\n- one\n- two\n\n```\ncode"],
    "attachTagToContentSnippet": ["id": "3001", "admin_id": "1001"],
    "createContentImportSource": [
      "sync_behavior": "api", "url": "https://example.com", "status": "active", "audience_ids": [38001],
    ],
    "updateContentImportSource": [
      "sync_behavior": "api", "url": "https://example.com", "audience_ids": 38001,
      "apply_audience_to_existing_content": true,
    ],
    "createExternalPage": [
      "external_id": "new", "title": "New", "html": "<p>x</p>", "url": "https://example.com", "locale": "en",
      "source_id": 41001, "ai_agent_availability": true,
    ],
    "updateExternalPage": [
      "title": "Changed", "html": "<p>x</p>", "url": "https://example.com", "locale": "en", "source_id": 41001,
      "fin_availability": false,
    ],
    "bulkContentActions": [
      "action": "update_tags",
      "content_ids": [["type": "article", "id": "401"], ["type": "content_snippet", "id": 39001]],
      "tags": ["add_tag_ids": [3001], "remove_tag_ids": [3002]],
      "audience": ["add_segment_ids": [38001], "remove_all": true], "availability": ["ai_agent": true],
    ],
    "notifyNewConversation": [
      "event_id": "1", "external_conversation_id": "chat",
      "contact": ["type": "user", "external_id": "new", "name": "New", "email": "new@example.com"],
    ],
  ]

  package static let contentIDs = [
    "news_items": "35001", "newsfeeds": "34001", "secure_mode_secrets": "36001", "folders": "37001",
    "audiences": "38001", "content_snippets": "39001", "content_import_sources": "41001", "external_pages": "42001",
    "brands": "32001", "emails": "31001", "macros": "33001",
  ]

  private static let predicate: JSON = [
    "attribute": "company.name", "type": "string", "comparison": "contains", "value": "x",
  ]
}

/// Valid bodies of the operations of articles and help centers, and ids for their paths.
extension InvalidBodies {
  package static let knowledgeTemplates: [String: JSONObject] = [
    "createArticle": [
      "title": "New", "description": "x", "body": "y", "author_id": 1001, "state": "published", "parent_id": 75,
      "parent_type": "collection", "parent_ids": [75, 145], "folder_id": 37001, "audience_ids": [38001],
      "ai_chatbot_availability": false, "scheduled_unpublish_at": "2030-01-01T00:00:00Z",
      "translated_content": ["fr": translation, "en": ["title": "New"]],
    ],
    "updateArticle": [
      "title": "Changed", "body_markdown": "# A\n\n- *b*\n\n> c\n\n1. [d](e)\n\n```\nf", "author_id": 1001,
      "state": "published", "scheduled_publish_at": "2030-01-01T00:00:00Z", "translated_content": ["fr": translation],
    ],
    "stageArticleDraft": ["title": "Changed", "body": "<p>z</p>", "translated_content": ["fr": translation]],
    "publishArticleDraft": ["locales": ["en"]],
    "attachTagToArticle": ["id": "3001", "admin_id": "1001"],
    "createCollection": [
      "name": "New", "description": "x", "help_center_id": 30002, "parent_id": "75", "translated_content": names,
    ],
    "updateCollection": ["name": "Changed", "parent_id": nil, "translated_content": names],
    "createSection": ["name": "New", "parent_id": 75, "translated_content": names],
    "updateSection": ["name": "Changed", "parent_id": 3, "translated_content": names],
    "createHelpCenterRedirect": [
      "from_url": "https://help.example.com/new", "locale": "en", "target_type": "article", "target_id": "401",
    ],
    "createInternalArticle": [
      "title": "New", "body": "x", "author_id": 1001, "owner_id": 1002, "audience_ids": [38001], "folder_id": 37001,
      "ai_copilot_availability": true,
    ],
    "updateInternalArticle": ["title": "Changed", "body_markdown": "**x**", "owner_id": 1002, "folder_id": nil],
    "attachTagToInternalArticle": ["id": "3001", "admin_id": "1001"],
  ]

  package static let knowledgeIDs = [
    "articles": "404", "collections": "75", "help_centers": "30001", "internal_articles": "501", "redirects": "26",
    "sections": "147", "versions": "301", "publishArticleDraft": "402",
  ]

  private static let translation: JSON = [
    "title": "Neuf", "description": "x", "body": "y", "author_id": 1001, "state": "published", "audience_ids": [38001],
  ]

  private static let names: JSON = ["fr": ["name": "Neuf", "description": "x"], "en": ["description": "y"]]
}

/// Valid bodies of the operations of exports, office hours, data connectors and Fin, and ids for their paths.
extension InvalidBodies {
  package static let automationTemplates: [String: JSONObject] = [
    "createOfficeHoursSchedule": ["name": "New", "time_zone_name": "UTC", "time_intervals": [interval]],
    "updateOfficeHoursSchedule": ["name": "Changed", "time_intervals": [interval, interval]],
    "createOfficeHoursException": [
      "exception_date": "2024-02-29", "exception_type": "custom_hours", "name": "New", "time_intervals": [interval],
      "recurring_annually": true,
    ],
    "updateOfficeHoursException": ["exception_date": "2024-03-01", "exception_type": "closed"],
    "createDataExport": ["created_at_after": 1, "created_at_before": 2],
    "createDataConnector": [
      "name": "New", "description": "x", "http_method": "post", "url": "https://example.com", "body": "{}",
      "direct_fin_usage": true, "audiences": ["users", "leads"], "headers": [["name": "X", "value": "y"]],
      "data_inputs": [
        ["name": "x", "type": "string", "description": "y", "required": true, "default_value": "z"]
      ],
      "customer_authentication": true, "bypass_authentication": false, "validate_missing_attributes": true,
      "mock_response": ["a": ["b": [1, 2]], "c": nil], "token_ids": ["1", 2],
    ],
    "updateDataConnector": ["name": "Changed", "audiences": [], "data_inputs": []],
    "startFinConversation": [
      "conversation_id": "new", "message": message, "user": user,
      "attachments": [
        ["type": "url", "url": "https://example.com/a.png"], ["type": "file", "name": "a", "data": "aGk="],
      ],
      "conversation_metadata": ["history": [message], "attributes": ["issue_type": "Question"]],
      "settings": ["follow_up_questions": false, "email": true],
    ],
    "replyToFin": ["conversation_id": "table-9", "message": message, "user": user],
    "askFin": ["conversation_id": "new", "message": message, "user": user],
    "submitFinCsat": ["conversation_id": "table-9", "rating": "good", "remark": "Fine"],
    "escalateFinConversation": ["user": user, "message": "Help", "context": "Why"],
    "listFinCapabilities": ["user": user],
    "runFinProcedure": [
      "conversation_id": "new", "user": user, "message": message, "conversation_metadata": ["attributes": ["a": "b"]],
    ],
    "collectProcedureAgentInput": [
      "step_id": "d5b81f72-adb9-4317-b973-75b3c3624c09", "attribute_values": [["identifier": "x", "value": true]],
    ],
  ]

  package static let automationIDs = [
    "office_hours_schedules": "3501", "office_hours_exceptions": "3601", "data_connectors": "12301",
    "execution_results": "990001", "data": "oldsoupmenu12345", "cancel": "oldsoupmenu12345", "reporting_data": "job1",
    "workflows": "7401", "connectors": "42901",
    // Conversation ids, except for runFinProcedure, which takes a procedure id.
    "procedures": "1103", "runFinProcedure": "8701",
  ]

  private static let interval: JSON = ["start_minute": 540, "end_minute": 600]
  private static let message: JSON = ["author": "user", "body": "Hi", "timestamp": "2024-01-01T00:00:00Z"]
  private static let user: JSON = [
    "id": "user-1", "name": "Iris", "email": "iris@example.com", "attributes": ["plan": "free"],
  ]
}
