import JSON
import Store

/// One field that a search may ask for; its type fixes the operators (search.md, 2).
public struct SearchField: Sendable {
  /// What is counted of a record, in other collections.
  public typealias Count = @Sendable (Record, Workspace) -> Int
  /// Which records relate to a value: those with this tag, in this company.
  public typealias Relation = @Sendable (String, Workspace) -> RowSet

  /// Reads one attribute of a record.
  public typealias AttributeReader = @Sendable (Record) -> JSON?
  /// How the attribute of a name is read; nil when there is none of that name.
  public typealias AttributeLookup = @Sendable (String, Workspace) -> AttributeReader?

  /// What kind of time an attribute of this name holds; nil when it holds none.
  public typealias AttributeTimeLookup = @Sendable (String, Call) -> AttributeTime?

  /// How a time in an attribute is matched.
  public enum AttributeTime: Sendable {
    /// By the day, in every version.
    case day
    /// As the times that every record has.
    case time
  }

  enum Kind: Sendable {
    case text(ColumnSource)
    case integer(ColumnSource)
    /// Ids that count up: texts, but compared and sorted as numbers.
    case serial(ColumnSource, ColumnSource)
    /// A count over other records, which no column can keep.
    case counted(Model, Count)
    case boolean(ColumnSource)
    /// A time in seconds; matched by day where the version does.
    case date(ColumnSource)
    /// Records related to others by id.
    case ids(Relation, takesLists: Bool)
    /// A text of which `=` asks for one of its words: the text, and its words.
    case words(ColumnSource, ColumnSource)
    /// A text of the record of another model, or of one of several, that each record names: looked up there first.
    case linked([Model], index: String, ColumnSource)
    /// `prefix.{name}`, each attribute of its own type.
    case attributes(slot: String, AttributeTimeLookup?)
    /// `prefix.{name}`, where the name is not the key of a member.
    case attributeLookup(AttributeLookup)
    /// One attribute, which only sorts.
    case attribute(AttributeReader)
  }

  public let name: String
  let kind: Kind
  let availability: Availability
  /// The index that equality is looked up in.
  let index: String?
  /// Whether that index keeps its texts in lower case.
  let foldsIndex: Bool
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

  /// A text of the record. `at` names another member than the field's own name, `location.city` the one inside.
  /// - Parameters:
  ///   - index: the name of an index that finds its values; `id` for the id itself
  ///   - foldsIndex: whether that index keeps its texts in lower case
  public static func text(
    _ name: String, at path: String? = nil, index: String? = nil, foldsIndex: Bool = false,
    available availability: Availability = .always
  ) -> SearchField {
    let read = Self.reader(for: path ?? name)
    return SearchField(
      name: name, kind: .text(.text { read($0).string }), available: availability, index: index, foldsIndex: foldsIndex)
  }

  /// A text worked out from the record.
  public static func text(
    _ name: String, available availability: Availability = .always, from read: @escaping @Sendable (Record) -> String?
  ) -> SearchField {
    SearchField(name: name, kind: .text(.text(read)), available: availability)
  }

  public static func integer(_ name: String, at path: String? = nil) -> SearchField {
    let read = Self.reader(for: path ?? name)
    return SearchField(
      name: name, kind: .integer(.number { record in read(record).number ?? read(record).string.flatMap(Double.init) }))
  }

  /// The id of records that are counted. No description lets it be compared; Singer's tap pages by it.
  public static func serial(_ name: String) -> SearchField {
    SearchField(name: name, kind: .serial(.text { $0.id }, .number { Double($0.id) }), index: "id")
  }

  /// A whole number worked out from the record.
  public static func integer(_ name: String, from read: @escaping @Sendable (Record) -> Double?) -> SearchField {
    SearchField(name: name, kind: .integer(.number(read)))
  }

  /// How many other records hang on each of a model's, such as a company's contacts.
  public static func counted(_ name: String, of model: Model, count: @escaping Count) -> SearchField {
    SearchField(name: name, kind: .counted(model, count))
  }

  public static func boolean(_ name: String, at path: String? = nil) -> SearchField {
    let read = Self.reader(for: path ?? name)
    return SearchField(name: name, kind: .boolean(.number { read($0).boolean.map { $0 ? 1 : 0 } }))
  }

  /// A flag worked out from the record.
  public static func boolean(_ name: String, from read: @escaping @Sendable (Record) -> Bool?) -> SearchField {
    SearchField(name: name, kind: .boolean(.number { read($0).map { $0 ? 1 : 0 } }))
  }

  /// A text of which `=` asks for any one word; other operators see the whole text.
  public static func words(_ name: String, from read: @escaping @Sendable (Record) -> String?) -> SearchField {
    SearchField(name: name, kind: .words(.text(read), .text { read($0).map(wordsBetweenSpaces) }), isSortable: false)
  }

  /// The words of a text, each between two spaces.
  static func wordsBetweenSpaces(_ text: String) -> String {
    " " + text.split { !$0.isLetter && !$0.isNumber && $0 != "'" }.joined(separator: " ") + " "
  }

  public static func date(_ name: String, at path: String? = nil) -> SearchField {
    let read = Self.reader(for: path ?? name)
    return SearchField(name: name, kind: .date(.number { read($0).number }))
  }

  /// Records related to others by id: only `=` and `!=`, and no sorting.
  public static func ids(_ name: String, relation: @escaping Relation) -> SearchField {
    SearchField(name: name, kind: .ids(relation, takesLists: false), isSortable: false)
  }

  /// The same, with `IN` and `NIN` beside.
  public static func members(_ name: String, relation: @escaping Relation) -> SearchField {
    SearchField(name: name, kind: .ids(relation, takesLists: true), isSortable: false)
  }

  /// `name.{attribute}`: members of a free-form object, some of which may hold times.
  public static func attributes(_ name: String, times holds: AttributeTimeLookup? = nil) -> SearchField {
    SearchField(name: name, kind: .attributes(slot: name, holds), isSortable: true)
  }

  /// `name.{attribute}`, where the attribute is not the key of a member.
  public static func attributes(_ name: String, reading read: @escaping AttributeLookup) -> SearchField {
    SearchField(name: name, kind: .attributeLookup(read), isSortable: true)
  }

  /// A text of the record that this one names in a member with an index: its type, its state.
  public static func linked(
    _ name: String, to models: Model..., index: String, read: @escaping @Sendable (Record) -> String?
  ) -> SearchField {
    SearchField(name: name, kind: .linked(models, index: index, .text(read)), isSortable: false)
  }

  /// The rows that hold exactly this text, when an index knows them.
  func rows(holding text: String, in collection: RecordCollection) -> RowSet? {
    switch index {
    case nil: nil
    case "id": collection.rows(ofIDs: [text])
    case .some(let index): collection.rows(in: index, under: foldsIndex ? CaseFolding.folded(text) : text)
    }
  }

  /// One attribute of a field that holds several, to sort by; nil when there is none.
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
