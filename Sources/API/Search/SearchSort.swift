import JSON
import Store

extension Behaviour {
  /// The order of a sort must be `ascending` or `descending`; before, anything else meant the default.
  public static let validatesSortOrder = Behaviour("validates sort order")
}

/// The order of a search's results.
struct SearchSort {
  private enum Criterion {
    /// An order that the collection keeps.
    case order(ListOrder)
    /// A field, compared once the matches are known.
    case field(SearchField, descending: Bool)
  }

  private let criterion: Criterion
  private let workspace: Workspace

  /// The body's `sort`, else the listing's order; descending when it names none.
  ///
  /// Throws `invalid_sort_order`, `invalid_field`, or `parameter_invalid` for a sort of another shape.
  init(in call: Call, definition search: SearchDefinition, fallback: ListOrder) throws {
    workspace = call.workspace
    guard let json = call.body["sort"], !json.isNull else {
      criterion = .order(fallback)
      return
    }
    guard let sort = json.object else { throw APIError.parameterInvalid("sort must be an object") }
    let descending = try Self.isDescending(sort["order"], in: call)
    guard let name = sort["field"], !name.isNull else {
      criterion = .order(ListOrder(name: fallback.name, descending: descending))
      return
    }
    guard let text = name.string, let field = search.sortField(named: text, in: call) else {
      throw SearchQuery.invalidField(named: name.string ?? name.text)
    }
    criterion = .field(field, descending: descending)
  }

  private static func isDescending(_ order: JSON?, in call: Call) throws -> Bool {
    guard let order, !order.isNull else { return true }
    if order == "ascending" { return false }
    guard order == "descending" || !call.honours(.validatesSortOrder) else {
      throw APIError(
        status: .badRequest, code: "invalid_sort_order",
        message: "Invalid sort order '\(order.string ?? order.text)'. Must be one of: ascending, descending")
    }
    return true
  }

  /// The records of one page, each with its sort value for a cursor.
  func results(
    from collection: RecordCollection, matching selection: RowSet, page: PageRequest, listing: Listing
  ) throws -> ([Record], [JSON]) {
    switch criterion {
    case .order(let order):
      return ordered(
        by: order, from: collection, matching: selection, start: try page.start(for: listing), limit: page.perPage,
        listing: listing)
    case .field(let field, let descending):
      let kept = ListOrder(name: field.name, descending: descending)
      if collection.definition.orders.contains(where: { $0.name == field.name }) {
        return ordered(
          by: kept, from: collection, matching: selection, start: try page.start(for: listing), limit: page.perPage,
          listing: listing)
      }
      return sorted(
        by: field, descending: descending, records: collection.records(of: selection), page: page,
        offset: try page.offset(for: listing))
    }
  }

  private func ordered(
    by order: ListOrder, from collection: RecordCollection, matching selection: RowSet, start: PageStart, limit: Int,
    listing: Listing
  ) -> ([Record], [JSON]) {
    var own = listing
    own.order = order
    let records = collection.page(orderedBy: order, from: start, limit: limit, of: selection)
    return (records, records.map { own.cursorKey(of: $0, in: collection) })
  }

  /// Rows without a value come last whichever way the sort runs. Unknown: where Intercom puts them.
  private func sorted(
    by field: SearchField, descending: Bool, records: [Record], page: PageRequest, offset: Int
  ) -> ([Record], [JSON]) {
    let rows = records.map {
      SortRow(key: field.sortKey(of: $0, in: workspace), rank: IDOrder.rank(of: $0.id), record: $0)
    }
    .sorted { $0.precedes($1, descending: descending) }
    guard let cursor = page.cursor else { return slice(rows.dropFirst(offset), to: page) }
    let bound = SortRow(key: SortKey(cursor.key), rank: IDOrder.rank(of: cursor.id), record: nil)
    return slice(rows.drop { !bound.precedes($0, descending: descending) }, to: page)
  }

  private func slice(_ rows: ArraySlice<SortRow>, to page: PageRequest) -> ([Record], [JSON]) {
    let rows = rows.prefix(page.perPage)
    return (rows.compactMap(\.record), rows.map(\.key.json))
  }
}

extension SearchDefinition {
  /// The field of this name, or the attribute that `prefix.{name}` names, when one may sort by it.
  fileprivate func sortField(named name: String, in call: Call) -> SearchField? {
    if let (_, field) = fields[name] {
      return field.isSortable && field.availability.contains(call.plan.version) ? field : nil
    }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, let (_, field) = fields[parts[0]] else { return nil }
    return field.attribute(named: parts[1], in: call.workspace)
  }
}

/// A value that results are sorted by.
enum SortKey: Equatable {
  case none
  case number(Double)
  case text(String)

  init(_ json: JSON) {
    if let number = json.number {
      self = .number(number)
    } else if let text = json.string {
      self = .text(text)
    } else {
      self = .none
    }
  }

  var json: JSON {
    switch self {
    case .none: .null
    case .number(let number): .number(number)
    case .text(let text): .string(text)
    }
  }
}

/// A record with its sort value; none for the place where a cursor points.
struct SortRow {
  let key: SortKey
  let rank: UInt128
  let record: Record?

  /// Whether this row comes before the other.
  func precedes(_ other: SortRow, descending: Bool) -> Bool {
    switch (key, other.key) {
    case (.number(let left), .number(let right)) where left != right: descending ? left > right : left < right
    case (.text(let left), .text(let right)) where left != right: descending ? left > right : left < right
    case (.number, .text): !descending
    case (.text, .number): descending
    case (.none, .number), (.none, .text): false
    case (.number, .none), (.text, .none): true
    default: descending ? rank > other.rank : rank < other.rank
    }
  }
}

extension SearchField {
  /// The record's value, for sorting; texts without regard to case.
  func sortKey(of record: Record, in workspace: Workspace) -> SortKey {
    switch kind {
    case .text(.text(let read)): read(record).map { .text($0.lowercased()) } ?? .none
    case .integer(.number(let read)), .serial(_, .number(let read)), .boolean(.number(let read)),
      .date(.number(let read)):
      read(record).map(SortKey.number) ?? .none
    case .counted(_, let count): .number(Double(count(record, workspace)))
    case .attribute(let read): SortKey(read(record)?.folded ?? .null)
    default: .none
    }
  }
}

extension JSON {
  /// A text without regard to case, a truth as a number, anything else as it is.
  fileprivate var folded: JSON {
    switch self {
    case .string(let text): .string(text.lowercased())
    case .boolean(let flag): .integer(flag ? 1 : 0)
    default: self
    }
  }
}
