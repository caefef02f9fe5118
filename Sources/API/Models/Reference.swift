import JSON
import Store

/// A field that contains ids of another collection's records, and what happens to it when such a record is deleted or
/// merged.
///
/// Fixtures are checked against the references, and `Call.delete` and `Call.merge` apply their rules. No resource
/// removes ids
/// from the records of another resource.
public struct Reference: Sendable {
  /// What happens to the records that refer to a deleted record.
  public enum DeletionRule: Sendable {
    /// The target cannot be deleted while a record refers to it. Resources check `Call.dependents` and reject the
    /// deletion. Also the
    /// rule for targets that no operation deletes.
    case restrict
    /// The referring record is deleted, too.
    case cascade
    /// The id is removed from its list, or the field becomes null.
    case remove
    /// Like `remove`, but the write also sets `updated_at`.
    case removeAndTouch
    /// The id is kept, although its record no longer exists: for history, and where Intercom renders only the id.
    case keep
  }

  /// What happens to the records that refer to a record that is merged into another.
  public enum MergeRule: Sendable {
    /// The same as if the source were deleted.
    case likeDeletion
    /// The id of the source is replaced by that of the target. A list contains the target once, as its last element.
    case follow
    /// Like `follow`, unless a record with the same value in this field refers to the target; then like `likeDeletion`.
    case followUnlessEqual(field: String)
    /// Calls a function of the resource for each referring record, then applies `likeDeletion`.
    case call(MergeHook)
  }

  /// Updates one record that refers to the source of a merge, for changes that no rule expresses.
  /// - Parameters:
  ///   - record: the stored referring record
  ///   - source: the id of the record that the merge deletes
  ///   - target: the id of the record that is kept
  public typealias MergeHook = @Sendable (_ record: Record, _ source: String, _ target: String, _ call: Call) -> Void

  /// The field that holds the ids, or the path to it through nested records: `translated_content.*.audience_ids`. `*`
  /// stands
  /// for every field of a nested record.
  public let field: String
  public let onDelete: DeletionRule
  public let onMerge: MergeRule
  /// Whether a fixture without the target is rejected.
  public let isChecked: Bool
  /// The names of the target collections, each once.
  public let collections: [String]
  /// The index that finds records by the field.
  let index: String
  let path: ReferencePath

  /// A reference to one collection.
  /// - Parameters:
  ///   - field: the field or path; it contains a string, an integer, or a list of them
  ///   - collection: the name of the target collection
  ///   - index: the index that finds records by the field, if it is not named as the field
  ///   - isChecked: whether a fixture must contain the target; never with `keep`
  public init(
    _ field: String, to collection: String, index: String? = nil, onDelete: DeletionRule = .restrict,
    onMerge: MergeRule = .likeDeletion, isChecked: Bool = true
  ) {
    self.init(
      path: ReferencePath(field, targets: .collection(collection)), field: field, index: index, onDelete: onDelete,
      onMerge: onMerge, isChecked: isChecked)
  }

  /// A reference to any of several collections whose ids differ. Fixtures are not checked against it.
  public init(
    _ field: String, toAnyOf collections: [String], index: String? = nil, onDelete: DeletionRule,
    onMerge: MergeRule = .likeDeletion
  ) {
    self.init(
      path: ReferencePath(field, targets: .anyOf(collections)), field: field, index: index, onDelete: onDelete,
      onMerge: onMerge, isChecked: false)
  }

  /// A reference whose collection depends on another field of the same record, the discriminator.
  /// - Parameters:
  ///   - discriminator: the field that selects the collection, beside the last component of the path
  ///   - collections: the names of the target collections by the values of the discriminator
  public init(
    _ field: String, by discriminator: String, to collections: KeyValuePairs<String, String>, index: String? = nil,
    onDelete: DeletionRule, onMerge: MergeRule = .likeDeletion, isChecked: Bool = true
  ) {
    let table = collections.map { (value: $0.key, collection: $0.value) }
    self.init(
      path: ReferencePath(field, targets: .selected(by: discriminator, table)), field: field, index: index,
      onDelete: onDelete, onMerge: onMerge, isChecked: isChecked)
  }

  private init(
    path: ReferencePath, field: String, index: String?, onDelete: DeletionRule, onMerge: MergeRule, isChecked: Bool
  ) {
    self.path = path
    collections = path.targets.collections
    self.field = field
    self.index = index ?? field
    self.onDelete = onDelete
    self.onMerge = onMerge
    self.isChecked = isChecked && onDelete != .keep
  }

  /// The ids in a record that refer to a collection.
  public func ids(in record: Record, to collection: String) -> [String] {
    path.ids(in: record, to: collection)
  }

