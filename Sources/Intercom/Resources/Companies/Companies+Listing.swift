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
