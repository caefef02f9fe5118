import JSON
import Store
import TimeZones

/// One filter of a search: field, operator and value.
struct SearchFilter {
  /// The maximum number of `IN` values that are each compared with the whole column. With more values, each row is
  /// looked up in a set of the values.
  private static let maximumScannedValues = 16

  let name: String
  var searchOperator: SearchOperator
  let value: JSON
  let call: Call
  let collection: RecordCollection
  /// Whether times are compared to the second in every version.
  let exactTimes: Bool

  /// Returns the predicate of the filter.
  /// - Parameters:
  ///   - field: the field to compare, as the version shows it
  ///   - key: the key of the field's column
  /// - Throws: `parameter_invalid` (400) for an unsupported operator or a value of the wrong type; `invalid_field`
  ///   (400) for an attribute prefix without an attribute
  func predicate(for field: SearchField, key: ColumnKey) throws -> Predicate {
    func column(_ source: ColumnSource) -> SearchColumn { SearchColumn(key: key, source: source) }
    return switch field.kind {
    case .text(let source): try textPredicate(on: column(source), field: field)
    case .integer(let source): try numberPredicate(on: column(source))
    case .serial(let source, let numbers):
      try serialPredicate(on: column(source), numbers: column(numbers).secondary, field: field)
    case .counted(let count): try countPredicate(key: key, count: count)
    case .boolean(let source): try booleanPredicate(on: column(source))
    case .date(let source): try timePredicate(on: column(source))
    case .words(let source, let words): try wordPredicate(on: column(source), words: column(words).secondary)
    case .ids(let relation, let takesLists): try relationPredicate(relation, takesLists: takesLists)
    case .linked(let text): try linkedPredicate(text, key: key)
    case .attributes, .attribute: throw SearchQuery.invalidField(named: name)
    }
  }

  // MARK: Strings

  func textPredicate(on column: SearchColumn, field: SearchField? = nil) throws -> Predicate {
    func test(_ comparison: TextComparison, against json: JSON) throws -> Predicate {
      let text = try string(json)
      if comparison == .equals, let equality = field?.equality(to: text) { return equality(collection) }
      return column.matching(.text(comparison, needle: CaseFolding.foldedBytes(of: text)))
    }
    func equals(_ json: JSON) throws -> Predicate { try column.equality(to: json) { try test(.equals, against: $0) } }
    switch searchOperator {
    case .equals: return try equals(value)
    case .differs: return .not(try equals(value))
    case .oneOf: return try textPredicate(among: try list(), on: column, field: field, equals)
    case .noneOf: return .not(try textPredicate(among: try list(), on: column, field: field, equals))
    case .contains: return try test(.contains, against: value)
    case .excludes: return .not(try test(.contains, against: value))
    case .startsWith: return try test(.startsWith, against: value)
    case .endsWith: return try test(.endsWith, against: value)
    default: throw unsupported
    }
  }

  private func textPredicate(
    among values: [JSON], on column: SearchColumn, field: SearchField?, _ equals: (JSON) throws -> Predicate
  ) throws -> Predicate {
    guard values.count > Self.maximumScannedValues, field?.index == nil else { return .any(try values.map(equals)) }
    let texts = Set(try values.filter { !$0.isNull }.map { CaseFolding.foldedBytes(of: try string($0)) })
    return column.matching(.textAmong(texts), orAbsent: values.contains(.null))
  }

  /// An empty bound is less than every id: clients send it with their first request, before they know an id.
  private func serialPredicate(on column: SearchColumn, numbers: SearchColumn, field: SearchField) throws -> Predicate {
    guard searchOperator.comparesOrder else { return try textPredicate(on: column, field: field) }
    guard value != "" else { return [.greater, .greaterOrEqual].contains(searchOperator) ? .everything : .nothing }
    return try numberPredicate(on: numbers)
  }

