import JSON
import Store

/// One member of a model: how it is kept, checked and shown. One reference each: every value of every fixture and request
/// is checked against one.
public final class Field: Sendable {
  /// What the member holds.
  public enum Kind: Sendable {
    case string, integer, number, boolean
    /// Seconds since 1970.
    case timestamp
    /// A free-form object.
    case object
    /// A list of plain values, such as ids.
    case array
    /// Anything at all.
    case any
    case model(Model)
    case models(Model)
    /// Always this, and never stored.
    case constant(JSON)
    /// Worked out when it is shown, and never stored; nil leaves it out.
    case derived(@Sendable (Record, Call) -> Node?)
    /// Worked out and written at once: for lists on the hot path.
    case written(@Sendable (Record, Call, inout JSONWriter) -> Void)
  }

  public struct Options: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// A request may set it.
    public static let writable = Options(rawValue: 1)
    /// Kept, never shown.
    public static let hidden = Options(rawValue: 2)
    /// Found by its value without a scan.
    public static let indexed = Options(rawValue: 4)
    /// Lists can run in its order.
    public static let ordered = Options(rawValue: 8)
    /// Left out rather than null when it is unset.
    public static let sparse = Options(rawValue: 16)
    /// A request must give it on creation.
    public static let required = Options(rawValue: 32)
  }

  /// What a count or a time may be: as far as JSON's numbers are exact, and far enough from the ends of 64 bits that
  /// two may be added, and seconds counted in milliseconds.
  static let integerRange: ClosedRange<Int64> = -(1 << 53)...(1 << 53)

  public let name: String
  public let kind: Kind
  public let options: Options
  /// What an unset field starts as; null when nil, unless sparse.
  public let initial: JSON?
  public let oneOf: [String]
  /// How it is shown when not as it is kept; nil leaves it out.
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

  /// Whether a record has a slot for it.
  public var isStored: Bool {
    switch kind {
    case .constant, .derived, .written: false
    default: true
    }
  }
}

extension Field {
  /// The same field, kept as it is and shown as `show` says; nil leaves it out.
  public func shown(_ show: @escaping @Sendable (Record, Call) -> Node?) -> Field {
    Field(name: name, kind: kind, options: options, initial: initial, oneOf: oneOf, show: show)
  }

  /// The member `type`, always the same.
  public static func type(_ name: String) -> Field {
    Field(name: "type", kind: .constant(.string(name)))
  }

  public static func constant(_ name: String, value: JSON) -> Field {
    Field(name: name, kind: .constant(value))
  }

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

  public static func timestamp(_ name: String, options: Options = [], initial: JSON? = nil) -> Field {
    Field(name: name, kind: .timestamp, options: options, initial: initial)
  }

  public static func object(_ name: String, options: Options = [], initial: JSON? = [:]) -> Field {
    Field(name: name, kind: .object, options: options, initial: initial)
  }

  public static func array(_ name: String, options: Options = [], initial: JSON? = []) -> Field {
    Field(name: name, kind: .array, options: options, initial: initial)
  }

  public static func any(_ name: String, options: Options = [], initial: JSON? = nil) -> Field {
    Field(name: name, kind: .any, options: options, initial: initial)
  }

  /// A record of another model, kept inside this one; without an initial value it starts as null.
  public static func model(_ name: String, of model: Model, options: Options = [], initial: JSON? = nil) -> Field {
    Field(name: name, kind: .model(model), options: options, initial: initial)
  }

  /// Records of another model, kept inside this one.
  public static func models(_ name: String, of model: Model, options: Options = [], initial: JSON? = []) -> Field {
    Field(name: name, kind: .models(model), options: options, initial: initial)
  }

  public static func derived(
    _ name: String, from derive: @escaping @Sendable (Record, Call) -> Node?, options: Options = []
  ) -> Field {
    Field(name: name, kind: .derived(derive), options: options)
  }

  public static func written(
    _ name: String, with write: @escaping @Sendable (Record, Call, inout JSONWriter) -> Void
  ) -> Field {
    Field(name: name, kind: .written(write))
  }
}
