import JSON

/// What a slot holds. Absent, null and empty stay three different things.
public enum Value: Sendable, Equatable {
  case absent
  case json(JSON)
  case record(Record)
  case records([Record])

  /// The text, when it is one.
  public var string: String? {
    if case .json(.string(let text)) = self { text } else { nil }
  }

  /// The whole number, when it is one.
  public var integer: Int64? {
    if case .json(.integer(let number)) = self { number } else { nil }
  }

  /// The number, whole or not.
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

  /// The records of a list of them; empty otherwise.
  public var records: [Record] {
    if case .records(let records) = self { records } else { [] }
  }

  /// The texts of a list of them, such as ids; empty otherwise.
  public var strings: [String] {
    array?.compactMap(\.string) ?? []
  }

  /// Whether there is nothing to see: absent or null.
  public var isEmpty: Bool {
    switch self {
    case .absent, .json(.null): true
    default: false
    }
  }

  /// What it makes of its slot.
  var kind: RecordLayout.Kind {
    switch self {
    case .absent: .absent
    case .json(let json): json.kind
    case .record, .records: .value
    }
  }

  /// The value as it stands in a fixture; nil when absent.
  public var json: JSON? {
    switch self {
    case .absent: nil
    case .json(let json): json
    case .record(let record): record.storedJSON
    case .records(let records): .array(records.map(\.storedJSON))
    }
  }

  public static func string(_ text: String?) -> Value {
    .json(text.map(JSON.string) ?? .null)
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

  public static func strings(_ texts: some Sequence<String>) -> Value {
    .json(.array(texts.map(JSON.string)))
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
