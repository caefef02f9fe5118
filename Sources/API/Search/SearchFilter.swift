import JSON
import Store
import TimeZones

/// One filter of a search: field, operator and value.
struct SearchFilter {
  /// The maximum number of `IN` values that are each compared with the whole column. With more values, each row is
  /// looked up in a set of the values.
  private static let maximumScannedValues = 16

  let name: String
  let searchOperator: SearchOperator
  let value: JSON
  let call: Call
  let collection: RecordCollection
  /// Whether times are compared to the second in every version.
  let exactTimes: Bool

  /// Returns the predicate of the filter.
  /// - Parameters:
  ///   - field: the field to compare
  ///   - key: the key of the field's column
  /// - Throws: `parameter_invalid` (400) for an unsupported operator or a value of the wrong type; `invalid_field`
  ///   (400) for an attribute prefix without an attribute
  func predicate(for field: SearchField, key: ColumnKey) throws -> Predicate {
    switch field.kind {
    case .text(let source): try textPredicate(key: key, source: source, field: field)
    case .integer(let source): try numberPredicate(key: key, source: source)
    case .serial(let source, let numbers): try serialPredicate(key: key, source: source, numbers: numbers, field: field)
    case .counted(let count): try countPredicate(key: key, count: count)
    case .boolean(let source): try booleanPredicate(key: key, source: source)
    case .date(let source):
      try exactTimes ? numberPredicate(key: key, source: source) : timePredicate(key: key, source: source)
    case .words(let source, let words): try wordPredicate(key: key, source: source, words: words)
    case .ids(let relation, let takesLists): try relationPredicate(relation, takesLists: takesLists)
    case .linked(let models, let index, let source):
      try .any(models.map { try linkPredicate(to: $0, index: index, source: source) })
    case .attributes, .attributeLookup, .attribute: throw SearchQuery.invalidField(named: name)
    }
  }

  // MARK: Strings

  private func textPredicate(key: ColumnKey, source: ColumnSource, field: SearchField?) throws -> Predicate {
    func test(_ comparison: TextComparison, against json: JSON) throws -> Predicate {
      let text = try string(json)
      if comparison == .equals, let rows = field?.rows(holding: text, in: collection) { return .rows(rows) }
      return .column(key, source, .text(comparison, needle: CaseFolding.foldedBytes(of: text)))
    }
    switch searchOperator {
    case .equals:
      return try equalityPredicate(key: key, source: source, value: value) { try test(.equals, against: $0) }
    case .differs:
      return .not(try equalityPredicate(key: key, source: source, value: value) { try test(.equals, against: $0) })
    case .oneOf:
      return try textPredicate(among: try list(), key: key, source: source, field: field) {
        try test(.equals, against: $0)
      }
    case .noneOf:
      return .not(
        try textPredicate(among: try list(), key: key, source: source, field: field) { try test(.equals, against: $0) })
    case .contains: return try test(.contains, against: value)
    case .excludes: return .not(try test(.contains, against: value))
    case .startsWith: return try test(.startsWith, against: value)
    case .endsWith: return try test(.endsWith, against: value)
    default: throw unsupported
    }
  }

  private func textPredicate(
    among values: [JSON], key: ColumnKey, source: ColumnSource, field: SearchField?,
    _ test: (JSON) throws -> Predicate
  ) throws -> Predicate {
    guard values.count > Self.maximumScannedValues, field?.index == nil else {
      return .any(try values.map { try equalityPredicate(key: key, source: source, value: $0, test) })
    }
    let texts = Set(try values.filter { !$0.isNull }.map { CaseFolding.foldedBytes(of: try string($0)) })
    return predicate(among: values, key: key, source: source, test: .textAmong(texts))
  }

  /// Compares with a set of values. If the set contains null, records without a value match as well.
  private func predicate(among values: [JSON], key: ColumnKey, source: ColumnSource, test: ColumnPredicate) -> Predicate
  {
    let found = Predicate.column(key, source, test)
    return values.contains(.null) ? .any([found, .not(.column(key, source, .present))]) : found
  }

  /// An empty bound is less than every id: clients send it with their first request, before they know an id.
  private func serialPredicate(
    key: ColumnKey, source: ColumnSource, numbers: ColumnSource, field: SearchField
  ) throws -> Predicate {
    guard [.greater, .greaterOrEqual, .less, .lessOrEqual].contains(searchOperator) else {
      return try textPredicate(key: key, source: source, field: field)
    }
    guard value != "" else { return [.greater, .greaterOrEqual].contains(searchOperator) ? .everything : .nothing }
    return try numberPredicate(key: secondaryKey(of: key), source: numbers)
  }