  /// Searches for one word. A value with several words never matches (Documentation.docc/Search.md, "Conversation
  /// fields").
  private func wordPredicate(on column: SearchColumn, words: SearchColumn) throws -> Predicate {
    func oneWord(_ json: JSON) throws -> Predicate {
      try column.equality(to: json) {
        let text = try string($0)
        guard !text.contains(where: \.isWhitespace) else { return .nothing }
        return words.matching(.text(.contains, needle: CaseFolding.foldedBytes(of: " \(text) ")))
      }
    }
    func anyWord(_ values: [JSON]) throws -> Predicate {
      guard values.count > Self.maximumScannedValues else { return .any(try values.map(oneWord)) }
      let texts = try values.filter { !$0.isNull }.map(string).filter { !$0.contains(where: \.isWhitespace) }
      let found = words.matching(.wordAmong(Set(texts.map(CaseFolding.foldedBytes))))
      return values.contains(.null) ? .any([found, column.absent]) : found
    }
    switch searchOperator {
    case .equals: return try oneWord(value)
    case .differs: return .not(try oneWord(value))
    case .oneOf: return try anyWord(try list())
    case .noneOf: return .not(try anyWord(try list()))
    case .contains, .excludes, .startsWith, .endsWith: return try textPredicate(on: column)
    default: throw unsupported
    }
  }

  func string(_ json: JSON) throws -> String {
    guard let text = json.comparableText else { throw wrongType(expected: "a string") }
    return text
  }

  // MARK: Numbers

  /// - Parameters:
  ///   - column: the numbers
  ///   - absent: the condition that a record has no value; nil for the rows without a number
  ///   - isInteger: whether values that do not fit 64 bits are refused
  func numberPredicate(on column: SearchColumn, absent: Predicate? = nil, isInteger: Bool = true) throws -> Predicate {
    func number(_ json: JSON) throws -> ExactNumber { try self.number(json, isInteger: isInteger) }
    func test(_ comparison: NumberComparison) throws -> Predicate {
      column.matching(.number(comparison, try number(value)))
    }
    func equals() throws -> Predicate { value.isNull ? absent ?? column.absent : try test(.equals) }
    func among() throws -> Predicate {
      let numbers = Set(try list().filter { !$0.isNull }.map(number))
      let found = column.matching(.numberAmong(numbers))
      return try list().contains(.null) ? .any([found, absent ?? column.absent]) : found
    }
    switch searchOperator {
    case .equals: return try equals()
    case .differs: return .not(try equals())
    case .oneOf: return try among()
    case .noneOf: return .not(try among())
    case .greater: return try test(.greater)
    case .less: return try test(.less)
    case .greaterOrEqual: return try test(.greaterOrEqual)
    case .lessOrEqual: return try test(.lessOrEqual)
    default: throw unsupported
    }
  }

  private func countPredicate(key: ColumnKey, count: @escaping SearchField.Count) throws -> Predicate {
    func test(_ comparison: NumberComparison, bound: ExactNumber) -> Predicate {
      .computed(key, count, .number(comparison, bound))
    }
    if searchOperator == .oneOf || searchOperator == .noneOf {
      let wanted = Set(try list().filter { !$0.isNull }.map { try number($0) })
      let found = Predicate.computed(key, count, .numberAmong(wanted))
      return searchOperator == .oneOf ? found : .not(found)
    }
    // A count is never null.
    if value.isNull, searchOperator == .equals { return .nothing }
    if value.isNull, searchOperator == .differs { return .everything }
    let bound = try number(value)
    switch searchOperator {
    case .equals: return test(.equals, bound: bound)
    case .differs: return .not(test(.equals, bound: bound))
    case .greater: return test(.greater, bound: bound)
    case .less: return test(.less, bound: bound)
    case .greaterOrEqual: return test(.greaterOrEqual, bound: bound)
    case .lessOrEqual: return test(.lessOrEqual, bound: bound)
    default: throw unsupported
    }
  }

  /// - Parameter isInteger: whether a number beyond 64 bits is refused
  private func number(_ json: JSON, isInteger: Bool = true) throws -> ExactNumber {
    guard let number = json.asNumber else { throw wrongType(expected: "a number") }
    guard !isInteger || json.asInteger != nil || number > .lowestDouble && number < .highestDouble else {
      throw wrongType(expected: "an integer of at most 64 bits")
    }
    return number
  }

  /// Accepts 1 and 0 because the Python SDK sends them.
  func truth(_ json: JSON) throws -> Bool {
    switch json {
    case .boolean(true), .string("true"), .integer(1): true
    case .boolean(false), .string("false"), .integer(0): false
    default: throw wrongType(expected: "a boolean")
    }
  }

