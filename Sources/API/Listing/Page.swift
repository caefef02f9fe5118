import HTTPMessage
import Store

/// One page of a list.
struct Page<Item> {
  let request: PageRequest
  let items: [Item]
  /// Whether items follow the last one of the page.
  let hasMore: Bool
  /// The position of the last item; nil if the page is empty or the list has no cursors.
  let last: Cursor?

  /// Divides the items that were found from the start of the page.
  /// - Parameters:
  ///   - found: up to `request.lookahead` items
  ///   - cursor: returns the position of an item
  init(request: PageRequest, found: [Item], cursor: (Item) -> Cursor?) {
    self.request = request
    hasMore = found.count > request.perPage
    items = hasMore ? Array(found.prefix(request.perPage)) : found
    last = items.last.flatMap(cursor)
  }

  private init(request: PageRequest, items: [Item], hasMore: Bool, last: Cursor?) {
    (self.request, self.items, self.hasMore, self.last) = (request, items, hasMore, last)
  }

  /// The page with other items in the same places; items without a counterpart are left out.
  func compactMap<Other>(_ transform: (Item) -> Other?) -> Page<Other> {
    Page<Other>(request: request, items: items.compactMap(transform), hasMore: hasMore, last: last)
  }

  /// The `pages` member.
  func node(for listing: Listing, total: Int, in call: Call) -> Node {
    let number = request.number
    let next: Node? = hasMore ? nextLink(for: listing, in: call) : nil
    return .members([
      "type": "pages", "next": next ?? (listing.endsWithNull ? .null : nil), "page": .integer(number),
      "per_page": .integer(request.perPage), "total_pages": .integer(pageCount(of: total)),
      "prev": listing.linksBack ? (number > 1 ? link(to: number - 1, in: call) : .null) : nil,
    ])
  }

  /// The number of pages. After a cursor, this page is the last one exactly if nothing follows it: its number counts the
  /// requests of the client, so it does not follow from the number of records if that or the page size changed.
  ///
  /// Unknown: what Intercom shows in this case.
  private func pageCount(of total: Int) -> Int {
    let count = request.pageCount(of: total)
    guard request.cursor != nil else { return count }
    if hasMore { return max(count, request.number + 1) }
    return items.isEmpty ? request.number - 1 : request.number
  }

  /// Recorded: an object in cursor lists, an absolute URL in numbered ones (Documentation.docc/Pagination.md, "Kinds of
  /// list").
  private func nextLink(for listing: Listing, in call: Call) -> Node? {
    switch listing.paging {
    case .cursor: last.map { .members(["page": .integer($0.page), "starting_after": .string($0.text)]) }
    default: link(to: request.number + 1, in: call)
    }
  }

  private func link(to page: Int, in call: Call) -> Node {
    let others = otherQueryParameters(in: call)
    return .string("\(call.baseURL)\(call.path)?\(others)per_page=\(request.perPage)&page=\(page)")
  }

  /// The query without paging parameters, so that the link requests the same list.
  private func otherQueryParameters(in call: Call) -> String {
    call.query.filter { !["page", "per_page", "starting_after"].contains($0.name) }
      .map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))&" }.joined()
  }
}
