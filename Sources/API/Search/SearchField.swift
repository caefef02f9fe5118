import JSON
import Store

/// One searchable field. Its type determines the supported operators (Documentation.docc/Search.md, "Query language").
public struct SearchField: Sendable {
  /// Counts the records of other collections that are related to a record.
  public typealias Count = @Sendable (Record, Workspace) -> Int
  /// Returns the condition on the records that are related to an id: those with this tag, or in this company.
  public typealias Relation = @Sendable (String, Workspace) -> Predicate

  /// Returns the attribute with a name; nil if no such attribute exists.
  public typealias AttributeLookup = @Sendable (String, Workspace) -> SearchAttribute?

  enum Kind: Sendable {
    case text(ColumnSource)
    case integer(ColumnSource)
    /// Ids: strings whose order is that of their numbers. The columns are the string and the number.
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
    /// A string of a record of another model that the record refers to.
    case linked(LinkedText)
    /// `prefix.{name}`: each attribute has its own type.
    case attributes(AttributeLookup)
    /// One attribute, for sorting only.
    case attribute(@Sendable (Record) -> JSON?)
  }

  public let name: String
  let kind: Kind
  /// The path of the member that the field reads, such as `source.type`; nil if the field computes its value.
  let member: String?
  let availability: Availability
  /// The index that finds records by equality; nil if there is none.
  let index: String?
  /// Whether the keys of that index are case-folded.
  let foldsIndex: Bool
  /// Whether results can be sorted by the field.
  let isSortable: Bool
  /// Whether the version shows the stored value.
  let isShownAsStored: Bool

  private init(
    name: String, kind: Kind, member: String? = nil, available availability: Availability = .always,
    index: String? = nil, foldsIndex: Bool = false, isSortable: Bool = true, isShownAsStored: Bool = true
  ) {
    self.isShownAsStored = isShownAsStored
    self.name = name
    self.kind = kind
    self.member = member
    self.availability = availability
    self.index = index
    self.foldsIndex = foldsIndex
    self.isSortable = isSortable
  }

  /// A string of the record.
  /// - Parameters:
  ///   - name: the name of the search field
  ///   - path: the member of the record, or a member of a nested record such as `location.city`; the default is `name`
  ///   - index: the name of an index of the member; `id` for the record's id. Unless it folds, the collection also has
  ///     the index `.caseVariants` of the member.
  ///   - foldsIndex: whether the keys of that index are case-folded
  ///   - availability: the versions in which the field is searchable
  public static func text(
    _ name: String, at path: String? = nil, index: String? = nil, foldsIndex: Bool = false,
    available availability: Availability = .always
  ) -> SearchField {
    let read = Self.reader(for: path ?? name)
    return SearchField(
      name: name, kind: .text(.text { read($0).string }), member: path ?? name, available: availability, index: index,
      foldsIndex: foldsIndex)
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
    return SearchField(name: name, kind: .integer(.number { read($0).json?.asNumber }), member: path ?? name)
  }

  /// The id of records whose ids come from a counter. The published descriptions do not document comparisons of it, but
  /// Singer's tap pages by `id`.
  public static func serial(_ name: String) -> SearchField {
    SearchField(name: name, kind: .serial(.text { $0.id }, .number { ExactNumber(parsing: $0.id) }), index: "id")
  }