  /// Returns the record without an id of a collection.
  func removing(_ id: String, of collection: String, from record: Record) -> Record {
    path.changing(record, of: collection) { value in value.removing(id) }
  }

  /// Returns the record with an id of a collection replaced by another.
  func replacing(_ id: String, of collection: String, with other: String, in record: Record) -> Record {
    path.changing(record, of: collection) { value in value.replacing(id, with: other) }
  }
}

/// Where a reference stores its ids, and which collections they belong to.
struct ReferencePath: Sendable {
  enum Targets: Sendable {
    case collection(String)
    case anyOf([String])
    case selected(by: String, [(value: String, collection: String)])

    var collections: [String] {
      switch self {
      case .collection(let name): return [name]
      case .anyOf(let names): return names
      case .selected(_, let table):
        return table.map(\.collection).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
      }
    }

    /// Whether the ids of a record belong to a collection.
    func contain(_ collection: String, in record: Record) -> Bool {
      switch self {
      case .collection(let name): return name == collection
      case .anyOf(let names): return names.contains(collection)
      case .selected(let discriminator, let table):
        guard let value = record[discriminator].string else { return false }
        return table.contains { $0.value == value && $0.collection == collection }
      }
    }
  }

  /// The fields of the nested records on the path to the field.
  private let parents: ArraySlice<String>
  private let name: String
  let targets: Targets

  init(_ path: String, targets: Targets) {
    let components = path.split(separator: ".").map(String.init)
    parents = components.dropLast()
    name = components.last ?? path
    self.targets = targets
  }

  func ids(in record: Record, to collection: String) -> [String] {
    guard !parents.isEmpty else { return targets.contain(collection, in: record) ? record[name].ids : [] }
    return holders(in: record, along: parents).flatMap { targets.contain(collection, in: $0) ? $0[name].ids : [] }
  }

  /// The nested records that contain the field.
  private func holders(in record: Record, along path: ArraySlice<String>) -> [Record] {
    guard let next = path.first else { return [record] }
    return Self.fields(of: record, matching: next).flatMap { field -> [Record] in
      switch record[field] {
      case .record(let inner): holders(in: inner, along: path.dropFirst())
      case .records(let inner): inner.flatMap { holders(in: $0, along: path.dropFirst()) }
      default: []
      }
    }
  }

  /// The record with another value in the field, wherever its ids belong to a collection.
  func changing(_ record: Record, of collection: String, to change: (Value) -> Value) -> Record {
    changing(record, along: parents) { holder in
      guard targets.contain(collection, in: holder) else { return holder }
      let value = change(holder[name])
      guard value != holder[name] else { return holder }
      var changed = holder
      changed[name] = value
      return changed
    }
  }

  private func changing(_ record: Record, along path: ArraySlice<String>, _ change: (Record) -> Record) -> Record {
    guard let next = path.first else { return change(record) }
    var record = record
    for field in Self.fields(of: record, matching: next) {
      switch record[field] {
      case .record(let inner): record[field] = .record(changing(inner, along: path.dropFirst(), change))
      case .records(let inner):
        record[field] = .records(inner.map { changing($0, along: path.dropFirst(), change) })
      default: break
      }
    }
    return record
  }

  private static func fields(of record: Record, matching component: String) -> [String] {
    component == "*" ? record.schema.slots : [component]
  }
}

extension JSON {
  /// Converts a string or an integer to an id.
  fileprivate var id: String? {
    string ?? integer.map(String.init)
  }

  /// Converts an id to the JSON type of this value.
  fileprivate func replaced(by id: String) -> JSON {
    integer == nil ? .string(id) : Int64(id).map(JSON.integer) ?? .string(id)
  }
}

extension Value {
  /// The ids in a field: one, a list, or none.
  fileprivate var ids: [String] {
    switch self {
    case .json(.array(let items)): items.compactMap(\.id)
    case .json(let json): json.id.map { [$0] } ?? []
    default: []
    }
  }

  fileprivate func removing(_ id: String) -> Value {
    switch self {
    case .json(.array(let items)): .json(.array(items.filter { $0.id != id }))
    case .json(let json): json.id == id ? .null : self
    default: self
    }
  }

  fileprivate func replacing(_ id: String, with other: String) -> Value {
    switch self {
    case .json(.array(let items)):
      guard let first = items.first(where: { $0.id == id }) else { return self }
      return .json(.array(items.filter { $0.id != id && $0.id != other } + [first.replaced(by: other)]))
    case .json(let json): return json.id == id ? .json(json.replaced(by: other)) : self
    default: return self
    }
  }
}