  /// Searches for one word. A value with several words never matches (Documentation.docc/Search.md, "Conversation
  /// fields").
  private func wordPredicate(key: ColumnKey, source: ColumnSource, words spaced: ColumnSource) throws -> Predicate {
    func test(_ json: JSON) throws -> Predicate {
      .column(
        secondaryKey(of: key), spaced, .text(.contains, needle: CaseFolding.foldedBytes(of: " \(try string(json)) ")))
    }
    func oneWord(_ json: JSON) throws -> Predicate {
      try string(json).contains(where: \.isWhitespace) ? .nothing : test(json)
    }
    func anyWord(_ values: [JSON]) throws -> Predicate {
      guard values.count > Self.maximumScannedValues else { return .any(try values.map(oneWord)) }
      let words = try values.map(string).filter { !$0.contains(where: \.isWhitespace) }
      return .column(secondaryKey(of: key), spaced, .wordAmong(Set(words.map(CaseFolding.foldedBytes))))
    }
    switch searchOperator {
    case .equals: return try equalityPredicate(key: key, source: source, value: value, oneWord)
    case .differs: return .not(try equalityPredicate(key: key, source: source, value: value, oneWord))
    case .oneOf: return try anyWord(try list())
    case .noneOf: return .not(try anyWord(try list()))
    case .contains, .excludes, .startsWith, .endsWith: return try textPredicate(key: key, source: source, field: nil)
    default: throw unsupported
    }
  }

  private func string(_ json: JSON) throws -> String {
    switch json {
    case .string(let text): return text
    case .integer(let number): return String(number)
    case .number, .boolean: return json.text
    default: throw wrongType(expected: "a string")
    }
  }

  // MARK: Numbers

  private func numberPredicate(key: ColumnKey, source: ColumnSource) throws -> Predicate {
    func test(_ comparison: NumberComparison, against json: JSON) throws -> Predicate {
      .column(key, source, .number(comparison, try double(json)))
    }
    switch searchOperator {
    case .equals:
      return try equalityPredicate(key: key, source: source, value: value) { try test(.equals, against: $0) }
    case .differs:
      return .not(try equalityPredicate(key: key, source: source, value: value) { try test(.equals, against: $0) })
    case .oneOf: return .column(key, source, .numberAmong(Set(try list().map(double))))
    case .noneOf: return .not(.column(key, source, .numberAmong(Set(try list().map(double)))))
    case .greater: return try test(.greater, against: value)
    case .less: return try test(.less, against: value)
    case .greaterOrEqual: return try test(.greaterOrEqual, against: value)
    case .lessOrEqual: return try test(.lessOrEqual, against: value)
    default: throw unsupported
    }
  }

  private func countPredicate(key: ColumnKey, count: @escaping SearchField.Count) throws -> Predicate {
    func test(_ comparison: NumberComparison) throws -> Predicate {
      .computed(key, count, .number(comparison, value.isNull ? .nan : try double(value)))
    }
    func among() throws -> Predicate {
      .computed(key, count, .numberAmong(Set(try list().filter { !$0.isNull }.map(double))))
    }
    switch searchOperator {
    case .equals: return try test(.equals)
    case .differs: return .not(try test(.equals))
    case .oneOf: return try among()
    case .noneOf: return .not(try among())
    case .greater: return try test(.greater)
    case .less: return try test(.less)
    case .greaterOrEqual: return try test(.greaterOrEqual)
    case .lessOrEqual: return try test(.lessOrEqual)
    default: throw unsupported
    }
  }

  private func double(_ json: JSON) throws -> Double {
    if let number = json.number { return number }
    if let text = json.string, let number = Double(text), number.isFinite { return number }
    throw wrongType(expected: "a number")
  }

  /// Accepts 1 and 0 because the Python SDK sends them.
  private func booleanPredicate(key: ColumnKey, source: ColumnSource) throws -> Predicate {
    func truth(_ json: JSON) throws -> Double {
      switch json {
      case .boolean(true), .string("true"), .integer(1): return 1
      case .boolean(false), .string("false"), .integer(0): return 0
      default: throw wrongType(expected: "a boolean")
      }
    }
    func test(_ json: JSON) throws -> Predicate { .column(key, source, .number(.equals, try truth(json))) }
    switch searchOperator {
    case .equals: return try equalityPredicate(key: key, source: source, value: value, test)
    case .differs: return .not(try equalityPredicate(key: key, source: source, value: value, test))
    case .oneOf: return .column(key, source, .numberAmong(Set(try list().map(truth))))
    case .noneOf: return .not(.column(key, source, .numberAmong(Set(try list().map(truth)))))
    default: throw unsupported
    }
  }

  private func timePredicate(key: ColumnKey, source: ColumnSource) throws -> Predicate {
    guard call.honours(.exactSearchTimes) else {
      return try dayPredicate(key: key, source: source, zone: call.workspace.timeZone)
    }
    guard searchOperator != .oneOf, searchOperator != .noneOf else { throw unsupported }
    return try numberPredicate(key: key, source: source)
  }

