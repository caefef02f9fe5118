import JSON
import Store

/// How a collection is wrapped and cut into pages (pagination.md).
public struct Listing: Sendable {
  /// How one turns the page.
  public enum Paging: Sendable {
    /// Everything at once.
    case whole
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
    case again(String)
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
  public var reach: Int?
  /// How the records of a page stand under `key`, when not as they are.
  public var shows: (@Sendable ([Record], Call) -> Node)?

  /// Everything at once: `{"type": "list", "data": [...]}`.
  public static func whole(
    type: String = "list", key: String = "data", order: ListOrder = ListOrder("id", descending: false)
  ) -> Listing {
    Listing(
      paging: .whole, type: type, key: key, perPage: .max, limit: .max, order: order, members: [.type, .items],
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
    members: [Member] = [.type, .items, .total, .pages], endsWithNull: Bool = false, reach: Int? = nil
  ) -> Listing {
    Listing(
      paging: .numbered, type: type, key: key, perPage: perPage, limit: limit, order: order, members: members,
      endsWithNull: endsWithNull, reach: reach)
  }

  /// The whole collection, or what a predicate selects of it, as the call pages it.
  /// - Parameter paging: the object that holds `page` and `per_page` when the query does not
  public func reply(
    _ collection: RecordCollection, where predicate: Predicate? = nil, paging: JSONObject? = nil, _ call: Call
  ) throws -> Reply {
    let selection = predicate.map { collection.select($0) }
    let total = selection?.count ?? collection.count(in: order)
    let page = try paging.map { try Page($0, self) } ?? Page(call, self)
    let records = collection.page(order, from: try page.start(self), limit: page.perPage, of: selection)
    let cursor = records.last.map { Cursor(key: cursorKey(of: $0, in: collection), id: $0.id, page: page.number + 1) }
    return .ok(wrap(shown(records, call), total: total, page, next: cursor, call))
  }

  /// Items that are all at hand, cut as the call asks.
  public func reply(_ items: [Node], _ call: Call) throws -> Reply {
    try reply(items, call) { .array($0) }
  }

  private func reply<Item>(_ items: [Item], _ call: Call, show: ([Item]) -> Node) throws -> Reply {
    guard paging != .whole else {
      return .ok(wrap(show(items), total: items.count, Page.everything, next: nil, call))
    }
    let page = try Page(call, self)
    let offset = try page.offset(self)
    let cut = Array(items.dropFirst(offset).prefix(page.perPage))
    let next = Cursor(key: .integer(Int64(offset + cut.count)), id: "", page: page.number + 1)
    return .ok(wrap(show(cut), total: items.count, page, next: next, call))
  }

  /// Records that are all at hand, cut as the call asks.
  public func reply(_ records: [Record], _ call: Call) throws -> Reply {
    try reply(records, call) { shown($0, call) }
  }

  /// The same list, with the records of a page standing under `key` as `show` says.
  public func showing(_ show: @escaping @Sendable ([Record], Call) -> Node) -> Listing {
    var copy = self
    copy.shows = show
    return copy
  }

  private func shown(_ records: [Record], _ call: Call) -> Node {
    shows?(records, call) ?? .records(records)
  }

  /// The sort value of a record in a cursor: times in milliseconds.
  func cursorKey(of record: Record, in collection: RecordCollection) -> JSON {
    let (product, overflow) = collection.key(of: record, in: order).multipliedReportingOverflow(by: 1000)
    return .integer(overflow ? 0 : product)
  }

  /// The envelope around the items of one page.
  func wrap(_ items: Node, total: Int, _ page: Page, next: Cursor?, _ call: Call) -> Node {
    .object(
      members.map { member in
        switch member {
        case .type: Node.Member("type", .string(type))
        case .items: Node.Member(key, items)
        case .again(let key): Node.Member(key, items)
        case .total: Node.Member("total_count", .integer(total))
        case .pages: Node.Member("pages", page.node(self, total: total, next: next, call))
        case .page: Node.Member("page", .integer(page.number))
        case .perPage: Node.Member("per_page", .integer(page.perPage))
        case .totalPages: Node.Member("total_pages", .integer(page.count(of: total)))
        }
      })
  }
}
