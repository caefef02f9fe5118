import JSON
import Store

/// The envelope, order and paging of a list (Documentation.docc/Pagination.md).
public struct Listing: Sendable {
  /// The kind of paging.
  public enum Paging: Sendable {
    /// All items on one page.
    case unpaged
    /// By `starting_after`; `next` is an object.
    case cursor
    /// By `page`; `next` is a URL.
    case numbered
  }

  /// A member of the envelope.
  public enum Member: Sendable {
    case type, items, total, pages
    /// The members of `pages`, directly in the envelope.
    case page, perPage, totalPages
    /// A copy of the items under another key, where the descriptions and recorded replies disagree about the key.
    case itemsCopy(String)
  }

  public var paging: Paging
  /// The value of the `type` member.
  public var type: String
  /// The key of the items.
  public var key: String
  /// The default page size.
  public var perPage: Int
  /// The maximum page size.
  public var limit: Int
  /// The order of the items, one of the collection's orders.
  public var order: ListOrder
  /// The members of the envelope, in order.
  public var members: [Member]
  /// Whether the last page has `"next": null`; it omits `next` otherwise.
  public var endsWithNull: Bool
  /// Whether `pages` has a member `prev` with the URL of the previous page; null on the first page.
  public var linksBack = false
  /// The number of records that are accessible by paging; nil for all.
  public var recordLimit: Int?
  /// Renders the items of a page; nil if they are rendered as an array of records.
  public var renderRecords: (@Sendable ([Record], Call) -> Node)?

  /// A list without paging: `{"type": "list", "data": [...]}`.
  public static func unpaged(
    type: String = "list", key: String = "data", order: ListOrder = ListOrder(name: "id", descending: false)
  ) -> Listing {
    Listing(
      paging: .unpaged, type: type, key: key, perPage: .max, limit: .max, order: order, members: [.type, .items],
      endsWithNull: false)
  }

  /// A list that is paged by cursor.
  public static func cursor(
    type: String = "list", key: String = "data", perPage: Int, limit: Int = 150, order: ListOrder,
    members: [Member] = [.type, .items, .total, .pages]
  ) -> Listing {
    Listing(
      paging: .cursor, type: type, key: key, perPage: perPage, limit: limit, order: order, members: members,
      endsWithNull: false)
  }

  /// A list that is paged by number.
  public static func numbered(
    type: String = "list", key: String = "data", perPage: Int, limit: Int = 150, order: ListOrder,
    members: [Member] = [.type, .items, .total, .pages], endsWithNull: Bool = false, recordLimit: Int? = nil
  ) -> Listing {
    Listing(
      paging: .numbered, type: type, key: key, perPage: perPage, limit: limit, order: order, members: members,
      endsWithNull: endsWithNull, recordLimit: recordLimit)
  }

  /// Returns the page of a collection that the call requests.
  /// - Parameters:
  ///   - collection: the records to list
  ///   - predicate: selects the records; nil for all
  ///   - paging: an object with the paging parameters; nil if they are in the query
  ///   - call: the request
  /// - Throws: `parameter_invalid`, `client_error` or `bad_request` (400) for invalid paging parameters
  public func reply(
    with collection: RecordCollection, where predicate: Predicate? = nil, paging: JSONObject? = nil, in call: Call
  ) throws -> Reply {
    let selection = predicate.map { collection.rows(matching: $0) }
    let total = selection?.count ?? collection.count(in: order)
    let request =
      try paging.map { try PageRequest(pagination: $0, listing: self) } ?? PageRequest(in: call, listing: self)
    let page = try page(request, of: collection, selecting: selection)
    return .ok(wrap(node(for: page.items, in: call), total: total, page: page, in: call))
  }

  /// Returns the page of the records that match a predicate, which may contain links and computed numbers.
  /// - Throws: `parameter_invalid`, `client_error` or `bad_request` (400) for invalid paging parameters
  public func reply(
    with collection: RecordCollection, searching predicate: Predicate, paging: JSONObject? = nil, in call: Call
  ) throws -> SlicedWork<Reply> {
    let request =
      try paging.map { try PageRequest(pagination: $0, listing: self) } ?? PageRequest(in: call, listing: self)
    let collection = collection.snapshot
    return try collection.search(for: predicate) { call.workspace }.map { selection in
      let page = try page(request, of: collection, selecting: selection)
      return .ok(wrap(node(for: page.items, in: call), total: selection.count, page: page, in: call))
    }
  }

  /// Returns a page of the records of a collection in the order of the listing.
  /// - Throws: `client_error` (400) for a cursor of another list; `bad_request` (400) beyond the listing's `recordLimit`
  func page(_ request: PageRequest, of collection: RecordCollection, selecting selection: RowSet?) throws
    -> Page<Record>
  {
    let found = collection.page(
      orderedBy: order, from: try request.start(for: self), limit: request.lookahead, of: selection)
    return Page(request: request, found: found) { record in
      Cursor(sortValue: collection.key(of: record, in: order), id: record.id, page: request.number + 1)
    }
  }

  /// Returns the page of an array of nodes that the call requests.
  /// - Throws: `parameter_invalid`, `client_error` or `bad_request` (400) for invalid paging parameters
  public func reply(with items: [Node], in call: Call) throws -> Reply {
    try reply(with: items, in: call) { .array($0) }
  }

  private func reply<Item>(with items: [Item], in call: Call, show: ([Item]) -> Node) throws -> Reply {
    let request = try PageRequest(in: call, listing: self)
    let found = Array(items.dropFirst(try request.offset(for: self)).prefix(request.lookahead))
    let page = Page(request: request, found: found) { _ in nil }
    return .ok(wrap(show(page.items), total: items.count, page: page, in: call))
  }

  /// Returns the page of an array of records that the call requests.
  /// - Throws: `parameter_invalid`, `client_error` or `bad_request` (400) for invalid paging parameters
  public func reply(with records: [Record], in call: Call) throws -> Reply {
    try reply(with: records, in: call) { node(for: $0, in: call) }
  }

  /// Returns a copy of the listing that renders the records of a page with `show`.
  public func showing(_ show: @escaping @Sendable ([Record], Call) -> Node) -> Listing {
    var copy = self
    copy.renderRecords = show
    return copy
  }

  private func node(for records: [Record], in call: Call) -> Node {
    renderRecords?(records, call) ?? .records(records)
  }

  /// Returns the envelope with the items of one page.
  /// - Parameters:
  ///   - items: the items of the page
  ///   - total: the number of items on all pages
  ///   - page: the page
  ///   - call: the request
  func wrap<Item>(_ items: Node, total: Int, page: Page<Item>, in call: Call) -> Node {
    let request = page.request
    return .object(
      members.map { member in
        switch member {
        case .type: Node.Member(key: "type", value: .string(type))
        case .items: Node.Member(key: key, value: items)
        case .itemsCopy(let key): Node.Member(key: key, value: items)
        case .total: Node.Member(key: "total_count", value: .integer(total))
        case .pages: Node.Member(key: "pages", value: page.node(for: self, total: total, in: call))
        case .page: Node.Member(key: "page", value: .integer(request.number))
        case .perPage: Node.Member(key: "per_page", value: .integer(request.perPage))
        case .totalPages: Node.Member(key: "total_pages", value: .integer(request.pageCount(of: total)))
        }
      })
  }
}
