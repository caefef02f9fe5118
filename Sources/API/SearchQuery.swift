import JSON
import Store

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
