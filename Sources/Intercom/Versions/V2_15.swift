import API

extension VersionChanges {
  /// 2.15: notes of companies, automatic away mode.
  static let v2_15 = VersionChanges(
    version: .v2_15,
    changes: [
      VersionChange("Notes say which company they are about")
        .adds("company", to: "note")
        .turnsOn(.leavesOutAbsentContact),
      VersionChange("Conversations show their company")
        .adds("company", to: "conversation"),
      VersionChange("Parts tell the value that an attribute had before, and the id of an e-mail")
        .retypes("event_details", in: "conversation_part", back: EventDetails.leavingOutPrevious)
        .adds("message_id", to: "email_message_metadata"),
      VersionChange("The AI agent tells how it handed a conversation over")
        .retypes("resolution_state", in: "ai_agent", back: EventDetails.oldResolution),
      VersionChange("Webhooks show records as the API does, with times as numbers and texts without HTML")
        .turnsOn(.notifiesAsItAnswers),
      VersionChange("A reply may be sent without notifying anyone")
        .adds("skip_notifications", to: "reply_conversation_request"),
      VersionChange("The activity log says how admins go away by themselves")
        .adds("mode", to: "activity_log_metadata"),
      VersionChange("Content import sources have audiences")
        .adds("audience_ids", to: "content_import_source")
        .adds("audience_ids", to: ContentImportSources.createRequest)
        .adds("audience_ids", "apply_audience_to_existing_content", to: ContentImportSources.updateRequest),
    ])
}
