import JSON
import Store

/// One searchable field. Its type determines the supported operators (Documentation.docc/Search.md, "Query language").
public struct SearchField: Sendable {
  /// Counts the records of other collections that are related to a record.
  public typealias Count = @Sendable (Record, Workspace) -> Int
  /// Returns the records that are related to an id: those with this tag, or in this company.
  public typealias Relation = @Sendable (String, Workspace) -> RowSet

  /// Returns the value of one attribute of a record.
  public typealias AttributeReader = @Sendable (Record) -> JSON?
  /// Returns the reader of the attribute with a name; nil if no such attribute exists.
  public typealias AttributeLookup = @Sendable (String, Workspace) -> AttributeReader?

  /// Returns the type of the time that an attribute contains; nil if it does not contain a time.
  public typealias AttributeTimeLookup = @Sendable (String, Call) -> AttributeTime?

  /// How times in an attribute are compared.
  public enum AttributeTime: Sendable {
    /// By calendar day, in every version.
    case day
    /// Like the time fields of a record: to the second or by calendar day, depending on the version.
    case time
  }

  enum Kind: Sendable {
    case text(ColumnSource)
    case integer(ColumnSource)
    /// Ids from a counter: strings that are compared and sorted as numbers. The columns are the string and the number.
    case serial(ColumnSource, ColumnSource)
    /// The number of related records. It cannot be a column, because it changes without a write to the record.
    case counted(Count)
    case boolean(ColumnSource)
    /// A time in seconds since 1970; compared by calendar day in versions without `Behaviour.exactSearchTimes`.
    case date(ColumnSource)
    /// A relation to other records, selected by their ids.
    case ids(Relation, takesLists: Bool)
    /// A string that `=` searches for a word. The columns are the string and its words.
    case words(ColumnSource, ColumnSource)
    /// A string of a record of another model that the record refers to. The search runs on the other models first and
    /// then finds the referring records in the index.
    case linked([Model], index: String, ColumnSource)
    /// `prefix.{name}`: the members of an object in a slot, each with its own type.
    case attributes(slot: String, AttributeTimeLookup?)
    /// `prefix.{name}` for attributes that are not stored under their names.
    case attributeLookup(AttributeLookup)
    /// One attribute, for sorting only.
    case attribute(AttributeReader)
  }

  public let name: String
  let kind: Kind
  let availability: Availability
  /// The index that finds records by equality; nil if there is none.
  let index: String?
  /// Whether the keys of that index are case-folded.
  let foldsIndex: Bool
  /// Whether results can be sorted by the field.
  let isSortable: Bool

  private init(
    name: String, kind: Kind, available availability: Availability = .always, index: String? = nil,
    foldsIndex: Bool = false, isSortable: Bool = true
  ) {
    self.name = name
    self.kind = kind
    self.availability = availability
    self.index = index
    self.foldsIndex = foldsIndex
    self.isSortable = isSortable
  }

  /// A string of the record.
  /// - Parameters:
  ///   - name: the name of the search field
  ///   - path: the member of the record, or a member of a nested record such as `location.city`; the default is `name`
  ///   - index: the name of an index of the member; `id` for the record's id
  ///   - foldsIndex: whether the keys of that index are case-folded
  ///   - availability: the versions in which the field is searchable
  public static func text(
    _ name: String, at path: String? = nil, index: String? = nil, foldsIndex: Bool = false,
    available availability: Availability = .always
  ) -> SearchField {
    let read = Self.reader(for: path ?? name)
    return SearchField(
      name: name, kind: .text(.text { read($0).string }), available: availability, index: index, foldsIndex: foldsIndex)
  }

  /// A string that `read` computes from the record.
  public static func text(
    _ name: String, available availability: Availability = .always, from read: @escaping @Sendable (Record) -> String?
  ) -> SearchField {
    SearchField(name: name, kind: .text(.text(read)), available: availability)
  }

  /// A number of the record. Numbers in strings are parsed.
  /// - Parameters:
  ///   - name: the name of the search field
  ///   - path: the member of the record, or of a nested record; the default is `name`
  public static func integer(_ name: String, at path: String? = nil) -> SearchField {
    let read = Self.reader(for: path ?? name)
    return SearchField(
      name: name, kind: .integer(.number { record in read(record).number ?? read(record).string.flatMap(Double.init) }))
  }

  /// The id of records whose ids come from a counter. The published descriptions do not document comparisons of it, but
  /// Singer's tap pages by `id`.
  public static func serial(_ name: String) -> SearchField {
    SearchField(name: name, kind: .serial(.text { $0.id }, .number { Double($0.id) }), index: "id")
  }

  /// A number that `read` computes from the record.
  public static func integer(_ name: String, from read: @escaping @Sendable (Record) -> Double?) -> SearchField {
    SearchField(name: name, kind: .integer(.number(read)))
  }

