import API
import JSON
import Store

/// Listing, searching and scrolling over companies (Documentation.docc/Pagination.md, "Lists";
/// Documentation.docc/Search.md, "Other searches").
extension Companies {
  /// `GET /companies`: the company with the `company_id` or `name` in the query; a list if the query has neither.
  static func retrieveOrList(in call: Call) throws -> Reply {
    let companies = call.workspace[model]
    for name in ["company_id", "name"] {
      guard let value = call.queryParameter(name), !value.isEmpty else { continue }
      guard let company = companies.first(in: name, under: value) else { throw APIError.notFound(for: model) }
      return .ok(company)
    }
    let filters = try filters(in: call)
    return try listing.reply(
      with: companies, where: filters.isEmpty ? havingContacts(in: call.workspace) : .all(filters), in: call)
  }

  /// Unknown: whether filtering by tag or segment leaves out companies without contacts; here they are included.
  private static func filters(in call: Call) throws -> [Predicate] {
    var filters: [Predicate] = []
    if let tag = call.queryParameter("tag_id"), !tag.isEmpty {
      guard call.workspace[Tags.model][tag] != nil else { throw APIError.notFound(for: Tags.model) }
      filters.append(.rows(rows(taggedWith: tag, in: call.workspace)))
    }
    if let segment = call.queryParameter("segment_id"), !segment.isEmpty {
      guard call.workspace[Segments.model][segment] != nil else { throw APIError.notFound(for: Segments.model) }
      filters.append(.rows(call.workspace[model].rows(in: "segment_ids", under: segment)))
    }
    return filters
  }

  static func listAll(in call: Call) throws -> Reply {
    var listing = listing
    switch call.queryParameter("order") {
    case nil, "", "desc": break
    case "asc": listing.order = ListOrder(name: listing.order.name, descending: true)
    default: throw APIError.parameterInvalid("order must be one of asc, desc")
    }
    return try listing.reply(with: call.workspace[model], where: havingContacts(in: call.workspace), in: call)
  }

  /// Matches companies with at least one contact: lists leave out the others.
  static func havingContacts(in workspace: Workspace) -> Predicate {
    let companies = workspace[model]
    let all = companies.records(of: companies.rows(matching: .everything))
    return .rows(companies.rows(ofIDs: all.filter { userCount(of: $0, in: workspace) > 0 }.map(\.id)))
  }

  // MARK: Search

  /// The searchable fields (Documentation.docc/Search.md, "Company fields").
  static let searchFields: [SearchField] = [
    .text("company_id", index: "company_id"), .text("name"),
    .date("created_at"), .date("updated_at"), .date("remote_created_at"), .date("last_request_at"),
    .integer("monthly_spend"), .integer("session_count"), .counted("user_count", of: model, count: userCount),
    .ids("tag_id", relation: rows),
    .attributes("custom_attributes"),
  ]

  static func search(in call: Call) throws -> Reply {
    try searchDefinition.reply(
      with: call.workspace[model], among: havingContacts(in: call.workspace), listing: listing, in: call)
  }

  /// Rows of the companies that have a tag.
  private static func rows(taggedWith id: String, in workspace: Workspace) -> RowSet {
    Taggings.rows(ofTypes: ["company"], tagged: id, collection: workspace[model], in: workspace)
  }
}

/// Scrolls over all companies. A workspace has one open scroll, which expires after a minute without a request
/// (Documentation.docc/Pagination.md, "Lists"), or when the clock is set to a time before its last request.
enum CompanyScrolls {
  static let model = Model(
    name: "company_scroll", collection: "company_scrolls", ids: .uuid,
    fields: [.string("id"), .string("after_id"), .timestamp("used_at")])

  /// Time without a request after which a scroll expires, in seconds.
  private static let timeout: Int64 = 60
  private static let order = ListOrder(name: "id", descending: false)

  /// Returns the next page; an empty page closes the scroll. Unknown: the number of companies on a page.
  static func nextPage(in call: Call) throws -> Reply {
    let perPage = try call.perPage(default: 100, limit: 100)
    var scroll =
      try call.queryParameter("scroll_param").flatMap { $0.isEmpty ? nil : try find($0, in: call) }
      ?? makeScroll(in: call)
    let companies = call.workspace[Companies.model]
    let start = scroll["after_id"].string.map { PageStart.after(key: 0, id: $0) } ?? .offset(0)
    let page = companies.page(
      orderedBy: order, from: start, limit: perPage,
      of: companies.rows(matching: Companies.havingContacts(in: call.workspace)))
    if let last = page.last {
      scroll["after_id"] = .string(last.id)
      scroll["used_at"] = .integer(call.now)
      call.workspace[model].insert(scroll)
    } else {
      call.workspace[model].remove(id: scroll.id)
    }
    return .ok(
      .members([
        "type": "list", "data": .records(page), "pages": .null, "total_count": .null,
        "scroll_param": .string(scroll.id),
      ]))
  }

  private static func find(_ id: String, in call: Call) throws -> Record {
    guard let scroll = call.workspace[model][id], isOpen(scroll, in: call) else {
      throw APIError(status: .notFound, code: "not_found", message: "scroll parameter not found")
    }
    return scroll
  }

  /// Creates a scroll without storing it. Throws `scroll_exists` if another scroll is open.
  private static func makeScroll(in call: Call) throws -> Record {
    for scroll in call.workspace[model].all {
      guard !isOpen(scroll, in: call) else {
        throw APIError(status: .badRequest, code: "scroll_exists", message: "scroll already exists for this workspace")
      }
      call.workspace[model].remove(id: scroll.id)
    }
    var scroll = model.blank()
    scroll["id"] = .json(call.workspace.nextID(for: model))
    return scroll
  }

  private static func isOpen(_ scroll: Record, in call: Call) -> Bool {
    (0...timeout).contains(call.now - (scroll["used_at"].integer ?? 0))
  }
}