  /// Compares calendar days: the value stands for the day that contains it.
  private func dayPredicate(key: ColumnKey, source: ColumnSource, zone: TimeZone) throws -> Predicate {
    guard [.equals, .greater, .less].contains(searchOperator) else { throw unsupported }
    if value.isNull, searchOperator == .equals { return .not(.column(key, source, .present)) }
    let seconds = try double(value)
    guard abs(seconds) < 1e12 else { throw wrongType(expected: "a Unix timestamp in seconds") }
    let start = Double(zone.startOfDay(containing: Int64(seconds)))
    let next = Double(zone.startOfNextDay(after: Int64(seconds)))
    func test(_ comparison: NumberComparison, bound: Double) -> Predicate {
      .column(key, source, .number(comparison, bound))
    }
    switch searchOperator {
    case .greater: return test(.greaterOrEqual, bound: next)
    case .less: return test(.less, bound: start)
    default: return .all([test(.greaterOrEqual, bound: start), test(.less, bound: next)])
    }
  }

  // MARK: Relations and attributes

  private func relationPredicate(_ relation: SearchField.Relation, takesLists: Bool) throws -> Predicate {
    func found(_ json: JSON) throws -> Predicate { .rows(relation(try string(json), call.workspace)) }
    switch searchOperator {
    case .equals: return try found(value)
    case .differs: return .not(try found(value))
    case .oneOf where takesLists: return .any(try list().map(found))
    case .noneOf where takesLists: return .not(.any(try list().map(found)))
    default: throw unsupported
    }
  }

  /// Returns the records that refer to a record of `model` whose string matches.
  private func linkPredicate(to model: Model, index: String, source: ColumnSource) throws -> Predicate {
    let matching = try textPredicate(key: .attributeText("\(name) of \(model.name)"), source: source, field: nil)
    return .linked(to: model.schema, index: index, matching)
  }

  /// Returns the predicate for an attribute that is not stored under its name.
  /// - Throws: `invalid_field` (400) if the attribute does not exist; `parameter_invalid` (400)
  func predicate(attribute: String, lookup attributes: SearchField.AttributeLookup) throws -> Predicate {
    guard let read = attributes(attribute, call.workspace) else { throw SearchQuery.invalidField(named: name) }
    return try attributePredicate(for: attribute, read: read)
  }

  /// Returns the predicate for a member of a free-form object.
  ///
  /// The filter's value determines the comparison: numeric for a number, by string otherwise. Times are compared as
  /// `times` specifies.
  /// - Throws: `parameter_invalid` (400)
  func predicate(attribute: String, slot: String, times: SearchField.AttributeTimeLookup?) throws -> Predicate {
    let read: @Sendable (Record) -> JSON? = { $0[slot].object?[attribute] }
    let time = ColumnSource.number { read($0)?.number }
    switch times?(attribute, call) {
    // In versions that compare times to the second, calendar days are in UTC (Documentation.docc/Search.md, "Date
    // semantics").
    case .day:
      return try dayPredicate(
        key: .attributeNumber(attribute), source: time,
        zone: call.honours(.exactSearchTimes) ? .utc : call.workspace.timeZone)
    case .time: return try self.timePredicate(key: .attributeNumber(attribute), source: time)
    case nil: break
    }
    return try attributePredicate(for: attribute, read: read)
  }

  private func attributePredicate(for attribute: String, read: @escaping SearchField.AttributeReader) throws
    -> Predicate
  {
    let numeric = [.greater, .less, .greaterOrEqual, .lessOrEqual].contains(searchOperator) || value.number != nil
    if numeric {
      return try numberPredicate(
        key: .attributeNumber(attribute),
        source: .number { record in read(record).flatMap { $0.number ?? $0.string.flatMap(Double.init) } })
    }
    let source = ColumnSource.text { record in
      read(record).flatMap { $0.string ?? ($0.isNull || $0.array != nil || $0.object != nil ? nil : $0.text) }
    }
    return try textPredicate(key: .attributeText(attribute), source: source, field: nil)
  }

  // MARK: Shared

  /// The key of the second column of a field that has two.
  private func secondaryKey(of key: ColumnKey) -> ColumnKey {
    if case .field(let number) = key { .field(-2 - number) } else { .field(-2) }
  }

  /// A filter for null matches records without a value.
  private func equalityPredicate(
    key: ColumnKey, source: ColumnSource, value json: JSON, _ test: (JSON) throws -> Predicate
  ) throws -> Predicate {
    json.isNull ? .not(.column(key, source, .present)) : try test(json)
  }

  private func list() throws -> [JSON] {
    guard let list = value.array else { throw wrongType(expected: "an array") }
    return list
  }

  private var unsupported: APIError {
    APIError.parameterInvalid("\(searchOperator.rawValue) is not supported for \(name)")
  }

  private func wrongType(expected expectation: String) -> APIError {
    APIError.parameterInvalid("value for \(name) must be \(expectation)")
  }
}

/// The operators of a filter (Documentation.docc/Search.md, "Query language").
enum SearchOperator: String {
  case equals = "="
  case differs = "!="
  case oneOf = "IN"
  case noneOf = "NIN"
  case greater = ">"
  case less = "<"
  case greaterOrEqual = ">="
  case lessOrEqual = "<="
  case contains = "~"
  case excludes = "!~"
  case startsWith = "^"
  case endsWith = "$"
}