  /// The number of records that are related to a record, such as a company's contacts.
  public static func counted(_ name: String, count: @escaping Count) -> SearchField {
    SearchField(name: name, kind: .counted(count))
  }

  /// A boolean of the record.
  /// - Parameters:
  ///   - name: the name of the search field
  ///   - path: the member of the record, or of a nested record; the default is `name`
  public static func boolean(_ name: String, at path: String? = nil) -> SearchField {
    let read = Self.reader(for: path ?? name)
    return SearchField(name: name, kind: .boolean(.number { read($0).boolean.map { $0 ? 1 : 0 } }))
  }

  /// A boolean that `read` computes from the record.
  public static func boolean(_ name: String, from read: @escaping @Sendable (Record) -> Bool?) -> SearchField {
    SearchField(name: name, kind: .boolean(.number { read($0).map { $0 ? 1 : 0 } }))
  }

  /// A string that `=` searches for a word. `~`, `!~`, `^` and `$` apply to the complete string. Not sortable.
  public static func words(_ name: String, from read: @escaping @Sendable (Record) -> String?) -> SearchField {
    SearchField(name: name, kind: .words(.text(read), .text { read($0).map(wordsBetweenSpaces) }), isSortable: false)
  }

  /// Returns the words of a string, each between two spaces, so that a search for " word " matches complete words only.
  static func wordsBetweenSpaces(_ text: String) -> String {
    " " + text.split { !$0.isLetter && !$0.isNumber && $0 != "'" }.joined(separator: " ") + " "
  }

  /// A time of the record in seconds since 1970.
  /// - Parameters:
  ///   - name: the name of the search field
  ///   - path: the member of the record, or of a nested record; the default is `name`
  public static func date(_ name: String, at path: String? = nil) -> SearchField {
    let read = Self.reader(for: path ?? name)
    return SearchField(name: name, kind: .date(.number { read($0).number }))
  }

  /// A relation to other records by id. Supports only `=` and `!=`. Not sortable.
  public static func ids(_ name: String, relation: @escaping Relation) -> SearchField {
    SearchField(name: name, kind: .ids(relation, takesLists: false), isSortable: false)
  }

  /// A relation to other records by id. Supports `=`, `!=`, `IN` and `NIN`. Not sortable.
  public static func members(_ name: String, relation: @escaping Relation) -> SearchField {
    SearchField(name: name, kind: .ids(relation, takesLists: true), isSortable: false)
  }

  /// `name.{attribute}`: the members of a free-form object.
  /// - Parameters:
  ///   - name: the prefix, which is also the name of the object's field
  ///   - times: determines which attributes contain times; nil if none do
  public static func attributes(_ name: String, times: AttributeTimeLookup? = nil) -> SearchField {
    SearchField(name: name, kind: .attributes(slot: name, times), isSortable: true)
  }

  /// `name.{attribute}` for attributes that are not stored under their names.
  public static func attributes(_ name: String, reading read: @escaping AttributeLookup) -> SearchField {
    SearchField(name: name, kind: .attributeLookup(read), isSortable: true)
  }

  /// A string of a referenced record, such as the name of a ticket's type. Not sortable.
  /// - Parameters:
  ///   - name: the name of the search field
  ///   - models: the models of the referenced records
  ///   - index: the index of the member that contains the reference
  ///   - read: returns the string of a referenced record
  public static func linked(
    _ name: String, to models: Model..., index: String, read: @escaping @Sendable (Record) -> String?
  ) -> SearchField {
    SearchField(name: name, kind: .linked(models, index: index, .text(read)), isSortable: false)
  }

  /// Returns the rows whose value equals a string; nil if the field has no index.
  func rows(holding text: String, in collection: RecordCollection) -> RowSet? {
    switch index {
    case nil: nil
    case "id": collection.rows(ofIDs: [text])
    case .some(let index): collection.rows(in: index, under: foldsIndex ? CaseFolding.folded(text) : text)
    }
  }

  /// Returns one attribute of a field with attributes, for sorting; nil if it does not exist.
  func attribute(named attribute: String, in workspace: Workspace) -> SearchField? {
    switch kind {
    case .attributes(let slot, _):
      SearchField(name: "\(name).\(attribute)", kind: .attribute { $0[slot].object?[attribute] })
    case .attributeLookup(let attributes):
      attributes(attribute, workspace).map { SearchField(name: "\(name).\(attribute)", kind: .attribute($0)) }
    default: nil
    }
  }

  private static func reader(for path: String) -> @Sendable (Record) -> Value {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    let outer = parts[0]
    guard parts.count > 1 else { return { $0[outer] } }
    let inner = parts[1]
    return { $0[outer].record?[inner] ?? .absent }
  }
}
