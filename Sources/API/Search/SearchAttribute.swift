import JSON
import Store

/// One attribute of a search field with attributes, such as `custom_attributes.plan`.
public struct SearchAttribute: Sendable {
  /// How the values are compared, whatever the type of the filter's value.
  public enum Kind: Sendable {
    case text, integer, decimal, boolean
    /// A time, by calendar day in every version.
    case day
    /// A time, like the time fields of a record: to the second or by calendar day, depending on the version.
    case time
    /// Several ids: a filter for one of them matches.
    case list
  }

  /// Nil for an attribute without a definition: as text, and as a number if the operator is one of order.
  let kind: Kind?
  let read: @Sendable (Record) -> JSON?

  /// - Parameters:
  ///   - kind: how the values are compared; nil for an attribute without a definition
  ///   - read: returns the value of a record
  public init(_ kind: Kind?, read: @escaping @Sendable (Record) -> JSON?) {
    self.kind = kind
    self.read = read
  }
}

/// A string that other records supply, such as the name of the author that a conversation refers to. Every record has one,
/// which may be null.
public struct LinkedText: Sendable {
  /// The records of one model that supply the string. The search runs on them first and then finds the referring records
  /// in an index.
  public struct Link: Sendable {
    let model: Model
    let index: String
    let source: ColumnSource

    /// - Parameters:
    ///   - model: the model of the referenced records
    ///   - index: the index of the referring records by the id of the referenced one
    ///   - read: returns the string of a referenced record
    public init(to model: Model, index: String, read: @escaping @Sendable (Record) -> String?) {
      (self.model, self.index, source) = (model, index, .text(read))
    }
  }

  /// The strings of records that refer to no record, by kind.
  public typealias Constants = [String: @Sendable (Workspace) -> String?]

  let links: [Link]
  let constants: Constants
  /// Returns the kind of a record, one of `constants`; nil if the record refers to another.
  let kind: ColumnSource
  /// The string of a record whose referenced record does not exist.
  let missing: String?

  /// - Parameters:
  ///   - links: the sources of the string. A record refers to at most one record by all of them.
  ///   - missing: the string if the referenced record does not exist
  ///   - constants: the strings of records that refer to no record, by kind
  ///   - kind: returns the kind of a record; nil if it refers to another record
  public init(
    from links: Link..., missing: String? = nil, constants: Constants = [:],
    kind: @escaping @Sendable (Record) -> String? = { _ in nil }
  ) {
    self.links = links
    self.missing = missing
    self.constants = constants
    self.kind = .text(kind)
  }
}
