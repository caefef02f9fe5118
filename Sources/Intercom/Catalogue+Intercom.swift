import API

extension Catalogue {
  /// Everything that Intercom documents, alphabetically: the table of contents.
  public static var intercom: Catalogue {
    Catalogue(
      [
        Admins.self,
        Audiences.self,
        AwayStatusReasons.self,
        Banners.self,
        Brands.self,
        Calls.self,
        Companies.self,
        Contacts.self,
        Content.self,
        ContentImportSources.self,
        ContentSnippets.self,
        ConversationAttributes.self,
        Conversations.self,
        CustomObjectInstances.self,
        DataAttributes.self,
        DataEvents.self,
        Emails.self,
        ExternalPages.self,
        FinVoice.self,
        Folders.self,
        IdentityVerificationSecrets.self,
        Jobs.self,
        Macros.self,
        Messages.self,
        Newsfeeds.self,
        NewsItems.self,
        Notes.self,
        PhoneCallRedirects.self,
        Segments.self,
        SubscriptionTypes.self,
        Tags.self,
        Teams.self,
        Tickets.self,
        TicketStates.self,
        TicketTypeAttributes.self,
        TicketTypes.self,
        Visitors.self,
      ],
      history: VersionChanges.history, topics: Topics.all)
  }
}
