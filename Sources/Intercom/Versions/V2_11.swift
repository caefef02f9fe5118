import API

extension VersionChanges {
  /// 2.11: an admin's avatar is an object in this version alone; the Messenger asks first.
  static let v2_11 = VersionChanges(
    version: .v2_11,
    changes: [
      VersionChange("An admin's avatar is an object")
        .retypes("avatar", in: "admin", back: Retype.imageURL),
      VersionChange("A message may be given its time")
        .adds("created_at", to: Messages.createRequest),
      VersionChange("A data attribute without a description has an empty one")
        .rewrites("data_attribute", back: DataAttributes.leavingOutEmptyDescription),
      VersionChange("The Messenger may not write a new data attribute unless it is told so")
        .turnsOn(.closesAttributesToMessenger),
      VersionChange("Conversations show their attributes, and what the AI agent did")
        .adds("custom_attributes", "ai_agent", "ai_agent_participated", to: "conversation"),
      VersionChange("The time of a message may be given")
        .adds("created_at", to: "create_conversation_request")
        .adds("created_at", to: "reply_conversation_request"),
      VersionChange("A contact's reply no longer notes the language that was detected")
        .turnsOn(.leavesOutLanguageDetection),
      VersionChange("Contacts may not reply to back-office tickets")
        .turnsOn(.closesBackOffice),
      VersionChange("Every ticket part says in which state the ticket is")
        .adds(TicketParts.stateNow, to: "ticket_part"),
      VersionChange("A ticket and a reply to it may say when they were written")
        .adds("created_at", to: "create_ticket_request")
        .adds("created_at", to: "reply_ticket_request"),
      VersionChange("A data export's identifier is spelled as in the examples only")
        .removes("job_identfier", from: "data_export"),
    ])
}
