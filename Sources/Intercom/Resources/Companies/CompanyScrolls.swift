import API
import JSON
import Store

/// Scrolls over all companies: one at a time in a workspace, which ends when nobody asks for a minute (pagination.md, 2).
enum CompanyScrolls {
  static let model = Model(
    "company_scroll", collection: "company_scrolls", ids: .uuid,
    [.string("id"), .string("after_id"), .timestamp("used_at")])

  /// How long a scroll waits for its next page, in seconds.
  private static let patience: Int64 = 60
  private static let order = ListOrder("id", descending: false)

  /// The next page; an empty one ends the scroll. Unknown: how many companies a page has.
  static func page(_ call: Call) throws -> Reply {
    let perPage = try call.perPage(default: 100, limit: 100)
    var scroll = try call.query("scroll_param").flatMap { $0.isEmpty ? nil : try find($0, call) } ?? open(call)
    let companies = call.workspace[Companies.model]
    let start = scroll["after_id"].string.map { PageStart.after(key: 0, id: $0) } ?? .offset(0)
    let page = companies.page(
      order, from: start, limit: perPage, of: companies.select(Companies.populated(call.workspace)))
    if let last = page.last {
      scroll["after_id"] = .string(last.id)
      scroll["used_at"] = .integer(call.now)
      call.workspace[model].insert(scroll)
    } else {
      call.workspace[model].remove(scroll.id)
    }
    return .ok(
      .members([
        "type": "list", "data": .records(page), "pages": .null, "total_count": .null,
        "scroll_param": .string(scroll.id),
      ]))
  }

  private static func find(_ id: String, _ call: Call) throws -> Record {
    guard let scroll = call.workspace[model][id], isOpen(scroll, call) else {
      throw APIError(.notFound, "not_found", "scroll parameter not found")
    }
    return scroll
  }

  /// A new scroll, not stored yet.
  private static func open(_ call: Call) throws -> Record {
    for scroll in call.workspace[model].all {
      guard !isOpen(scroll, call) else {
        throw APIError(.badRequest, "scroll_exists", "scroll already exists for this workspace")
      }
      call.workspace[model].remove(scroll.id)
    }
    var scroll = model.blank()
    scroll["id"] = .json(call.workspace.nextID(for: model))
    return scroll
  }

  private static func isOpen(_ scroll: Record, _ call: Call) -> Bool {
    call.now - (scroll["used_at"].integer ?? 0) <= patience
  }
}
