import API
import JSON
import Store

/// The ways to find companies (pagination.md, 2; search.md).
extension Companies {
  /// `GET /companies`: the one company that is asked for by `company_id` or `name`, else a list.
  static func retrieveOrList(_ call: Call) throws -> Reply {
    let companies = call.workspace[model]
    for name in ["company_id", "name"] {
      guard let asked = call.query(name), !asked.isEmpty else { continue }
      guard let company = companies.first(in: name, under: asked) else { throw APIError.notFound(model) }
      return .ok(company)
    }
    let filters = try filters(call)
    return try listing.reply(companies, where: filters.isEmpty ? populated(call.workspace) : .all(filters), call)
  }

  /// Unknown: whether a tag's or a segment's companies are left out while they have no contacts; here they are there.
  private static func filters(_ call: Call) throws -> [Predicate] {
    var filters: [Predicate] = []
    if let tag = call.query("tag_id"), !tag.isEmpty {
      guard call.workspace[Tags.model][tag] != nil else { throw APIError.notFound(Tags.model) }
      filters.append(.rows(tagged(tag, call.workspace)))
    }
    if let segment = call.query("segment_id"), !segment.isEmpty {
      guard call.workspace[Segments.model][segment] != nil else { throw APIError.notFound(Segments.model) }
      filters.append(.rows(call.workspace[model].rows(in: "segment_ids", under: segment)))
    }
    return filters
  }

  static func listAll(_ call: Call) throws -> Reply {
    var listing = listing
    switch call.query("order") {
    case nil, "", "desc": break
    case "asc": listing.order = ListOrder(listing.order.name, descending: true)
    default: throw APIError.parameterInvalid("order must be one of asc, desc")
    }
    return try listing.reply(call.workspace[model], where: populated(call.workspace), call)
  }

  /// Lists leave out companies that nobody belongs to.
  static func populated(_ workspace: Workspace) -> Predicate {
    let companies = workspace[model]
    let all = companies.records(of: companies.select(.everything))
    return .rows(companies.rows(ofIDs: all.filter { userCount(of: $0, workspace) > 0 }.map(\.id)))
  }

  // MARK: Search

  /// search.md, 7.
  static let searchFields: [SearchField] = [
    .text("company_id", index: "company_id"), .text("name"),
    .date("created_at"), .date("updated_at"), .date("remote_created_at"), .date("last_request_at"),
    .integer("monthly_spend"), .integer("session_count"), .counted("user_count", of: model, userCount),
    .ids("tag_id", tagged),
    .attributes("custom_attributes"),
  ]

  static func search(_ call: Call) throws -> Reply {
    try searching.reply(call.workspace[model], among: populated(call.workspace), listing, call)
  }

  /// The rows of the companies that carry a tag.
  private static func tagged(_ id: String, _ workspace: Workspace) -> RowSet {
    Taggings.rows(of: "company", tagged: id, in: workspace[model], workspace)
  }
}

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
