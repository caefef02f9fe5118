/// The evaluation of a predicate in steps, on one state of a collection.
///
/// Links are resolved first: the records of the other collection are searched once, and the index then finds those that refer
/// to them. After that the predicate is evaluated group by group. Each step evaluates about `stepSize` conditions on a row
/// group, or builds a column.
final class RowSearch {
  /// Number of conditions, on 256 rows each, that are evaluated in a step.
  private static let stepSize = 16
  /// A predicate with at most this number of conditions is evaluated in one step for a row group.
  private static let unitSize = 4

  private let contents: CollectionContents
  private let definition: CollectionDefinition?
  private var predicate: Predicate
  /// The links that are not followed yet, last first.
  private var links: [Predicate.Link]
  private var following: LinkSearch?
  private var linkedRows: [RowSet] = []
  /// The rows that refer to any record, by link: a negative condition on a link asks for them, too.
  private var completeLinks: [String: RowSet] = [:]
  private var evaluation: GroupEvaluation?
  private let context: SearchContext

  /// - Parameters:
  ///   - workspace: returns the workspace with the linked and counted records
  ///   - definition: the definition of the collection, for its index names
  init(
    for predicate: Predicate, in contents: CollectionContents,
    workspace: @escaping () -> Workspace? = SearchContext.missingWorkspace,
    definition: CollectionDefinition? = nil
  ) {
    self.predicate = predicate.links.isEmpty ? predicate : predicate.joiningLinks
    self.contents = contents
    self.definition = definition
    context = SearchContext(workspace: workspace)
    links = self.predicate.links.reversed()
  }

  /// Does a part of the work; returns the matching rows when all is done.
  func step() -> RowSet? {
    context.budget = Self.stepSize
    while context.budget > 0 {
      if let rows = advance() { return rows }
    }
    return nil
  }

  private func advance() -> RowSet? {
    if let evaluation { return evaluation.advance() }
    if let following {
      guard let rows = following.advance() else { return nil }
      linkedRows.append(rows)
      if let name = following.link.completeName { completeLinks[name] = rows }
      self.following = nil
      return nil
    }
    if let link = links.popLast() {
      if let name = link.completeName, let known = completeLinks[name] {
        linkedRows.append(known)
        return nil
      }
      following = LinkSearch(link, in: contents, definition: definition, context: context)
      return nil
    }
    var rows = linkedRows[...]
    if !linkedRows.isEmpty { predicate = predicate.resolvingLinks(with: &rows) }
    evaluation = GroupEvaluation(of: predicate, in: contents, context: context)
    return nil
  }

  /// Predicates that are larger than a unit are evaluated term by term.
  static func isUnit(_ predicate: Predicate) -> Bool {
    predicate.conditionCount <= unitSize
  }
}

/// What the parts of a search share.
final class SearchContext {
  /// What it costs to build a column, in evaluated conditions: 256 records are read. So a step builds at most one.
  static let columnCost = 16
  /// The work that is left in the current step, in evaluated conditions on a row group.
  var budget = 0
  /// Returns the workspace with the linked and counted records.
  let workspace: () -> Workspace?
  /// Columns of computed numbers, which are valid for the current row group in this search.
  var computed: [(key: ColumnKey, column: Column)] = []

  init(workspace: @escaping () -> Workspace?) {
    self.workspace = workspace
  }

  /// For predicates without links and computed numbers, which do not call it.
  static func missingWorkspace() -> Workspace? {
    assertionFailure("links and computed numbers need a workspace")
    return nil
  }
}

/// Follows a link: searches the records of another collection, and finds those that refer to them or that they refer to.
private final class LinkSearch {
  let link: Predicate.Link
  private let contents: CollectionContents
  private let others: RecordCollection?
  private let search: RowSearch?
  private let index: HashIndex?
  private let context: SearchContext
  private var matching: RowSet?
  private var part = 0
  /// The found rows by group: a `RowSet` would be searched for each row.
  private var bitmaps: [RowBitmap]

  init(
    _ link: Predicate.Link, in contents: CollectionContents, definition: CollectionDefinition?, context: SearchContext
  ) {
    self.link = link
    self.contents = contents
    self.context = context
    let others = context.workspace()?[link.schema].snapshot
    self.others = others
    switch link.direction {
    case .toOther(let predicate):
      search = others.map {
        RowSearch(for: predicate, in: $0.contents, workspace: context.workspace, definition: $0.definition)
      }
      index = definition?.indexNames.firstIndex(of: link.index).map { contents.indexes[$0] }
    case .fromOther(let key, _):
      matching = others?.rows(in: link.index, under: key)
      (search, index) = (nil, nil)
    }
    bitmaps = Array(repeating: RowBitmap(), count: contents.rowGroups.count)
  }

  /// Searches a part of the other collection, or follows the links of 256 of its records.
  func advance() -> RowSet? {
    context.budget -= SearchContext.columnCost
    guard let others else { return RowSet() }
    guard let matching else {
      guard let search else { return RowSet() }
      matching = search.step()
      return nil
    }
    guard part < matching.partCount else { return found }
    for record in others.records(ofPart: part, of: matching) { follow(record) }
    part += 1
    return nil
  }

