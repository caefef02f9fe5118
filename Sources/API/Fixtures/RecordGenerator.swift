import Store

/// A generator of sample records. Equal requests generate equal records.
public protocol RecordGenerator: AnyObject {
  /// The number of records generated so far, by collection.
  var generatedCounts: [(collection: String, count: Int)] { get }

  /// Reserves the numeric ids of the records to generate, so that requests during generation get other ids.
  func reserveIDs(in ids: inout IDGenerator)

  /// Generates the next record with its dependent records; returns false if all are generated.
  func generateNext() -> Bool
}

/// The number of records to generate.
public struct GenerationRequest: Sendable {
  public var contacts: Int
  public var companies: Int
  public var conversations: Int
  /// The seed of the random numbers.
  public var seed: UInt64

  public init(contacts: Int = 0, companies: Int = 0, conversations: Int = 0, seed: UInt64 = 1) {
    self.contacts = contacts
    self.companies = companies
    self.conversations = conversations
    self.seed = seed
  }

  /// Creates a generator that inserts its records into a workspace.
  public typealias Factory = @Sendable (GenerationRequest, Workspace) -> any RecordGenerator
}
