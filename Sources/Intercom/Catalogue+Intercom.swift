import API

extension Catalogue {
  /// Everything that Intercom documents, alphabetically: the table of contents.
  public static var intercom: Catalogue {
    Catalogue(
      [
        Admins.self,
        Articles.self,
        Audiences.self,
        AwayStatusReasons.self,
        Banners.self,
        Brands.self,
        Calls.self,
        Collections.self,
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
        HelpCenters.self,
        IdentityVerificationSecrets.self,
        InternalArticles.self,
        Jobs.self,
        Macros.self,
        Messages.self,
        NewsItems.self,
        Newsfeeds.self,
        Notes.self,
        PhoneCallRedirects.self,
        Redirects.self,
        Sections.self,
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
      history: VersionChanges.history, topics: Topics.all)
  }
}
