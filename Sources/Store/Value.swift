import JSON

/// The value of a slot. Absent, null and empty are three different values.
public enum Value: Sendable, Equatable {
  case absent
  case json(JSON)
  case record(Record)
  case records([Record])

  /// The string; nil if the value is not a string.
  public var string: String? {
    if case .json(.string(let text)) = self { text } else { nil }
  }

  /// The integer; nil if the value is not an integer.
  public var integer: Int64? {
    if case .json(.integer(let number)) = self { number } else { nil }
  }

  /// The number; nil if the value is not a number.
  public var number: Double? {
    if case .json(let json) = self { json.number } else { nil }
  }

  public var boolean: Bool? {
    if case .json(.boolean(let flag)) = self { flag } else { nil }
  }

  public var object: JSONObject? {
    if case .json(.object(let object)) = self { object } else { nil }
  }

  public var array: [JSON]? {
    if case .json(.array(let array)) = self { array } else { nil }
  }

  public var record: Record? {
    if case .record(let record) = self { record } else { nil }
  }

  /// The list of records; empty for any other value.
  public var records: [Record] {
    if case .records(let records) = self { records } else { [] }
  }

  /// The strings of an array, such as ids; empty for any other value.
  public var strings: [String] {
    array?.compactMap(\.string) ?? []
  }

  /// Whether the value is absent or null.
  public var isEmpty: Bool {
    switch self {
    case .absent, .json(.null): true
    default: false
    }
  }

  /// How a record layout represents the value.
  var kind: RecordLayout.Kind {
    switch self {
    case .absent: .absent
    case .json(let json): json.kind
    case .record, .records: .value
    }
  }

  /// The value in the format of a fixture; nil if absent.
  public var json: JSON? {
    switch self {
    case .absent: nil
    case .json(let json): json
    case .record(let record): record.storedJSON
    case .records(let records): .array(records.map(\.storedJSON))
    }
  }

  public static func string(_ string: String?) -> Value {
    .json(string.map(JSON.string) ?? .null)
  }

  public static func integer(_ number: Int64?) -> Value {
    .json(number.map(JSON.integer) ?? .null)
  }

  public static func integer(_ number: Int) -> Value {
    .json(.integer(Int64(number)))
  }

  public static func boolean(_ flag: Bool) -> Value {
    .json(.boolean(flag))
  }

  public static func strings(_ strings: some Sequence<String>) -> Value {
    .json(.array(strings.map(JSON.string)))
  }

  public static var null: Value { .json(.null) }
}

extension Value: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByNilLiteral
{
  public init(booleanLiteral flag: Bool) {
    self = .json(.boolean(flag))
  }

  public init(integerLiteral number: Int64) {
    self = .json(.integer(number))
  }

  public init(stringLiteral text: String) {
    self = .json(.string(text))
  }

  public init(nilLiteral: ()) {
    self = .json(.null)
  }
}

extension JSON {
  fileprivate var kind: RecordLayout.Kind {
    switch self {
    case .null: .null
    case .boolean(let flag): flag ? .booleanTrue : .booleanFalse
    case .array(let elements) where elements.isEmpty: .emptyArray
    case .object(let members) where members.isEmpty: .emptyObject
    default: .value
    }
  }
}
