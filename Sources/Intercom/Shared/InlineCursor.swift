import API
import Store

/// Lists whose `pages` have no numbers: `per_page`, and `next` with a cursor of the list's own kind or null
/// (pagination.md, 1).
enum InlineCursor {
  /// Wraps up to one record more than a page has: that one says that there is a next page.
  static func reply(_ found: [Record], perPage: Int, cursor: (Record) -> String) -> Reply {
    let shown = Array(found.prefix(perPage))
    let next = found.count > perPage ? shown.last.map { Node.members(["starting_after": .string(cursor($0))]) } : nil
    return .ok(
      .members([
        "type": "list", "data": .records(shown),
        "pages": .members(["type": "pages", "per_page": .integer(perPage), "next": next ?? .null]),
      ]))
  }
}
