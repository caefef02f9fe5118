import API

extension Catalogue {
  /// Everything that Intercom documents, alphabetically: the table of contents.
  public static var intercom: Catalogue {
    Catalogue(
      [
        Admins.self,
        AwayStatusReasons.self,
        Banners.self,
        Companies.self,
        Contacts.self,
        ConversationAttributes.self,
        Conversations.self,
        DataAttributes.self,
        DataEvents.self,
        Jobs.self,
        Notes.self,
        Segments.self,
        SubscriptionTypes.self,
        Tags.self,
        Teams.self,
        TicketStates.self,
        TicketTypeAttributes.self,
        TicketTypes.self,
        Tickets.self,
        Visitors.self,
      ],
      history: VersionChanges.history)
  }
}
