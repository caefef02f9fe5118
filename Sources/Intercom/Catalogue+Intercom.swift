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
        DataEvents.self,
        FinVoice.self,
        Jobs.self,
        Messages.self,
        Notes.self,
        PhoneCallRedirects.self,
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
      history: VersionChanges.history, topics: Topics.all, generation: Generator.maker)
  }
}
