import JSON
import Store
import TimeZones

/// One comparison of a search: field, operator, value.
struct SearchFilter {
  /// So many values of `IN` are each compared with a whole column; more are looked up the other way round.
  private static let few = 16

  let name: String
  let sign: SearchOperator
  let value: JSON
  let call: Call
  let collection: RecordCollection
  /// Whether times match to the second in every version.
  let exactTimes: Bool

  func predicate(_ field: SearchField, _ key: ColumnKey) throws -> Predicate {
    switch field.kind {
    case .text(let source): try text(key, source, field)
    case .integer(let source): try number(key, source)
    case .serial(let source, let numbers): try serial(key, source, numbers, field)
    case .counted(let model, let count): try counted(model, count)
    case .boolean(let source): try boolean(key, source)
    case .date(let source): try exactTimes ? number(key, source) : time(key, source)
    case .words(let source, let words): try word(key, source, words)
    case .ids(let relation, let takesLists): try related(relation, takesLists)
    case .linked(let models, let index, let source): try .any(models.map { try linked($0, index, source) })
    case .attributes, .named, .attribute: throw SearchQuery.invalidField(name)
    }
  }

  // MARK: Texts

  private func text(_ key: ColumnKey, _ source: ColumnSource, _ field: SearchField?) throws -> Predicate {
    func test(_ how: TextComparison, _ json: JSON) throws -> Predicate {
      let text = try string(json)
      if how == .equals, let rows = field?.lookUp(text, collection) { return .rows(rows) }
      return .column(key, source, .text(how, needle: TextFolding.fold(text)))
    }
    switch sign {
    case .equals: return try equal(key, source, value) { try test(.equals, $0) }
    case .differs: return .not(try equal(key, source, value) { try test(.equals, $0) })
    case .oneOf: return try textAmong(try list(), key, source, field) { try test(.equals, $0) }
    case .noneOf: return .not(try textAmong(try list(), key, source, field) { try test(.equals, $0) })
    case .contains: return try test(.contains, value)
    case .excludes: return .not(try test(.contains, value))
    case .startsWith: return try test(.startsWith, value)
    case .endsWith: return try test(.endsWith, value)
    default: throw unsupported
    }
  }

  private func textAmong(
    _ values: [JSON], _ key: ColumnKey, _ source: ColumnSource, _ field: SearchField?,
    _ test: (JSON) throws -> Predicate
  ) throws -> Predicate {
    guard values.count > Self.few, field?.index == nil else {
      return .any(try values.map { try equal(key, source, $0, test) })
    }
    let texts = Set(try values.filter { !$0.isNull }.map { TextFolding.fold(try string($0)) })
    return among(values, key, source, .textAmong(texts))
  }

  /// Many values at once; null among them asks for records without a value as well.
  private func among(_ values: [JSON], _ key: ColumnKey, _ source: ColumnSource, _ test: ColumnTest) -> Predicate {
    let found = Predicate.column(key, source, test)
    return values.contains(.null) ? .any([found, .not(.column(key, source, .present))]) : found
  }

  /// An empty bound is below every id, as a client sends it that has seen none yet.
  private func serial(
    _ key: ColumnKey, _ source: ColumnSource, _ numbers: ColumnSource, _ field: SearchField
  ) throws -> Predicate {
    guard [.greater, .greaterOrEqual, .less, .lessOrEqual].contains(sign) else { return try text(key, source, field) }
    guard value != "" else { return [.greater, .greaterOrEqual].contains(sign) ? .everything : .nothing }
    return try number(beside(key), numbers)
  }

  /// One word is looked for; several never match (search.md, 5).
  private func word(_ key: ColumnKey, _ source: ColumnSource, _ spaced: ColumnSource) throws -> Predicate {
    func test(_ json: JSON) throws -> Predicate {
      .column(beside(key), spaced, .text(.contains, needle: TextFolding.fold(" \(try string(json)) ")))
    }
    func oneWord(_ json: JSON) throws -> Predicate {
      try string(json).contains(where: \.isWhitespace) ? .nothing : test(json)
    }
    func anyWord(_ values: [JSON]) throws -> Predicate {
      guard values.count > Self.few else { return .any(try values.map(oneWord)) }
      let words = try values.map(string).filter { !$0.contains(where: \.isWhitespace) }
      return .column(beside(key), spaced, .wordAmong(Set(words.map(TextFolding.fold))))
    }
    switch sign {
    case .equals: return try equal(key, source, value, oneWord)
    case .differs: return .not(try equal(key, source, value, oneWord))
    case .oneOf: return try anyWord(try list())
    case .noneOf: return .not(try anyWord(try list()))
    case .contains, .excludes, .startsWith, .endsWith: return try text(key, source, nil)
    default: throw unsupported
    }
  }

