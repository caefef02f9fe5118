import Store

/// Plausible records that are made one after the other, the same for the same order.
public protocol RecordGenerator: AnyObject {
  /// What was made so far, by collection, in order.
  var generatedCounts: [(collection: String, count: Int)] { get }

  /// Sets the numbers aside that its records take, so that nothing else takes them meanwhile.
  func reserveIDs(in ids: inout IDGenerator)

  /// Makes the next thing with all that hangs on it; false when there was nothing left to make.
  func generateNext() -> Bool
}

/// How much of what is to be generated.
public struct GenerationRequest: Sendable {
  public var contacts: Int
  public var companies: Int
  public var conversations: Int
  /// Where everything is drawn from.
  public var seed: UInt64

  public init(contacts: Int = 0, companies: Int = 0, conversations: Int = 0, seed: UInt64 = 1) {
    self.contacts = contacts
    self.companies = companies
    self.conversations = conversations
    self.seed = seed
  }

  /// Starts making it in a workspace.
  public typealias Factory = @Sendable (GenerationRequest, Workspace) -> any RecordGenerator
}
