import JSON

/// Good bodies of the operations about exports, hours, connectors and Fin, and ids for their paths.
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
    // By a conversation's id, but to run one by its own.
    "procedures": "1103", "runFinProcedure": "8701",
  ]

  private static let interval: JSON = ["start_minute": 540, "end_minute": 600]
  private static let message: JSON = ["author": "user", "body": "Hi", "timestamp": "2024-01-01T00:00:00Z"]
  private static let user: JSON = [
    "id": "user-1", "name": "Iris", "email": "iris@example.com", "attributes": ["plan": "free"],
  ]
}