  private func string(_ json: JSON) throws -> String {
    switch json {
    case .string(let text): return text
    case .integer(let number): return String(number)
    case .number, .boolean: return json.text
    default: throw wrongType("a string")
    }
  }

  // MARK: Numbers

  private func number(_ key: ColumnKey, _ source: ColumnSource) throws -> Predicate {
    func test(_ how: NumberComparison, _ json: JSON) throws -> Predicate {
      .column(key, source, .number(how, try double(json)))
    }
    switch sign {
    case .equals: return try equal(key, source, value) { try test(.equals, $0) }
    case .differs: return .not(try equal(key, source, value) { try test(.equals, $0) })
    case .oneOf: return .column(key, source, .numberAmong(Set(try list().map(double))))
    case .noneOf: return .not(.column(key, source, .numberAmong(Set(try list().map(double)))))
    case .greater: return try test(.greater, value)
    case .less: return try test(.less, value)
    case .greaterOrEqual: return try test(.greaterOrEqual, value)
    case .lessOrEqual: return try test(.lessOrEqual, value)
    default: throw unsupported
    }
  }

  /// Counts every record anew: what is counted changes without it.
  private func counted(_ model: Model, _ count: SearchField.Count) throws -> Predicate {
    let collection = call.workspace[model]
    let records = collection.records(of: collection.select(.everything))
    let counts = records.map { ($0.id, Double(count($0, call.workspace))) }
    func rows(_ json: JSON, _ test: (Double, Double) -> Bool) throws -> Predicate {
      let bound = json.isNull ? .nan : try double(json)
      return .rows(collection.rows(ofIDs: counts.filter { test($0.1, bound) }.map(\.0)))
    }
    func among() throws -> Predicate {
      let wanted = Set(try list().filter { !$0.isNull }.map(double))
      return .rows(collection.rows(ofIDs: counts.filter { wanted.contains($0.1) }.map(\.0)))
    }
    switch sign {
    case .equals: return try rows(value, ==)
    case .differs: return try rows(value, !=)
    case .oneOf: return try among()
    case .noneOf: return .not(try among())
    case .greater: return try rows(value, >)
    case .less: return try rows(value, <)
    case .greaterOrEqual: return try rows(value, >=)
    case .lessOrEqual: return try rows(value, <=)
    default: throw unsupported
    }
  }

  private func double(_ json: JSON) throws -> Double {
    if let number = json.number { return number }
    if let text = json.string, let number = Double(text), number.isFinite { return number }
    throw wrongType("a number")
  }

  /// The Python SDK sends 1 and 0.
  private func boolean(_ key: ColumnKey, _ source: ColumnSource) throws -> Predicate {
    func truth(_ json: JSON) throws -> Double {
      switch json {
      case .boolean(true), .string("true"), .integer(1): return 1
      case .boolean(false), .string("false"), .integer(0): return 0
      default: throw wrongType("a boolean")
      }
    }
    func test(_ json: JSON) throws -> Predicate { .column(key, source, .number(.equals, try truth(json))) }
    switch sign {
    case .equals: return try equal(key, source, value, test)
    case .differs: return .not(try equal(key, source, value, test))
    case .oneOf: return .column(key, source, .numberAmong(Set(try list().map(truth))))
    case .noneOf: return .not(.column(key, source, .numberAmong(Set(try list().map(truth)))))
    default: throw unsupported
    }
  }

  private func time(_ key: ColumnKey, _ source: ColumnSource) throws -> Predicate {
    guard call.honours(.exactSearchTimes) else { return try day(key, source, call.workspace.zone) }
    guard sign != .oneOf, sign != .noneOf else { throw unsupported }
    return try number(key, source)
  }