  private func booleanPredicate(on column: SearchColumn) throws -> Predicate {
    try choicePredicate(on: column) { column.matching(.number(.equals, try truth($0) ? 1 : 0)) }
  }

  /// Supports only the operators of equality.
  func choicePredicate(on column: SearchColumn, _ test: (JSON) throws -> Predicate) throws -> Predicate {
    func equals(_ json: JSON) throws -> Predicate { try column.equality(to: json, test) }
    switch searchOperator {
    case .equals: return try equals(value)
    case .differs: return .not(try equals(value))
    case .oneOf: return .any(try list().map(equals))
    case .noneOf: return .not(.any(try list().map(equals)))
    default: throw unsupported
    }
  }

  func timePredicate(on column: SearchColumn) throws -> Predicate {
    guard !exactTimes else { return try numberPredicate(on: column) }
    guard call.honours(.exactSearchTimes) else { return try dayPredicate(on: column, zone: call.workspace.timeZone) }
    guard searchOperator != .oneOf, searchOperator != .noneOf else { throw unsupported }
    return try numberPredicate(on: column)
  }

  /// Compares calendar days: the value stands for the day that contains it.
  func dayPredicate(on column: SearchColumn, zone: TimeZone) throws -> Predicate {
    guard [.equals, .greater, .less].contains(searchOperator) else { throw unsupported }
    if value.isNull, searchOperator == .equals { return column.absent }
    guard let seconds = value.asNumber else { throw wrongType(expected: "a number") }
    guard seconds > -1_000_000_000_000, seconds < 1_000_000_000_000 else {
      throw wrongType(expected: "a Unix timestamp in seconds")
    }
    let start = ExactNumber(zone.startOfDay(containing: seconds.roundedTowardZero))
    let next = ExactNumber(zone.startOfNextDay(after: seconds.roundedTowardZero))
    return switch searchOperator {
    case .greater: column.matching(.number(.greaterOrEqual, next))
    case .less: column.matching(.number(.less, start))
    default: .all([column.matching(.number(.greaterOrEqual, start)), column.matching(.number(.less, next))])
    }
  }

  // MARK: Relations

  private func relationPredicate(_ relation: SearchField.Relation, takesLists: Bool) throws -> Predicate {
    func found(_ json: JSON) throws -> Predicate {
      let text = try string(json)
      let related = relation(text, call.workspace)
      // Ids are compared without case; those that the server creates have no upper-case letters.
      let folded = CaseFolding.folded(text)
      return folded == text ? related : .any([related, relation(folded, call.workspace)])
    }
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
    let column = SearchColumn(key: .named("\(name) of \(model.name)"), source: source)
    return .linked(to: model.schema, index: index, try textPredicate(on: column))
  }

  /// A negative operator selects the records that the positive one does not.
  private func linkedPredicate(_ text: LinkedText, key: ColumnKey) throws -> Predicate {
    var filter = self
    filter.searchOperator = searchOperator.positive
    let found = try filter.positivePredicate(text, kinds: SearchColumn(key: key, source: text.kind))
    return searchOperator.positive == searchOperator ? found : .not(found)
  }

  private func positivePredicate(_ text: LinkedText, kinds: SearchColumn) throws -> Predicate {
    var terms = try text.links.map { try linkPredicate(to: $0.model, index: $0.index, source: $0.source) }
    for (kind, constant) in text.constants where try matches(constant(call.workspace)) {
      terms.append(kinds.matching(.text(.equals, needle: CaseFolding.foldedBytes(of: kind))))
    }
    guard try matches(text.missing) else { return .any(terms) }
    let linked = text.links.map { Predicate.linked(to: $0.model.schema, index: $0.index, .everything) }
    return .any(terms + [.not(.any(linked + [kinds.matching(.present)]))])
  }

  /// Whether one string satisfies the filter, whose operator is positive.
  private func matches(_ text: String?) throws -> Bool {
    let folded = text.map(CaseFolding.foldedBytes)
    func needle(_ json: JSON) throws -> [UInt8] { CaseFolding.foldedBytes(of: try string(json)) }
    func equals(_ json: JSON) throws -> Bool { json.isNull ? folded == nil : try folded == needle(json) }
    return switch searchOperator {
    case .equals: try equals(value)
    case .oneOf: try list().contains { try equals($0) }
    case .contains: try folded?.contains(needle(value)) ?? false
    case .startsWith: try folded?.starts(with: needle(value)) ?? false
    case .endsWith: try folded?.reversed().starts(with: needle(value).reversed()) ?? false
    default: throw unsupported
    }
  }

