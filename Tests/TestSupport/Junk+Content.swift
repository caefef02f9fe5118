import JSON

/// Good bodies of the operations about content and what announces it, and ids for their paths.
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