  /// By calendar day: the value stands for the whole day it lies in.
  private func day(_ key: ColumnKey, _ source: ColumnSource, _ zone: Zone) throws -> Predicate {
    guard [.equals, .greater, .less].contains(sign) else { throw unsupported }
    if value.isNull, sign == .equals { return .not(.column(key, source, .present)) }
    let seconds = try double(value)
    guard abs(seconds) < 1e12 else { throw wrongType("a Unix timestamp in seconds") }
    let start = Double(zone.startOfDay(Int64(seconds)))
    let next = Double(zone.startOfNextDay(Int64(seconds)))
    func test(_ how: NumberComparison, _ bound: Double) -> Predicate { .column(key, source, .number(how, bound)) }
    switch sign {
    case .greater: return test(.greaterOrEqual, next)
    case .less: return test(.less, start)
    default: return .all([test(.greaterOrEqual, start), test(.less, next)])
    }
  }

  // MARK: Relations and attributes

  private func related(_ relation: SearchField.Relation, _ takesLists: Bool) throws -> Predicate {
    func found(_ json: JSON) throws -> Predicate { .rows(relation(try string(json), call.workspace)) }
    switch sign {
    case .equals: return try found(value)
    case .differs: return .not(try found(value))
    case .oneOf where takesLists: return .any(try list().map(found))
    case .noneOf where takesLists: return .not(.any(try list().map(found)))
    default: throw unsupported
    }
  }

  /// The records that name one of those whose text matches.
  private func linked(_ model: Model, _ index: String, _ source: ColumnSource) throws -> Predicate {
    let others = call.workspace[model]
    let matching = try text(.attributeText("\(name) of \(model.name)"), source, nil)
    return .any(others.records(of: others.select(matching)).map { .rows(collection.rows(in: index, under: $0.id)) })
  }

  /// One that is known otherwise than by its key.
  func predicate(attribute: String, named attributes: SearchField.Attributes) throws -> Predicate {
    guard let read = attributes(attribute, call.workspace) else { throw SearchQuery.invalidField(name) }
    return try compare(attribute, read)
  }

  /// An attribute is compared as what the value is: a number as a number, anything else as text; a date by the day.
  func predicate(attribute: String, slot: String, _ holds: SearchField.Holds?) throws -> Predicate {
    let read: @Sendable (Record) -> JSON? = { $0[slot].object?[attribute] }
    let time = ColumnSource.number { read($0)?.number }
    switch holds?(attribute, call) {
    // Once times are exact, days are those of UTC (search.md, "Date semantics").
    case .day:
      return try day(.attributeNumber(attribute), time, call.honours(.exactSearchTimes) ? .utc : call.workspace.zone)
    case .time: return try self.time(.attributeNumber(attribute), time)
    case nil: break
    }
    return try compare(attribute, read)
  }

  private func compare(_ attribute: String, _ read: @escaping SearchField.AttributeReader) throws -> Predicate {
    let numeric = [.greater, .less, .greaterOrEqual, .lessOrEqual].contains(sign) || value.number != nil
    if numeric {
      return try number(
        .attributeNumber(attribute),
        .number { record in read(record).flatMap { $0.number ?? $0.string.flatMap(Double.init) } })
    }
    let source = ColumnSource.text { record in
      read(record).flatMap { $0.string ?? ($0.isNull || $0.array != nil || $0.object != nil ? nil : $0.text) }
    }
    return try text(.attributeText(attribute), source, nil)
  }

  // MARK: Shared

  /// The key of a field's second column.
  private func beside(_ key: ColumnKey) -> ColumnKey {
    if case .field(let number) = key { .field(-2 - number) } else { .field(-2) }
  }

  /// Null asks for records without a value.
  private func equal(
    _ key: ColumnKey, _ source: ColumnSource, _ json: JSON, _ test: (JSON) throws -> Predicate
  ) throws -> Predicate {
    json.isNull ? .not(.column(key, source, .present)) : try test(json)
  }

  private func list() throws -> [JSON] {
    guard let list = value.array else { throw wrongType("an array") }
    return list
  }

  private var unsupported: APIError {
    APIError.parameterInvalid("\(sign.rawValue) is not supported for \(name)")
  }

  private func wrongType(_ expectation: String) -> APIError {
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
