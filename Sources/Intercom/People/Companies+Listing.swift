import API
import JSON
import Store

/// Listing, searching and scrolling over companies (Documentation.docc/Pagination.md, "Lists";
/// Documentation.docc/Search.md, "Other searches").
extension Companies {
  /// `GET /companies`: the company with the `company_id` or `name` in the query; a list if the query has neither.
  static func retrieveOrList(in call: Call) throws -> SlicedWork<Reply> {
    let companies = call.workspace[model]
    for name in ["company_id", "name"] {
      guard let value = call.queryParameter(name), !value.isEmpty else { continue }
      guard let company = companies.first(in: name, under: value) else { throw APIError.notFound(for: model) }
      return .finished(.ok(company))
    }
    let filters = try filters(in: call)
    return try listing.reply(with: companies, searching: filters.isEmpty ? havingContacts : .all(filters), in: call)
  }

  /// Unknown: whether filtering by tag or segment leaves out companies without contacts; here they are included.
  private static func filters(in call: Call) throws -> [Predicate] {
    var filters: [Predicate] = []
    if let tag = call.queryParameter("tag_id"), !tag.isEmpty {
      guard call.workspace[Tags.model][tag] != nil else { throw APIError.notFound(for: Tags.model) }
      filters.append(tagged(with: tag))
    }
    if let segment = call.queryParameter("segment_id"), !segment.isEmpty {
      guard call.workspace[Segments.model][segment] != nil else { throw APIError.notFound(for: Segments.model) }
      filters.append(.rows(call.workspace[model].rows(in: "segment_ids", under: segment)))
    }
    return filters
  }

  static func listAll(in call: Call) throws -> SlicedWork<Reply> {
    var listing = listing
    switch call.queryParameter("order") {
    case nil, "", "desc": break
    case "asc": listing.order = ListOrder(name: listing.order.name, descending: true)
    default: throw APIError.parameterInvalid("order must be one of asc, desc")
    }
    return try listing.reply(with: call.workspace[model], searching: havingContacts, in: call)
  }

  /// Matches companies with at least one contact: lists leave out the others.
  static let havingContacts = Predicate.computed(.field(-1), userCount, .number(.greater, 0))

  // MARK: Search

  /// The searchable fields (Documentation.docc/Search.md, "Company fields").
  static let searchFields: [SearchField] = [
    .text("company_id", index: "company_id"), .text("name"),
    .date("created_at"), .date("updated_at"), .date("remote_created_at"), .date("last_request_at"),
    .integer("monthly_spend"), .integer("session_count"), .counted("user_count", count: userCount),
    .ids("tag_id") { id, _ in tagged(with: id) },
    .attributes("custom_attributes") { DataAttributes.searchKind(of: $0, model: "company", in: $1) },
  ]

  static func search(in call: Call) throws -> SlicedWork<Reply> {
    try searchDefinition.reply(with: call.workspace[model], among: havingContacts, listing: listing, in: call)
  }

  /// The companies that have a tag.
  private static func tagged(with id: String) -> Predicate {
    Taggings.records(ofTypes: ["company"], tagged: id)
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
  static func nextPage(in call: Call) throws -> SlicedWork<Reply> {
    let perPage = try call.perPage(default: 100, limit: 100)
    let scroll =
      try call.queryParameter("scroll_param").flatMap { $0.isEmpty ? nil : try find($0, in: call) }
      ?? makeScroll(in: call)
    // The call may continue on a snapshot, but the scroll is written to the workspace.
    let scrolls = call.workspace[model]
    let companies = call.workspace[Companies.model].snapshot
    return companies.search(for: Companies.havingContacts) { call.workspace }.map { found in
      let start = scroll["after_id"].string.map { PageStart.after(key: 0, id: $0) } ?? .offset(0)
      let page = companies.page(orderedBy: order, from: start, limit: perPage, of: found)
      store(scroll, after: page.last, at: call.now, in: scrolls)
      return .ok(
        .members([
          "type": "list", "data": .records(page), "pages": .null, "total_count": .null,
          "scroll_param": .string(scroll.id),
        ]))
    }
  }

  /// Stores the position of a scroll, or deletes the scroll if the page is empty.
  private static func store(_ scroll: Record, after last: Record?, at time: Int64, in scrolls: RecordCollection) {
    var scroll = scroll
    guard let last else {
      scrolls.remove(id: scroll.id)
      return
    }
    scroll["after_id"] = .string(last.id)
    scroll["used_at"] = .integer(time)
    scrolls.insert(scroll)
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
