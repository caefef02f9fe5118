import JSON
import Store
import TimeZones

/// One comparison of a search: field, operator, value.
struct SearchFilter {
  /// So many values of `IN` are each compared with a whole column; more are looked up the other way round.
  private static let maximumScannedValues = 16

  let name: String
  let searchOperator: SearchOperator
  let value: JSON
  let call: Call
  let collection: RecordCollection
  /// Whether times match to the second in every version.
  let exactTimes: Bool

  func predicate(for field: SearchField, key: ColumnKey) throws -> Predicate {
    switch field.kind {
    case .text(let source): try textPredicate(key: key, source: source, field: field)
    case .integer(let source): try numberPredicate(key: key, source: source)
    case .serial(let source, let numbers): try serialPredicate(key: key, source: source, numbers: numbers, field: field)
    case .counted(let model, let count): try countPredicate(for: model, count: count)
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

  // MARK: Texts

  private func textPredicate(key: ColumnKey, source: ColumnSource, field: SearchField?) throws -> Predicate {
    func test(_ how: TextComparison, against json: JSON) throws -> Predicate {
      let text = try string(json)
      if how == .equals, let rows = field?.rows(holding: text, in: collection) { return .rows(rows) }
      return .column(key, source, .text(how, needle: CaseFolding.foldedBytes(of: text)))
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

  /// Many values at once; null among them asks for records without a value as well.
  private func predicate(among values: [JSON], key: ColumnKey, source: ColumnSource, test: ColumnPredicate) -> Predicate
  {
    let found = Predicate.column(key, source, test)
    return values.contains(.null) ? .any([found, .not(.column(key, source, .present))]) : found
  }

  /// An empty bound is below every id, as a client sends it that has seen none yet.
  private func serialPredicate(
    key: ColumnKey, source: ColumnSource, numbers: ColumnSource, field: SearchField
  ) throws -> Predicate {
    guard [.greater, .greaterOrEqual, .less, .lessOrEqual].contains(searchOperator) else {
      return try textPredicate(key: key, source: source, field: field)
    }
    guard value != "" else { return [.greater, .greaterOrEqual].contains(searchOperator) ? .everything : .nothing }
    return try numberPredicate(key: secondaryKey(of: key), source: numbers)
  }

  /// One word is looked for; several never match (search.md, 5).
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
    func test(_ how: NumberComparison, against json: JSON) throws -> Predicate {
      .column(key, source, .number(how, try double(json)))
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

  /// Counts every record anew: what is counted changes without it.
  private func countPredicate(for model: Model, count: SearchField.Count) throws -> Predicate {
    let collection = call.workspace[model]
    let records = collection.records(of: collection.rows(matching: .everything))
    let counts = records.map { ($0.id, Double(count($0, call.workspace))) }
    func rows(comparedTo json: JSON, by test: (Double, Double) -> Bool) throws -> Predicate {
      let bound = json.isNull ? .nan : try double(json)
      return .rows(collection.rows(ofIDs: counts.filter { test($0.1, bound) }.map(\.0)))
    }
    func among() throws -> Predicate {
      let wanted = Set(try list().filter { !$0.isNull }.map(double))
      return .rows(collection.rows(ofIDs: counts.filter { wanted.contains($0.1) }.map(\.0)))
    }
    switch searchOperator {
    case .equals: return try rows(comparedTo: value, by: ==)
    case .differs: return try rows(comparedTo: value, by: !=)
    case .oneOf: return try among()
    case .noneOf: return .not(try among())
    case .greater: return try rows(comparedTo: value, by: >)
    case .less: return try rows(comparedTo: value, by: <)
    case .greaterOrEqual: return try rows(comparedTo: value, by: >=)
    case .lessOrEqual: return try rows(comparedTo: value, by: <=)
    default: throw unsupported
    }
  }

  private func double(_ json: JSON) throws -> Double {
    if let number = json.number { return number }
    if let text = json.string, let number = Double(text), number.isFinite { return number }
    throw wrongType(expected: "a number")
  }

  /// The Python SDK sends 1 and 0.
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

  /// By calendar day: the value stands for the whole day it lies in.
  private func dayPredicate(key: ColumnKey, source: ColumnSource, zone: TimeZone) throws -> Predicate {
    guard [.equals, .greater, .less].contains(searchOperator) else { throw unsupported }
    if value.isNull, searchOperator == .equals { return .not(.column(key, source, .present)) }
    let seconds = try double(value)
    guard abs(seconds) < 1e12 else { throw wrongType(expected: "a Unix timestamp in seconds") }
    let start = Double(zone.startOfDay(containing: Int64(seconds)))
    let next = Double(zone.startOfNextDay(after: Int64(seconds)))
    func test(_ how: NumberComparison, bound: Double) -> Predicate { .column(key, source, .number(how, bound)) }
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

  /// The records that name one of those whose text matches.
  private func linkPredicate(to model: Model, index: String, source: ColumnSource) throws -> Predicate {
    let others = call.workspace[model]
    let matching = try textPredicate(key: .attributeText("\(name) of \(model.name)"), source: source, field: nil)
    return .any(
      others.records(of: others.rows(matching: matching)).map { .rows(collection.rows(in: index, under: $0.id)) })
  }

  /// One that is known otherwise than by its key.
  func predicate(attribute: String, lookup attributes: SearchField.AttributeLookup) throws -> Predicate {
    guard let read = attributes(attribute, call.workspace) else { throw SearchQuery.invalidField(named: name) }
    return try attributePredicate(for: attribute, read: read)
  }

  /// An attribute is compared as what the value is: a number as a number, anything else as text; a date by the day.
  func predicate(attribute: String, slot: String, times holds: SearchField.AttributeTimeLookup?) throws -> Predicate {
    let read: @Sendable (Record) -> JSON? = { $0[slot].object?[attribute] }
    let time = ColumnSource.number { read($0)?.number }
    switch holds?(attribute, call) {
    // Once times are exact, days are those of UTC (search.md, "Date semantics").
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

  /// The key of a field's second column.
  private func secondaryKey(of key: ColumnKey) -> ColumnKey {
    if case .field(let number) = key { .field(-2 - number) } else { .field(-2) }
  }

  /// Null asks for records without a value.
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

/// The operators of a filter (search.md, 2).
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
