import JSON
import Store

/// The definition of a search endpoint: its fields and options (Documentation.docc/Search.md).
public struct SearchDefinition: Sendable {
  /// The maximum nesting of groups: one group inside a group.
  static let maximumDepth = 2
  /// The maximum number of filters in a group.
  static let maximumGroupSize = 15

  /// The fields by name, each with the number that identifies its column.
  let fields: [String: (number: Int, field: SearchField)]
  let listing: Listing?
  let exactTimes: Bool

  /// - Parameters:
  ///   - fields: the searchable fields
  ///   - listing: the envelope and paging of the results; nil for those of the resource's list
  ///   - exactTimes: whether times are compared to the second in every version, instead of depending on
  ///     `Behaviour.exactSearchTimes`
  public init(fields: [SearchField], listing: Listing? = nil, exactTimes: Bool = false) {
    self.exactTimes = exactTimes
    self.fields = Dictionary(fields.enumerated().map { ($1.name, ($0, $1)) }) { first, _ in first }
    self.listing = listing
  }

  /// Runs the search in the body of a call: filters, sorts and pages the records of a collection.
  /// - Parameters:
  ///   - collection: the records to search
  ///   - scope: a condition that all results must meet besides the query; nil for all records
  ///   - listing: the envelope and paging, unless the definition has its own
  ///   - call: the request
  /// - Throws: `invalid_field` or `invalid_sort_order` (400), `client_error` (400) for a malformed cursor,
  ///   `parameter_not_found` (400) if the query is missing, `parameter_invalid` (400) for other errors
  public func reply(with collection: RecordCollection, among scope: Predicate? = nil, listing: Listing, in call: Call)
    throws
    -> SlicedWork<Reply>
  {
    let listing = self.listing ?? listing
    let collection = collection.snapshot
    let query = try SearchQuery(in: call, definition: self, collection: collection).predicate(of: call.body["query"])
    let request = try PageRequest(pagination: try pagination(in: call), listing: listing)
    let sort = try SearchSort(in: call, definition: self, schema: collection.definition.schema, fallback: listing.order)
    let predicate = scope.map { .all([$0, query]) } ?? query
    return try collection.search(for: predicate) { call.workspace }.then { selection in
      try sort.page(request, of: collection, matching: selection, listing: listing).map { page in
        .ok(listing.wrap(.records(page.items), total: selection.count, page: page, in: call))
      }
    }
  }

  /// Returns the field that a version calls `name`, with the values that the version shows, and the number that
  /// identifies its column; nil if the version has no such field.
  func field(named name: String, in plan: VersionPlan, schema: Schema) -> (number: Int, field: SearchField)? {
    guard let (number, field) = fields[newestName(of: name, in: plan, schema: schema)],
      field.availability.contains(plan.version)
    else { return nil }
    let (shown, changes) = field.shown(in: plan, of: schema)
    // Each number of changes has a column of its own.
    return (number + changes * fields.count, shown)
  }

  /// The newest name of a field that a version calls `name`. A field that reads a member has the member's name.
  private func newestName(of name: String, in plan: VersionPlan, schema: Schema) -> String {
    guard let members = plan.shownMembers(of: schema) else { return name }
    guard let newest = members.newestPath(of: name) else { return fields[name]?.field.member == name ? "" : name }
    return fields[newest]?.field.member == newest ? newest : name
  }

  private func pagination(in call: Call) throws -> JSONObject {
    try call.body.optional("pagination", as: .object) ?? [:]
  }
}

extension Behaviour {
  /// Searches compare times to the second. Earlier versions compare calendar days in the workspace's time zone
  /// (Documentation.docc/Search.md, "Date semantics").
  public static let exactSearchTimes = Behaviour("exact search times")
}

/// The parser of a search body's `query`: converts it to a predicate and rejects what Intercom rejects.
struct SearchQuery {
  private let call: Call
  private let definition: SearchDefinition
  private let collection: RecordCollection

  init(in call: Call, definition search: SearchDefinition, collection: RecordCollection) {
    self.call = call
    self.definition = search
    self.collection = collection
  }

  /// Returns the predicate of a complete query.
  /// - Throws: `parameter_not_found` (400) if the query is missing; `invalid_field` or `parameter_invalid` (400)
  func predicate(of json: JSON?) throws -> Predicate {
    guard let json, !json.isNull else { throw APIError.parameterMissing("query is a required parameter") }
    return try predicate(json, depth: 1)
  }

  static func invalidField(named name: String) -> APIError {
    APIError(status: .badRequest, code: "invalid_field", message: "\(name) is not a valid search field")
  }

  private func predicate(_ json: JSON, depth: Int) throws -> Predicate {
    let object = try json.read(as: .object, orThrow: .parameterInvalid("query must be an object"))
    let text = try object.required(
      "operator", as: .string, orThrow: .parameterInvalid("operator must be a string"))
    if object["field"] == nil, ["AND", "OR"].contains(text.uppercased()) {
      let terms = try terms(of: object["value"], depth: depth)
      return text.uppercased() == "AND" ? .all(terms) : .any(terms)
    }
    return try filter(object, operatorName: text)
  }

  private func terms(of value: JSON?, depth: Int) throws -> [Predicate] {
    guard depth <= SearchDefinition.maximumDepth else {
      throw APIError.parameterInvalid("query may be nested at most \(SearchDefinition.maximumDepth) levels deep")
    }
    guard let terms = value?.array else { throw APIError.parameterInvalid("value of a group must be an array") }
    guard terms.count <= SearchDefinition.maximumGroupSize else {
      throw APIError.parameterInvalid("a group may have at most \(SearchDefinition.maximumGroupSize) filters")
    }
    return try terms.map { try predicate($0, depth: depth + 1) }
  }

  private func filter(_ object: JSONObject, operatorName text: String) throws -> Predicate {
    let name = try object.required("field", as: .string, orThrow: .parameterInvalid("field must be a string"))
    guard let searchOperator = SearchOperator(rawValue: text) ?? SearchOperator(rawValue: text.uppercased()) else {
      throw APIError.parameterInvalid("\(text) is not a valid operator")
    }
    let filter = SearchFilter(
      name: name, searchOperator: searchOperator, value: object["value"] ?? .null, call: call, collection: collection,
      exactTimes: definition.exactTimes)
    let schema = collection.definition.schema
    if let (number, field) = definition.field(named: name, in: call.plan, schema: schema) {
      return try filter.predicate(for: field, key: .field(number))
    }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    if parts.count == 2, case .attributes(let lookup) = definition.fields[parts[0]]?.field.kind {
      return try filter.predicate(attribute: parts[1], lookup: lookup)
    }
    throw Self.invalidField(named: name)
  }
}
