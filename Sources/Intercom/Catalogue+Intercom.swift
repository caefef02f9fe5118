import API

extension Catalogue {
  /// Everything that Intercom documents, alphabetically: the table of contents.
  public static var intercom: Catalogue {
    Catalogue(
      [
        Admins.self,
        Companies.self,
        Contacts.self,
        DataAttributes.self,
        DataEvents.self,
        Notes.self,
        Segments.self,
        SubscriptionTypes.self,
        Tags.self,
        Visitors.self,
      ],
      history: VersionChanges.history)
  }
}
