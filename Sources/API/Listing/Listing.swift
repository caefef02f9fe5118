import JSON
import Store

/// How a collection is wrapped and cut into pages (pagination.md).
public struct Listing: Sendable {
  /// How one turns the page.
  public enum Paging: Sendable {
    /// Everything at once.
    case unpaged
    /// `starting_after`, with `next` an object.
    case cursor
    /// `page`, with `next` a URL.
    case numbered
  }

  /// The members around the items, in their order.
  public enum Member: Sendable {
    case type, items, total, pages
    /// What `pages` holds, without a `pages` around it.
    case page, perPage, totalPages
    /// The items once more under this key, where descriptions and answers disagree about it.
    case itemsCopy(String)
  }

  public var paging: Paging
  public var type: String
  public var key: String
  public var perPage: Int
  public var limit: Int
  public var order: ListOrder
  public var members: [Member]
  /// Whether the last page says `"next": null` rather than nothing.
  public var endsWithNull: Bool
  /// Whether `pages` has a link to the page before, too; null on the first.
  public var linksBack = false
  /// How many records paging reaches; nil for all.
  public var recordLimit: Int?
  /// How the records of a page stand under `key`, when not as they are.
  public var renderRecords: (@Sendable ([Record], Call) -> Node)?

  /// Everything at once: `{"type": "list", "data": [...]}`.
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

  /// The whole collection, or what a predicate selects of it, as the call pages it.
  /// - Parameter paging: the object that holds `page` and `per_page` when the query does not
  public func reply(
    with collection: RecordCollection, where predicate: Predicate? = nil, paging: JSONObject? = nil, in call: Call
  ) throws -> Reply {
    let selection = predicate.map { collection.rows(matching: $0) }
    let total = selection?.count ?? collection.count(in: order)
    let page = try paging.map { try PageRequest(pagination: $0, listing: self) } ?? PageRequest(in: call, listing: self)
    let records = collection.page(orderedBy: order, from: try page.start(for: self), limit: page.perPage, of: selection)
    let cursor = records.last.map { Cursor(key: cursorKey(of: $0, in: collection), id: $0.id, page: page.number + 1) }
    return .ok(wrap(node(for: records, in: call), total: total, page: page, next: cursor, in: call))
  }

  /// Items that are all at hand, cut as the call asks.
  public func reply(with items: [Node], in call: Call) throws -> Reply {
    try reply(with: items, in: call) { .array($0) }
  }

  private func reply<Item>(with items: [Item], in call: Call, show: ([Item]) -> Node) throws -> Reply {
    guard paging != .unpaged else {
      return .ok(wrap(show(items), total: items.count, page: PageRequest.everything, next: nil, in: call))
    }
    let page = try PageRequest(in: call, listing: self)
    let offset = try page.offset(for: self)
    let cut = Array(items.dropFirst(offset).prefix(page.perPage))
    let next = Cursor(key: .integer(Int64(offset + cut.count)), id: "", page: page.number + 1)
    return .ok(wrap(show(cut), total: items.count, page: page, next: next, in: call))
  }

  /// Records that are all at hand, cut as the call asks.
  public func reply(with records: [Record], in call: Call) throws -> Reply {
    try reply(with: records, in: call) { node(for: $0, in: call) }
  }

  /// The same list, with the records of a page standing under `key` as `show` says.
  public func showing(_ show: @escaping @Sendable ([Record], Call) -> Node) -> Listing {
    var copy = self
    copy.renderRecords = show
    return copy
  }

  private func node(for records: [Record], in call: Call) -> Node {
    renderRecords?(records, call) ?? .records(records)
  }

  /// The sort value of a record in a cursor: times in milliseconds.
  func cursorKey(of record: Record, in collection: RecordCollection) -> JSON {
    let (product, overflow) = collection.key(of: record, in: order).multipliedReportingOverflow(by: 1000)
    return .integer(overflow ? 0 : product)
  }

  /// The envelope around the items of one page.
  func wrap(_ items: Node, total: Int, page: PageRequest, next: Cursor?, in call: Call) -> Node {
    .object(
      members.map { member in
        switch member {
        case .type: Node.Member(key: "type", value: .string(type))
        case .items: Node.Member(key: key, value: items)
        case .itemsCopy(let key): Node.Member(key: key, value: items)
        case .total: Node.Member(key: "total_count", value: .integer(total))
        case .pages: Node.Member(key: "pages", value: page.node(for: self, total: total, next: next, in: call))
        case .page: Node.Member(key: "page", value: .integer(page.number))
        case .perPage: Node.Member(key: "per_page", value: .integer(page.perPage))
        case .totalPages: Node.Member(key: "total_pages", value: .integer(page.pageCount(of: total)))
        }
      })
  }
}
