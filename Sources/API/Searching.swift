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