  private func follow(_ record: Record) {
    switch link.direction {
    case .toOther: for row in index?.rows(under: record.id) ?? [] { bitmaps[row.group].insert(row.offset) }
    case .fromOther(_, let id):
      guard let id = id(record), let row = contents.idIndex.row(under: id) else { return }
      bitmaps[row.group].insert(row.offset)
    }
  }

  private var found: RowSet {
    var rows = RowSet()
    for (group, bitmap) in bitmaps.enumerated() where !bitmap.isEmpty { rows.append(group: group, rows: bitmap) }
    return rows
  }
}

/// Evaluates a predicate without links on one row group after the other.
private final class GroupEvaluation {
  /// A group of terms whose evaluation has begun.
  private struct Frame {
    let predicate: Predicate
    let terms: [Predicate]
    let within: RowBitmap
    var next = 0
    /// The result of the terms so far: their intersection for `.all`, else their union.
    var rows: RowBitmap

    init(_ predicate: Predicate, terms: [Predicate], within: RowBitmap) {
      self.predicate = predicate
      self.terms = terms
      self.within = within
      rows = if case .all = predicate { within } else { RowBitmap() }
    }

    /// The rows on which the next term is evaluated; nil if the result is known.
    var scope: RowBitmap? {
      guard next < terms.count else { return nil }
      guard case .all = predicate else { return ~rows & within }
      return rows.isEmpty ? nil : rows
    }

    var result: RowBitmap {
      if case .not = predicate { ~rows & within } else { rows }
    }

    mutating func add(_ found: RowBitmap) {
      if case .all = predicate { rows = found } else { rows = rows | found }
    }
  }

  private let predicate: Predicate
  private let contents: CollectionContents
  private let context: SearchContext
  private let isUnit: Bool
  private let conditionCount: Int
  private let numbers: [Int]
  private var position = 0
  private var frames: [Frame] = []
  private var selection: RowSet

  init(of predicate: Predicate, in contents: CollectionContents, context: SearchContext) {
    self.predicate = predicate
    self.contents = contents
    self.context = context
    conditionCount = predicate.conditionCount
    isUnit = RowSearch.isUnit(predicate)
    numbers = predicate.candidates ?? Array(contents.rowGroups.indices)
    selection = RowSet(groupCapacity: numbers.count)
  }

  /// Evaluates one unit; returns the result after the last group.
  func advance() -> RowSet? {
    guard position < numbers.count else { return selection }
    let number = numbers[position]
    let group = SearchedGroup(contents.rowGroups[number], number: number, context: context)
    if isUnit {
      context.budget -= conditionCount
      finishGroup(with: predicate.rows(of: group, within: group.liveRows))
    } else if frames.isEmpty {
      begin(predicate, within: group.liveRows)
    } else {
      advanceFrames(on: group)
    }
    return nil
  }

  private func begin(_ predicate: Predicate, within: RowBitmap) {
    frames.append(Frame(predicate, terms: predicate.terms ?? [predicate], within: within))
  }

  private func advanceFrames(on group: SearchedGroup) {
    let last = frames.count - 1
    guard let scope = frames[last].scope else {
      let result = frames.removeLast().result
      return frames.isEmpty ? finishGroup(with: result) : frames[last - 1].add(result)
    }
    let term = frames[last].terms[frames[last].next]
    frames[last].next += 1
    context.budget -= 1
    if RowSearch.isUnit(term) {
      frames[last].add(term.rows(of: group, within: scope))
    } else {
      begin(term, within: scope)
    }
  }

  private func finishGroup(with rows: RowBitmap) {
    selection.append(group: numbers[position], rows: rows)
    position += 1
    if !context.computed.isEmpty { context.computed = [] }
  }
}

/// A row group while it is searched.
struct SearchedGroup {
  let number: Int
  private let group: RowGroup
  private let context: SearchContext

  init(_ group: RowGroup, number: Int, context: SearchContext) {
    self.group = group
    self.number = number
    self.context = context
  }

  var liveRows: RowBitmap { group.liveRows }

  func rows(where test: ColumnPredicate, on key: ColumnKey, source: ColumnSource) -> RowBitmap {
    if let column = group.cachedColumn(for: key) { return column.rows(matching: test) }
    context.budget -= SearchContext.columnCost
    return group.makeColumn(for: key, source: source).rows(matching: test)
  }

  func rows(
    where test: ColumnPredicate, on key: ColumnKey, computedBy value: (Record, Workspace) -> Int
  ) -> RowBitmap {
    if let known = context.computed.first(where: { $0.key == key }) { return known.column.rows(matching: test) }
    guard let workspace = context.workspace() else { return RowBitmap() }
    context.budget -= SearchContext.columnCost
    let values = group.records.map { $0.map { ExactNumber(Int64(value($0, workspace))) } }
    let column = Column.number(NumberColumn(values: values))
    context.computed.append((key, column))
    return column.rows(matching: test)
  }
}
