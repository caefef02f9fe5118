import API

extension VersionChanges {
  /// 2.12: push messages.
  static let v2_12 = VersionChanges(
    version: .v2_12,
    changes: [
      VersionChange("Contacts say whether they take push messages")
        .adds("enabled_push_messaging", to: "contact"),
      VersionChange("An admin's avatar is a text again")
        .retypes("avatar", in: "admin", back: Retype.image),
      VersionChange("Conversations hide their attributes again")
        .removes("custom_attributes", from: "conversation"),
      VersionChange("Statistics tell how fast the assigned team answered")
        .adds("assigned_team_first_response_time", to: "conversation_statistics"),
      VersionChange("The bot is called Fin")
        .turnsOn(.callsBotFin),
      // Required by the description of 2.11 alone, whatever its examples show.
      VersionChange("A data attribute without a description says nothing of it")
        .rewrites("data_attribute", back: DataAttributes.describing),
      VersionChange("A ticket's state is an object, and types show theirs")
        .adds("ticket_states", to: "ticket_type")
        .removes("ticket_state_internal_label", "ticket_state_external_label", from: "ticket")
        .turnsOn(.showsTicketStates),
      // Required by the description of 2.11 alone, whatever its examples show.
      VersionChange("Only the ticket parts that change a state say which")
        .removes(TicketParts.stateNow, from: "ticket_part")
        .rewrites("ticket_part", back: TicketParts.completed),
      VersionChange("A ticket is put in a state by its id")
        .adds("ticket_state_id", "company_id", to: "update_ticket_request")
        .removes("state", from: "update_ticket_request"),
      VersionChange("A data export's identifier comes misspelled, too")
        .adds("job_identfier", to: "data_export"),
    ])
}
