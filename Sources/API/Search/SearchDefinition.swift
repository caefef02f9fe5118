import JSON
import Store

/// What a search endpoint offers: its fields and its habits (search.md).
public struct Searching: Sendable {
  /// Deepest nesting: one group inside a group.
  static let depth = 2
  /// Most filters in a group.
  static let width = 15

  let fields: [String: (number: Int, field: SearchField)]
  let listing: Listing?
  let exactTimes: Bool

  /// - Parameters:
  ///   - fields: what may be asked for
  ///   - listing: how results are wrapped and paged, when not as the resource's list is
  ///   - exactTimes: whether times match to the second in every version
  public init(_ fields: [SearchField], listing: Listing? = nil, exactTimes: Bool = false) {
    self.exactTimes = exactTimes
    self.fields = Dictionary(fields.enumerated().map { ($1.name, ($0, $1)) }) { first, _ in first }
    self.listing = listing
  }

  /// Finds, sorts and pages.
  ///
  /// Throws what Intercom refuses: `invalid_field`, `invalid_sort_order`, `client_error` for a cursor that is none, and
  /// `parameter_invalid` for the rest.
  public func reply(_ collection: RecordCollection, among scope: Predicate? = nil, _ listing: Listing, _ call: Call)
    throws
    -> Reply
  {
    let listing = self.listing ?? listing
    let asked = try SearchQuery(call, self, collection).predicate(of: call.body["query"])
    let selection = collection.select(scope.map { .all([$0, asked]) } ?? asked)
    let page = try Page(try pagination(call), listing)
    let sort = try SearchSort(call, self, listing.order)
    let (records, keys) = try sort.page(collection, selection, page, listing)
    let next = zip(records, keys).reversed().first.map { record, key in
      Cursor(key: key, id: record.id, page: page.number + 1)
    }
    return .ok(listing.wrap(.records(records), total: selection.count, page, next: next, call))
  }

  private func pagination(_ call: Call) throws -> JSONObject {
    guard let json = call.body["pagination"], !json.isNull else { return [:] }
    guard let object = json.object else { throw APIError.parameterInvalid("pagination must be an object") }
    return object
  }
}

extension Behaviour {
  /// Times are matched to the second; before, by the day in the workspace's time zone (search.md, "Date semantics").
  public static let exactSearchTimes = Behaviour("exact search times")
}

/// Reads a search body's `query` into a predicate over columns, and refuses what Intercom refuses.
struct SearchQuery {
  private let call: Call
  private let search: Searching
  private let collection: RecordCollection

  init(_ call: Call, _ search: Searching, _ collection: RecordCollection) {
    self.call = call
    self.search = search
    self.collection = collection
  }

  /// The predicate of a whole query.
  func predicate(of json: JSON?) throws -> Predicate {
    guard let json, !json.isNull else { throw APIError.parameterMissing("query is a required parameter") }
    return try predicate(json, depth: 1)
  }

  static func invalidField(_ name: String) -> APIError {
    APIError(.badRequest, "invalid_field", "\(name) is not a valid search field")
  }

  private func predicate(_ json: JSON, depth: Int) throws -> Predicate {
    guard let object = json.object else { throw APIError.parameterInvalid("query must be an object") }
    guard let text = object["operator"]?.string else { throw APIError.parameterInvalid("operator must be a string") }
    if object["field"] == nil, ["AND", "OR"].contains(text.uppercased()) {
      let terms = try group(object["value"], depth: depth)
      return text.uppercased() == "AND" ? .all(terms) : .any(terms)
    }
    return try filter(object, text)
  }

  private func group(_ value: JSON?, depth: Int) throws -> [Predicate] {
    guard depth <= Searching.depth else {
      throw APIError.parameterInvalid("query may be nested at most \(Searching.depth) levels deep")
    }
    guard let terms = value?.array else { throw APIError.parameterInvalid("value of a group must be an array") }
    guard terms.count <= Searching.width else {
      throw APIError.parameterInvalid("a group may have at most \(Searching.width) filters")
    }
    return try terms.map { try predicate($0, depth: depth + 1) }
  }

  private func filter(_ object: JSONObject, _ text: String) throws -> Predicate {
    guard let name = object["field"]?.string else { throw APIError.parameterInvalid("field must be a string") }
    guard let sign = SearchOperator(rawValue: text) ?? SearchOperator(rawValue: text.uppercased()) else {
      throw APIError.parameterInvalid("\(text) is not a valid operator")
    }
    let filter = SearchFilter(
      name: name, sign: sign, value: object["value"] ?? .null, call: call, collection: collection,
      exactTimes: search.exactTimes)
    if let (number, field) = search.fields[name], field.availability.contains(call.plan.version) {
      return try filter.predicate(field, .field(number))
    }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    if parts.count == 2, let (_, field) = search.fields[parts[0]], case .attributes(let slot, let holds) = field.kind {
      return try filter.predicate(attribute: parts[1], slot: slot, holds)
    }
    if parts.count == 2, let (_, field) = search.fields[parts[0]], case .named(let attributes) = field.kind {
      return try filter.predicate(attribute: parts[1], named: attributes)
    }
    throw Self.invalidField(name)
  }
}
