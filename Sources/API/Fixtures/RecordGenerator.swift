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

/// Which records a catalogue can generate.
public struct RecordGeneration: Sendable {
  /// A kind of record that a request counts.
  public struct Kind: Sendable {
    public let name: String
    /// The name of a kind that must be generated too.
    public let requires: String?

    public init(name: String, requires: String? = nil) {
      self.name = name
      self.requires = requires
    }
  }

  public let kinds: [Kind]
  /// The collections that receive records, in the order of `generatedCounts`.
  public let collections: [String]
  public let makeGenerator: @Sendable (GenerationRequest, Workspace) -> any RecordGenerator

  public init(
    kinds: [Kind], collections: [String],
    makeGenerator: @escaping @Sendable (GenerationRequest, Workspace) -> any RecordGenerator
  ) {
    self.kinds = kinds
    self.collections = collections
    self.makeGenerator = makeGenerator
  }
}

/// A request for generated records.
public struct GenerationRequest: Sendable {
  /// Number of records by kind.
  public var counts: [String: Int]
  /// The seed of all random choices.
  public var seed: UInt64

  public init(counts: [String: Int], seed: UInt64 = 1) {
    self.counts = counts
    self.seed = seed
  }
}
