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
  private let call: Call

  /// Reads the `sort` member of a search body. The default order is descending.
  /// - Parameters:
  ///   - call: the request
  ///   - search: the sortable fields
  ///   - schema: the schema of the records
  ///   - fallback: the order if the body has no `sort`
  /// - Throws: `invalid_sort_order` or `invalid_field` (400); `parameter_invalid` (400) if `sort` is not an object
  init(in call: Call, definition search: SearchDefinition, schema: Schema, fallback: ListOrder) throws {
    self.call = call
    guard let sort = try call.body.optional("sort", as: .object) else {
      criterion = .order(fallback)
      return
    }
    let descending = try Self.isDescending(sort["order"], in: call)
    guard let name = sort["field"], !name.isNull else {
      criterion = .order(ListOrder(name: fallback.name, descending: descending))
      return
    }
    guard let text = name.string, let field = search.sortField(named: text, schema: schema, in: call) else {
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

  /// Returns one page of the records that a search selected.
  /// - Throws: `client_error` (400) for a cursor of another list; `bad_request` (400) beyond the listing's `recordLimit`
  func page(
    _ request: PageRequest, of collection: RecordCollection, matching selection: RowSet, listing: Listing
  ) throws -> SlicedWork<Page<Record>> {
    var listing = listing
    switch criterion {
    case .order(let order): listing.order = order
    case .field(let field, let descending):
      let orders = collection.definition.orders
      guard field.isShownAsStored, orders.contains(where: { $0.name == field.name && $0.isComplete }) else {
        return try sortedPage(
          request, by: field, descending: descending, of: collection, matching: selection, listing: listing)
      }
      listing.order = ListOrder(name: field.name, descending: descending)
    }
    return .finished(try listing.page(request, of: collection, selecting: selection))
  }

  /// Rows without a value come last in both directions. Unknown: where Intercom puts them.
  private func sortedPage(
    _ request: PageRequest, by field: SearchField, descending: Bool, of collection: RecordCollection,
    matching selection: RowSet, listing: Listing
  ) throws -> SlicedWork<Page<Record>> {
    let bound = request.cursor.map { SortRow(key: SortKey($0.key), id: $0.id, record: nil) }
    let offset = bound == nil ? try request.offset(for: listing) : 0
    var first = TopRows(count: request.lookahead, after: offset, descending: descending)
    var part = 0
    return .unfinished {
      guard part < selection.partCount else {
        let page = Page(request: request, found: first.rows) { row in
          Cursor(key: row.key.json, id: row.id, page: request.number + 1)
        }
        return page.compactMap(\.record)
      }
      for record in collection.records(ofPart: part, of: selection) {
        let row = SortRow(key: field.sortKey(of: record, in: call.workspace), id: record.id, record: record)
        if bound?.precedes(row, descending: descending) ?? true { first.add(row) }
      }
      part += 1
      return nil
    }
  }
}

/// The rows at some positions of an order, found without sorting the others: a binary heap of the first rows so far.
///
/// Adding a row takes one comparison if it is not among them, as most are not; else O(log n).
struct TopRows {
  private let offset: Int
  private let limit: Int
  private let descending: Bool
  /// The first rows, as a heap with the last of them at the root.
  private var heap: [SortRow] = []

  /// - Parameters:
  ///   - count: the number of rows to find
  ///   - offset: the number of rows before them
  init(count: Int, after offset: Int, descending: Bool) {
    self.offset = offset
    self.descending = descending
    let (limit, overflow) = count.addingReportingOverflow(offset)
    self.limit = overflow ? .max : limit
  }

  mutating func add(_ row: SortRow) {
    if heap.count < limit {
      heap.append(row)
      siftUp()
    } else if let last = heap.first, row.precedes(last, descending: descending) {
      heap[0] = row
      siftDown()
    }
  }

  /// The rows in order. Takes the rows after the offset from the heap, the last one first.
  var rows: [SortRow] {
    var rest = self
    var rows: [SortRow] = []
    let found = max(heap.count - offset, 0)
    while rows.count < found { rows.append(rest.removeLast()) }
    return rows.reversed()
  }

  private mutating func removeLast() -> SortRow {
    heap.swapAt(0, heap.count - 1)
    let last = heap.removeLast()
    siftDown()
    return last
  }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0, heap[(child - 1) / 2].precedes(heap[child], descending: descending) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, heap[child].precedes(heap[child + 1], descending: descending) { child += 1 }
      guard heap[parent].precedes(heap[child], descending: descending) else { return }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}

extension SearchDefinition {
  /// Returns the sortable field of a name, or the attribute that `prefix.{name}` names; nil if there is none.
  fileprivate func sortField(named name: String, schema: Schema, in call: Call) -> SearchField? {
    if let (_, field) = field(named: name, in: call.plan, schema: schema) { return field.isSortable ? field : nil }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, let (_, field) = fields[parts[0]] else { return nil }
    return field.attribute(named: parts[1], in: call.workspace)
  }
}

/// The value by which results are sorted.
enum SortKey: Equatable {
  case none
  case number(ExactNumber)
  case text(String)

  /// Values that have no order, such as those that are not a number, count as none.
  init(_ json: JSON) {
    if let number = json.exactNumber {
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
    case .number(let number): number.json
    case .text(let text): .string(text)
    }
  }
}

/// A record with its sort key. `record` is nil for the position of a cursor.
struct SortRow {
  let key: SortKey
  let id: String
  let rank: UInt128
  let record: Record?

  init(key: SortKey, id: String, record: Record?) {
    self.key = key
    self.id = id
    rank = IDOrder.rank(of: id)
    self.record = record
  }

  /// Whether this row comes before the other row.
  func precedes(_ other: SortRow, descending: Bool) -> Bool {
    switch (key, other.key) {
    case (.number(let left), .number(let right)) where left != right: descending ? left > right : left < right
    case (.text(let left), .text(let right)) where left != right: descending ? left > right : left < right
    case (.number, .text): !descending
    case (.text, .number): descending
    case (.none, .number), (.none, .text): false
    case (.number, .none), (.text, .none): true
    default: descending ? other.hasLowerID(than: self) : hasLowerID(than: other)
    }
  }

  private func hasLowerID(than other: SortRow) -> Bool {
    rank != other.rank ? rank < other.rank : id < other.id
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
    case .counted(let count): .number(ExactNumber(Int64(count(record, workspace))))
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
