import JSON
import Store
import TestSupport
import Testing
import TimeZones

@testable import API
@testable import Intercom

/// Compares searches with the values that their answers show, in every version: a value that a version shows is the value
/// that finds it there.
///
/// The exceptions are in `SearchedCollection.exceptions`, each with its reason, and in `isDay(_:in:)`.
@Suite struct SearchSemanticsTests {
  /// The versions in which all operators are tried with all fields; in the others, with the fields whose values differ
  /// from the newest version.
  private static let thoroughVersions: Set<APIVersion> = [.v2_14, .preview]

  @Test(arguments: APIVersion.allCases)
  func `A value that a version shows finds exactly the records that show it`(version: APIVersion) throws {
    let world = try SearchWorld()
    for collection in SearchedCollection.all {
      guard let items = try SearchedItems(of: collection, in: version, world: world) else { continue }
      for field in Self.fields(of: collection, in: version) {
        guard collection.exceptions[field] == nil, let values = items.values(of: field) else { continue }
        let comparison = ShownComparison(
          field: field, values: values, items: items, isDay: Self.isDay(field, in: items))
        for fault in comparison.faults(isThorough: Self.isThorough(field, in: items)) {
          Issue.record("\(collection.path) \(version.name): \(fault)")
        }
      }
    }
  }

  @Test(arguments: APIVersion.allCases)
  func `A filter and its negation are everything, and nothing is in both`(version: APIVersion) throws {
    let world = try SearchWorld()
    for collection in SearchedCollection.all {
      guard let items = try SearchedItems(of: collection, in: version, world: world) else { continue }
      for field in Self.fields(of: collection, in: version) where Self.isThorough(field, in: items) {
        for (positive, negative) in [("=", "!="), ("IN", "NIN"), ("~", "!~")] {
          for value in Self.probes(for: field, in: items) {
            let value: JSON = positive == "IN" ? [value, .null, "other"] : value
            guard let found = items.found(field: field, comparison: positive, value: value) else { continue }
            let rest = items.found(field: field, comparison: negative, value: value)
            // Days have no negation (Documentation.docc/Search.md, "Operators").
            guard rest != nil || !Self.isDay(field, in: items) else { continue }
            let isTotal = rest.map { $0.isDisjoint(with: found) && $0.union(found).count == items.items.count }
            #expect(isTotal == true, "\(collection.path) \(version.name): \(field) \(positive) \(value.text)")
          }
        }
      }
    }
  }

  @Test func `Every search field is shown in some version, or its reason is known`() throws {
    let world = try SearchWorld()
    for collection in SearchedCollection.all {
      let versions = try APIVersion.allCases.compactMap { try SearchedItems(of: collection, in: $0, world: world) }
      let fields = Set(versions.flatMap { Self.fields(of: collection, in: $0.version) })
      for field in fields where collection.exceptions[field] == nil {
        let isShown = versions.contains { items in
          items.values(of: field)?.contains { $0.contains { !$0.isNull } } ?? false
        }
        #expect(isShown, "\(collection.path): \(field)")
      }
      #expect(fields.isSuperset(of: collection.exceptions.keys), "\(collection.path) has an exception without a field")
    }
  }

