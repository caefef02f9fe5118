import API

extension Catalogue {
  /// Everything that Intercom documents, alphabetically: the table of contents.
  public static var intercom: Catalogue {
    Catalogue(
      [
        Admins.self,
        AwayStatusReasons.self,
        Banners.self,
        Calls.self,
        Companies.self,
        Contacts.self,
        ConversationAttributes.self,
        Conversations.self,
        CustomObjectInstances.self,
        DataAttributes.self,
        DataConnectors.self,
        DataEvents.self,
        DataExports.self,
        EcommerceConnectors.self,
        FinAgent.self,
        FinVoice.self,
        IPAllowlist.self,
        Jobs.self,
        Messages.self,
        Notes.self,
        OfficeHours.self,
        PhoneCallRedirects.self,
        Procedures.self,
        ReportingExports.self,
        Segments.self,
        SubscriptionTypes.self,
        Tags.self,
        Teams.self,
        TicketStates.self,
        TicketTypeAttributes.self,
        TicketTypes.self,
        Tickets.self,
        Visitors.self,
        Workflows.self,
      ],
      history: VersionChanges.history)
  }
}
