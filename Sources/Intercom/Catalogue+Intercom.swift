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
        Notes.self,
        Segments.self,
        SubscriptionTypes.self,
        Tags.self,
        Teams.self,
        Visitors.self,
      ],
      history: VersionChanges.history)
  }
}