  /// A change of a shown value without a record that it affects would not be tested by the other tests.
  @Test func `The records contain a value for each change of a searched member`() throws {
    let world = try SearchWorld()
    for collection in SearchedCollection.all {
      let records = world.fixture.workspace[collection.model].all
      for version in APIVersion.allCases {
        let plan = ServerFixture.catalogue.plan(for: version)
        for (path, conversion) in plan.shownMembers(of: collection.model.schema)?.conversions ?? [:] {
          let stored = records.compactMap { Self.value(at: path, in: $0) }
          #expect(
            stored.contains { conversion.convert($0) != $0 },
            "\(version.name) shows \(path) of \(collection.path) differently, but of no record")
          #expect(
            collection.definition.fields.values.contains { $0.field.member == path },
            "\(path) of \(collection.path) is retyped, but its search field does not read the member")
        }
      }
    }
  }

  @Test(arguments: APIVersion.allCases)
  func `Results are sorted by the values that the version shows`(version: APIVersion) throws {
    let world = try SearchWorld()
    for collection in SearchedCollection.all {
      guard let items = try SearchedItems(of: collection, in: version, world: world) else { continue }
      for field in Self.fields(of: collection, in: version)
      where Self.isThorough(field, in: items) && collection.exceptions[field] == nil {
        // Lists have no order.
        guard collection.attributes[field]?.contains("*") != true else { continue }
        guard let order = Self.sorted(by: field, items: items, world: world), let values = items.values(of: field)
        else {
          continue
        }
        let shown = Dictionary(zip(items.items.map(\.id), values)) { first, _ in first }
        let rows = order.map { id in
          SortRow(key: Self.sortKey(shown[id]?.first ?? .null, of: field, in: items), id: "1", record: nil)
        }
        let isSorted = zip(rows, rows.dropFirst()).allSatisfy { !$1.precedes($0, descending: false) }
        #expect(isSorted, "\(collection.path) \(version.name): \(field)")
      }
    }
  }
}

extension SearchSemanticsTests {
  private static func fields(of collection: SearchedCollection, in version: APIVersion) -> [String] {
    let fields = collection.definition.fields.values.map(\.field).filter { field in
      guard case .attributes = field.kind else { return field.availability.contains(version) }
      return false
    }
    return (fields.map(\.name) + collection.attributes.keys).sorted()
  }

  /// Whether the search compares calendar days instead of the shown time.
  private static func isDay(_ field: String, in items: SearchedItems) -> Bool {
    guard items.collection.path == "/contacts/search" else { return false }
    if field == "custom_attributes.trial_ends_at" { return true }
    if field == "custom_attributes.last_onboarding_call" { return items.version < .preview }
    guard case .date = items.collection.definition.fields[field]?.field.kind else { return false }
    return items.version < .preview
  }

  private static func isThorough(_ field: String, in items: SearchedItems) -> Bool {
    if thoroughVersions.contains(items.version) { return true }
    guard let member = items.collection.definition.fields[field]?.field.member else { return false }
    let plan = ServerFixture.catalogue.plan(for: items.version)
    return plan.shownMembers(of: items.collection.model.schema)?.conversion(of: member) != nil
  }

  private static func probes(for field: String, in items: SearchedItems) -> [JSON] {
    let shown = items.values(of: field)?.flatMap(\.self) ?? []
    return Array(shown.prefix(6)) + [.null, "", "other", 7, true, 0, "1001", "65f1a00100000000000000a1", "a"]
  }

  private static func value(at path: String, in record: Record) -> JSON? {
    let parts = path.split(separator: ".").map(String.init)
    guard parts.count > 1 else { return record[path].json }
    return record[parts[0]].record?[parts[1]].json
  }

  /// The ids of all items in the order of a field; nil if results cannot be sorted by it.
  private static func sorted(by field: String, items: SearchedItems, world: SearchWorld) -> [String]? {
    let answer = world.fixture.send(
      .post, to: items.collection.path,
      body: [
        "query": ["operator": "AND", "value": []], "pagination": ["per_page": 150],
        "sort": ["field": .string(field), "order": "ascending"],
      ], version: items.version)
    return answer.json[items.collection.items]?.array?.compactMap { $0["id"]?.string }
  }

  /// Ids are sorted as numbers, other strings in lower case.
  private static func sortKey(_ value: JSON, of field: String, in items: SearchedItems) -> SortKey {
    switch (items.collection.definition.fields[field]?.field.kind, value) {
    case (.integer, _), (.serial, _): value.asNumber.map(SortKey.number) ?? .none
    case (_, .string(let text)): .text(text.lowercased())
    case (_, .boolean(let flag)): .number(flag ? 1 : 0)
    default: SortKey(value)
    }
  }
}

/// The comparison of the values of one field with the records that searches for them find.
struct ShownComparison {
  let field: String
  /// The shown values of each item.
  let values: [[JSON]]
  let items: SearchedItems
  /// Whether times are compared by calendar day, in UTC.
  let isDay: Bool

