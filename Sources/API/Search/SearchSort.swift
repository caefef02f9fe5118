import JSON
import Store

extension Behaviour {
  /// `sort.order` must be `ascending` or `descending`. Earlier versions treat other values as `descending`.
  public static let validatesSortOrder = Behaviour("validates sort order")
}

/// The order of a search's results.
struct SearchSort {
  private enum Criterion {
    /// An order that the collection maintains.
    case order(ListOrder)
    /// A field: the matching records are sorted for each request.
    case field(SearchField, descending: Bool)
  }

  private let criterion: Criterion
  private let workspace: Workspace

  /// Reads the `sort` member of a search body. The default order is descending.
  /// - Parameters:
  ///   - call: the request
  ///   - search: the sortable fields
  ///   - fallback: the order if the body has no `sort`
  /// - Throws: `invalid_sort_order` or `invalid_field` (400); `parameter_invalid` (400) if `sort` is not an object
  init(in call: Call, definition search: SearchDefinition, fallback: ListOrder) throws {
    workspace = call.workspace
    guard let sort = try call.body.optional("sort", as: .object) else {
      criterion = .order(fallback)
      return
    }
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

  /// Returns the records of one page and the cursor keys of these records.
  /// - Throws: `bad_request` (400) beyond the listing's `recordLimit`
  func results(
    from collection: RecordCollection, matching selection: RowSet, page: PageRequest, listing: Listing
  ) throws -> ([Record], [JSON]) {
    switch criterion {
    case .order(let order):
      return ordered(
        by: order, from: collection, matching: selection, start: try page.start(for: listing), limit: page.perPage,
        listing: listing)
    case .field(let field, let descending):
      let maintained = ListOrder(name: field.name, descending: descending)
      if collection.definition.orders.contains(where: { $0.name == field.name }) {
        return ordered(
          by: maintained, from: collection, matching: selection, start: try page.start(for: listing),
          limit: page.perPage,
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
    var sorted = listing
    sorted.order = order
    let records = collection.page(orderedBy: order, from: start, limit: limit, of: selection)
    return (records, records.map { sorted.cursorKey(of: $0, in: collection) })
  }

  /// Rows without a value come last in both directions. Unknown: where Intercom puts them.
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
  /// Returns the sortable field of a name, or the attribute that `prefix.{name}` names; nil if there is none.
  fileprivate func sortField(named name: String, in call: Call) -> SearchField? {
    if let (_, field) = fields[name] {
      return field.isSortable && field.availability.contains(call.plan.version) ? field : nil
    }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, let (_, field) = fields[parts[0]] else { return nil }
    return field.attribute(named: parts[1], in: call.workspace)
  }
}

/// The value by which results are sorted.
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

/// A record with its sort key. `record` is nil for the position of a cursor.
struct SortRow {
  let key: SortKey
  let rank: UInt128
  let record: Record?

  /// Whether this row comes before the other row.
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
  /// The sort key of a record; strings are converted to lower case.
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
  /// Strings in lower case and booleans as 0 or 1; other values unchanged.
  fileprivate var folded: JSON {
    switch self {
    case .string(let text): .string(text.lowercased())
    case .boolean(let flag): .integer(flag ? 1 : 0)
    default: self
    }
  }
}
