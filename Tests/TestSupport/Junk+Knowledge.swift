import JSON

/// Good bodies of the operations about articles and help centers, and ids for their paths.
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