  /// What is wrong.
  /// - Parameter isThorough: whether all operators are tried, and numbers as strings
  func faults(isThorough: Bool) -> [String] {
    var seen: Set<String> = []
    let distinct = values.flatMap(\.self).filter { seen.insert($0.text).inserted }
    return distinct.flatMap { value -> [String] in
      guard isThorough else { return [fault(with: "=", value: value)].compactMap(\.self) }
      var faults = ["=", "!=", ">", ">=", "<", "<=", "~", "!~", "^", "$"].compactMap { fault(with: $0, value: value) }
      for sign in ["IN", "NIN"] {
        faults += [[value], [value, .null], [value] + distinct.prefix(2)].compactMap {
          fault(with: sign, value: .array($0))
        }
      }
      // A number may be sent as a string, and a string in any case.
      let other = JSON.string(value.string?.uppercased() ?? (isUndefined ? value.comparableText : nil) ?? value.text)
      let isComparable =
        value.number != nil || value.string.map { $0.uppercased().lowercased() == $0.lowercased() } ?? false
      if isComparable, let fault = fault(with: "=", value: other, expecting: value) { faults.append(fault) }
      return faults
    }
  }

  private func fault(with sign: String, value: JSON, expecting shown: JSON? = nil) -> String? {
    guard let found = items.found(field: field, comparison: sign, value: value) else {
      let isRequired = sign == "=" && !(value.isNull && isRelation)
      return isRequired ? "\(field) \(sign) \(value.text) is refused" : nil
    }
    let expected = Set(
      zip(items.items, values).filter { matches($0.1, sign: sign, value: shown ?? value) }.map(\.0.id))
    guard found != expected else { return nil }
    return "\(field) \(sign) \(value.text) finds \(found.subtracting(expected).sorted()) too much, "
      + "\(expected.subtracting(found).sorted()) too little"
  }

  /// Whether the field is an attribute without a definition, whose values are compared as text.
  private var isUndefined: Bool { field == "custom_attributes.undefined" }

  private var isRelation: Bool {
    guard case .ids = items.collection.definition.fields[field]?.field.kind else { return false }
    return true
  }

  private func matches(_ shown: [JSON], sign: String, value: JSON) -> Bool {
    switch sign {
    case "=": shown.contains { isEqual($0, to: value) }
    case "IN": shown.contains { item in (value.array ?? []).contains { isEqual(item, to: $0) } }
    case "!=": !matches(shown, sign: "=", value: value)
    case "NIN": !matches(shown, sign: "IN", value: value)
    case "!~": !matches(shown, sign: "~", value: value)
    case "~": shown.contains { text(of: $0).map { $0.contains(text(of: value) ?? []) } ?? false }
    case "^": shown.contains { text(of: $0).map { $0.starts(with: text(of: value) ?? []) } ?? false }
    case "$":
      shown.contains { text(of: $0).map { $0.reversed().starts(with: (text(of: value) ?? []).reversed()) } ?? false }
    default: shown.contains { isOrdered($0, sign: sign, value: value) }
    }
  }

  private func isEqual(_ shown: JSON, to value: JSON) -> Bool {
    if isDay, let time = shown.integer, let other = value.asNumber?.json.integer {
      return day(of: time) == day(of: other)
    }
    return text(of: shown) == text(of: value)
  }

  private func isOrdered(_ shown: JSON, sign: String, value: JSON) -> Bool {
    guard var number = shown.asNumber, var bound = value.asNumber else { return false }
    if isDay, let time = number.json.integer, let other = bound.json.integer {
      (number, bound) = (ExactNumber(day(of: time)), ExactNumber(day(of: other)))
    }
    return switch sign {
    case ">": number > bound
    case ">=": number >= bound
    case "<": number < bound
    default: number <= bound
    }
  }

  private func day(of time: Int64) -> Int64 {
    items.timeZone.startOfDay(containing: time)
  }

  /// The compared text in lower case: strings are compared without case, numbers by value.
  private func text(of json: JSON) -> [UInt8]? {
    json.comparableText.map { Array($0.lowercased().utf8) }
  }
}