  /// The id of another record: a string in searches, also where answers show a number. Its order is that of numbers.
  /// - Parameters:
  ///   - name: the name of the search field
  ///   - path: the member of the record, or of a nested record; the default is `name`
  public static func identifier(_ name: String, at path: String? = nil) -> SearchField {
    let read = Self.reader(for: path ?? name)
    let kind = Kind.serial(.text { read($0).json?.comparableText }, .number { read($0).json?.asNumber })
    return SearchField(name: name, kind: kind, member: path ?? name)
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
    return SearchField(
      name: name, kind: .boolean(.number { read($0).boolean.map { $0 ? 1 : 0 } }), member: path ?? name)
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
    return SearchField(name: name, kind: .date(.number { read($0).exactNumber }), member: path ?? name)
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
  ///   - type: returns the type of an attribute; nil if it has no definition
  public static func attributes(
    _ name: String, type: @escaping @Sendable (String, Workspace) -> SearchAttribute.Kind? = { _, _ in nil }
  ) -> SearchField {
    attributes(name) { attribute, workspace in
      SearchAttribute(type(attribute, workspace)) { $0[name].object?[attribute] }
    }
  }

  /// `name.{attribute}` for attributes that are not stored under their names.
  public static func attributes(_ name: String, reading lookup: @escaping AttributeLookup) -> SearchField {
    SearchField(name: name, kind: .attributes(lookup))
  }

  /// A string of a referenced record, such as the name of a ticket's type. Not sortable.
  public static func linked(_ name: String, text: LinkedText) -> SearchField {
    SearchField(name: name, kind: .linked(text), isSortable: false)
  }

  /// Returns one attribute of a field with attributes, for sorting; nil if it does not exist.
  func attribute(named attribute: String, in workspace: Workspace) -> SearchField? {
    guard case .attributes(let lookup) = kind else { return nil }
    return lookup(attribute, workspace).map { SearchField(name: "\(name).\(attribute)", kind: .attribute($0.read)) }
  }

  private static func reader(for path: String) -> @Sendable (Record) -> Value {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    let outer = parts[0]
    guard parts.count > 1 else { return { $0[outer] } }
    let inner = parts[1]
    return { $0[outer].record?[inner] ?? .absent }
  }
}

extension SearchField {
  /// The condition that the string equals `text`, by the index of the field; nil if there is none.
  func equality(to text: String) -> ((RecordCollection) -> Predicate)? {
    guard let index else { return nil }
    let folded = CaseFolding.folded(text)
    return { collection in
      guard !foldsIndex else { return .rows(collection.rows(in: index, under: folded)) }
      let exact = index == "id" ? collection.rows(ofIDs: [folded]) : collection.rows(in: index, under: folded)
      let variants = CollectionDefinition.Index.caseVariantsName(of: index)
      guard !collection.isEmpty(in: variants, under: folded) else { return .rows(exact) }
      return .any([.rows(exact), .rows(collection.rows(in: variants, under: folded))])
    }
  }

  /// Returns the field with the values that a version shows. An unchanged field is returned as it is.
  /// - Parameters:
  ///   - plan: the plan of the version
  ///   - schema: the schema of the records
  /// - Returns: the field, and the number of changes of its value since the version
  func shown(in plan: VersionPlan, of schema: Schema) -> (field: SearchField, changes: Int) {
    guard let member, let conversion = plan.shownMembers(of: schema)?.conversion(of: member) else { return (self, 0) }
    let read = Self.reader(for: member)
    let shown: @Sendable (Record) -> JSON? = { read($0).json.map(conversion.convert) }
    let field = SearchField(
      name: name, kind: kind.reading(shown), member: member, available: availability, isSortable: isSortable,
      isShownAsStored: false)
    return (field, conversion.changes)
  }
}

extension SearchField.Kind {
  /// The same kind of field with values from `read`.
  fileprivate func reading(_ read: @escaping @Sendable (Record) -> JSON?) -> SearchField.Kind {
    switch self {
    case .text: .text(.text { read($0)?.comparableText })
    case .serial: .serial(.text { read($0)?.comparableText }, .number { read($0)?.asNumber })
    case .integer: .integer(.number { read($0)?.asNumber })
    case .date: .date(.number { read($0)?.asNumber })
    case .boolean: .boolean(.number { read($0)?.boolean.map { $0 ? 1 : 0 } })
    // The fields of the other kinds compute their values.
    default: self
    }
  }
}

extension CollectionDefinition.Index {
  /// Finds the records whose value of a string field, or id, has upper-case letters, by the folded value. Beside an index
  /// of the field, it makes searches independent of case: nearly all values have no upper-case letters, so that it stays
  /// small.
  public static func caseVariants(of field: String) -> CollectionDefinition.Index {
    CollectionDefinition.Index(name: caseVariantsName(of: field)) { record in
      guard let text = field == "id" ? record.id : record[field].string else { return [] }
      let folded = CaseFolding.folded(text)
      return folded == text ? [] : [folded]
    }
  }

  static func caseVariantsName(of field: String) -> String { "\(field) in any case" }
}

extension JSON {
  /// The number; strings are parsed. Nil for other values.
  var asNumber: ExactNumber? {
    exactNumber ?? string.flatMap(ExactNumber.init(parsing:))
  }

  /// The text by which a scalar is compared with strings: `5` for 5, 5.0 and "5". Nil for null, arrays and objects.
  var comparableText: String? {
    switch self {
    case .string(let text): text
    case .integer(let number): String(number)
    case .number: exactNumber?.json.text ?? text
    case .boolean(let flag): flag ? "true" : "false"
    case .null, .array, .object: nil
    }
  }
}
