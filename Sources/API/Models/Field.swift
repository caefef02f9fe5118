import JSON
import Store

/// One member of a model: how it is stored, validated and rendered.
///
/// A class, so that the check of each value in a fixture or request passes one reference instead of copying the
/// members.
public final class Field: Sendable {
  /// The type of the member's value.
  public enum Kind: Sendable {
    case string, integer, number, boolean
    /// Seconds since 1970.
    case timestamp
    /// A free-form object.
    case object
    /// An array of scalar values, such as ids.
    case array
    /// Any JSON value.
    case any
    /// A nested record.
    case model(Model)
    /// An array of nested records.
    case models(Model)
    /// A constant value, not stored.
    case constant(JSON)
    /// Computed when rendered, not stored; nil omits the member.
    case derived(@Sendable (Record, Call) -> Node?)
    /// Computed and written to the output without intermediate nodes, not stored. For lists in frequent replies.
    case written(@Sendable (Record, Call, inout JSONWriter) -> Void)
  }

  public struct Options: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// A request may set the field.
    public static let writable = Options(rawValue: 1)
    /// Stored but never rendered.
    public static let hidden = Options(rawValue: 2)
    /// The collection keeps an index of the field's values.
    public static let indexed = Options(rawValue: 4)
    /// The collection keeps its records sorted by the field, so that lists can use the order.
    public static let ordered = Options(rawValue: 8)
    /// Omitted when unset, instead of rendered as null.
    public static let sparse = Options(rawValue: 16)
    /// A request must set the field on creation.
    public static let required = Options(rawValue: 32)
  }

  /// The valid range of integers and timestamps: those that a double represents exactly. Sums of two and the conversion
  /// of seconds to milliseconds do not overflow 64 bits.
  static let integerRange: ClosedRange<Int64> = -(1 << 53)...(1 << 53)

  public let name: String
  public let kind: Kind
  public let options: Options
  /// The initial value. If nil, the field starts as null, or absent if it is sparse.
  public let initial: JSON?
  /// The permitted values of a string field; empty if any string is valid.
  public let oneOf: [String]
  /// Renders the field if its rendered value differs from the stored one. A result of nil omits the member.
  let show: (@Sendable (Record, Call) -> Node?)?

  init(
    name: String, kind: Kind, options: Options = [], initial: JSON? = nil, oneOf: [String] = [],
    show: (@Sendable (Record, Call) -> Node?)? = nil
  ) {
    self.name = name
    self.kind = kind
    self.options = options
    self.initial = initial
    self.oneOf = oneOf
    self.show = show
  }

  /// Whether records have a slot for the field.
  public var isStored: Bool {
    switch kind {
    case .constant, .derived, .written: false
    default: true
    }
  }
}

extension Field {
  /// Returns a copy of the field that is rendered by `show`; a result of nil omits the member. The stored value is not
  /// affected.
  public func shown(_ show: @escaping @Sendable (Record, Call) -> Node?) -> Field {
    Field(name: name, kind: kind, options: options, initial: initial, oneOf: oneOf, show: show)
  }

  /// The member `type` with a constant value.
  public static func type(_ name: String) -> Field {
    Field(name: "type", kind: .constant(.string(name)))
  }

  /// A member with a constant value.
  public static func constant(_ name: String, value: JSON) -> Field {
    Field(name: name, kind: .constant(value))
  }

  /// A string field.
  /// - Parameter oneOf: the permitted values; empty if any string is valid
  public static func string(
    _ name: String, options: Options = [], initial: JSON? = nil, oneOf: [String] = []
  ) -> Field {
    Field(name: name, kind: .string, options: options, initial: initial, oneOf: oneOf)
  }

  public static func integer(_ name: String, options: Options = [], initial: JSON? = nil) -> Field {
    Field(name: name, kind: .integer, options: options, initial: initial)
  }

  public static func number(_ name: String, options: Options = [], initial: JSON? = nil) -> Field {
    Field(name: name, kind: .number, options: options, initial: initial)
  }

  public static func boolean(_ name: String, options: Options = [], initial: JSON? = nil) -> Field {
    Field(name: name, kind: .boolean, options: options, initial: initial)
  }

  /// A time in seconds since 1970.
  public static func timestamp(_ name: String, options: Options = [], initial: JSON? = nil) -> Field {
    Field(name: name, kind: .timestamp, options: options, initial: initial)
  }

  /// A free-form object, initially empty.
  public static func object(_ name: String, options: Options = [], initial: JSON? = [:]) -> Field {
    Field(name: name, kind: .object, options: options, initial: initial)
  }

  /// An array of scalar values, initially empty.
  /// - Parameter oneOf: the permitted items; empty if any item is valid
  public static func array(_ name: String, options: Options = [], initial: JSON? = [], oneOf: [String] = []) -> Field {
    Field(name: name, kind: .array, options: options, initial: initial, oneOf: oneOf)
  }

  /// A field of any type.
  public static func any(_ name: String, options: Options = [], initial: JSON? = nil) -> Field {
    Field(name: name, kind: .any, options: options, initial: initial)
  }

  /// A nested record of another model, initially null unless `initial` is set.
  public static func model(_ name: String, of model: Model, options: Options = [], initial: JSON? = nil) -> Field {
    Field(name: name, kind: .model(model), options: options, initial: initial)
  }

  /// An array of nested records of another model, initially empty.
  public static func models(_ name: String, of model: Model, options: Options = [], initial: JSON? = []) -> Field {
    Field(name: name, kind: .models(model), options: options, initial: initial)
  }

  /// A member that is computed when rendered; a result of nil omits it.
  public static func derived(
    _ name: String, from derive: @escaping @Sendable (Record, Call) -> Node?, options: Options = []
  ) -> Field {
    Field(name: name, kind: .derived(derive), options: options)
  }

  /// A member whose value `write` writes to the output.
  public static func written(
    _ name: String, with write: @escaping @Sendable (Record, Call, inout JSONWriter) -> Void
  ) -> Field {
    Field(name: name, kind: .written(write))
  }
}
