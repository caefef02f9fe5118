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
        Messages.self,
        Notes.self,
        PhoneCallRedirects.self,
        Segments.self,
        SubscriptionTypes.self,
        Tags.self,
        Teams.self,
        Visitors.self,
      ],
      history: VersionChanges.history)
  }
}