  // MARK: Shared

  func list() throws -> [JSON] {
    guard let list = value.array else { throw wrongType(expected: "an array") }
    return list
  }

  var unsupported: APIError {
    APIError.parameterInvalid("\(searchOperator.rawValue) is not supported for \(name)")
  }

  private func wrongType(expected expectation: String) -> APIError {
    APIError.parameterInvalid("value for \(name) must be \(expectation)")
  }
}

extension SearchFilter {
  /// Returns the predicate for an attribute. Its type determines the comparison, not that of the filter's value.
  /// - Throws: `invalid_field` (400) if the attribute does not exist; `parameter_invalid` (400)
  func predicate(attribute name: String, lookup: SearchField.AttributeLookup) throws -> Predicate {
    guard let attribute = lookup(name, call.workspace) else { throw SearchQuery.invalidField(named: self.name) }
    let texts = SearchColumn(key: .attributeText(name), source: .text { attribute.read($0)?.attributeText })
    let numbers = SearchColumn(key: .attributeNumber(name), source: .number { attribute.read($0)?.asNumber })
    return switch attribute.kind {
    case .text: try textPredicate(on: texts)
    case .integer, .decimal:
      try numberPredicate(on: numbers, absent: texts.absent, isInteger: attribute.kind == .integer)
    case .boolean:
      try choicePredicate(on: texts) {
        texts.matching(.text(.equals, needle: Array((try truth($0) ? "true" : "false").utf8)))
      }
    // In versions that compare times to the second, calendar days are in UTC (Documentation.docc/Search.md, "Date
    // semantics").
    case .day:
      try dayPredicate(on: numbers, zone: call.honours(.exactSearchTimes) ? .utc : call.workspace.timeZone)
    case .time: try timePredicate(on: numbers)
    case .list:
      try choicePredicate(on: texts) {
        texts.matching(.text(.contains, needle: CaseFolding.foldedBytes(of: JSON.listText(of: [try string($0)]))))
      }
    case nil:
      try searchOperator.comparesOrder ? numberPredicate(on: numbers, isInteger: false) : textPredicate(on: texts)
    }
  }
}

extension JSON {
  /// The text by which an attribute is compared; nil for null and an empty list, which are no value.
  fileprivate var attributeText: String? {
    switch self {
    case .array(let items): items.isEmpty ? nil : Self.listText(of: items.map { $0.comparableText ?? "" })
    case .object: text
    default: comparableText
    }
  }

  /// The items of a list, each between two null characters, so that a search for one matches complete items only.
  fileprivate static func listText(of items: [String]) -> String {
    "\0" + items.joined(separator: "\0") + "\0"
  }
}

/// A column of the records, as a condition refers to it.
struct SearchColumn {
  let key: ColumnKey
  let source: ColumnSource

  /// The second column of a field that has two.
  var secondary: SearchColumn {
    if case .field(let number) = key { SearchColumn(key: .field(-2 - number), source: source) } else { self }
  }

  /// The records without a value.
  var absent: Predicate { .not(matching(.present)) }

  func matching(_ test: ColumnPredicate) -> Predicate {
    .column(key, source, test)
  }

  /// - Parameter orAbsent: whether records without a value match, too
  func matching(_ test: ColumnPredicate, orAbsent: Bool) -> Predicate {
    orAbsent ? .any([matching(test), absent]) : matching(test)
  }

  /// A filter for null matches records without a value.
  func equality(to json: JSON, _ test: (JSON) throws -> Predicate) rethrows -> Predicate {
    json.isNull ? absent : try test(json)
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

  /// Whether the operator compares which of two values is greater.
  var comparesOrder: Bool {
    [.greater, .greaterOrEqual, .less, .lessOrEqual].contains(self)
  }

  /// The operator whose negation this one is; the operator itself if it is positive.
  var positive: SearchOperator {
    switch self {
    case .differs: .equals
    case .noneOf: .oneOf
    case .excludes: .contains
    default: self
    }
  }
}
