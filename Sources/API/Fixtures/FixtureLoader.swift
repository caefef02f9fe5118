import JSON
import Store
import TimeZones

/// Loads a set of fixtures: one JSON array of records per collection, in the newest version, validated against the
/// models.
public struct FixtureLoader {
  /// The contents of one fixture file.
  public struct File {
    /// The path for error messages: `fixtures/default/contacts.json`.
    public let path: String
    /// The name of the collection: `contacts`.
    public let name: String
    public let bytes: [UInt8]

    public init(path: String, name: String, bytes: [UInt8]) {
      self.path = path
      self.name = name
      self.bytes = bytes
    }

    /// Converts a syntax error in the file.
    func fixtureError(for error: JSONError) -> FixtureError {
      FixtureError(file: path, line: error.line, reason: error.reason)
    }
  }

  let catalogue: Catalogue
  let clock: Clock
  /// Messages about members that are ignored because they are computed, not stored.
  public internal(set) var warnings: [String] = []

  public init(catalogue: Catalogue, clock: Clock) {
    self.catalogue = catalogue
    self.clock = clock
  }

  /// Loads fixture files into a new workspace.
  /// - Parameters:
  ///   - files: one file per collection, and optionally `workspace` with the workspace's profile
  ///   - seed: the seed of generated ids
  /// - Returns: the state of the workspace
  /// - Throws: `FixtureError` if a file is malformed, a record does not match its model, or a reference has no target
  public mutating func load(_ files: [File], seed: UInt64) throws -> WorkspaceState {
    let profile = try files.last { $0.name == "workspace" }.map(profile) ?? [:]
    let zone = try zone(of: profile, in: files.last { $0.name == "workspace" }?.path ?? "workspace.json")
    let empty = WorkspaceState(
      definition: catalogue.layout, ids: IDGenerator(seed: seed), profile: profile, timeZone: zone)
    let workspace = Workspace(definition: catalogue.layout, state: empty, clock: clock)
    var unresolved: [UnresolvedReference] = []
    for file in files where file.name != "workspace" {
      unresolved += try load(file, into: workspace)
    }
    for reference in unresolved { try reference.check(in: workspace) }
    return workspace.state
  }

  private func profile(from file: File) throws -> JSONObject {
    do {
      guard let object = try JSON(parsing: file.bytes).object else {
        throw FixtureError(file: file.path, reason: "expected an object")
      }
      return try checkedProfile(object, in: file.path, now: clock.now)
    } catch let error as JSONError {
      throw file.fixtureError(for: error)
    }
  }

  /// Returns the properties of a workspace with times as numbers.
  /// - Throws: `FixtureError` if a property is unknown or has the wrong type
  func checkedProfile(_ members: JSONObject, in file: String, now: Int64) throws -> JSONObject {
    guard let model = catalogue.profile else { return members }
    let reader = FixtureReader(location: FixtureLocation(file: file, model: model), now: now)
    for field in model.fields where members[field.name]?.isNull ?? false { throw reader.mismatch(of: field) }
    let record = try reader.record(from: members, model: model)
    return JSONObject(members.map { ($0.key, record[$0.key].json ?? $0.value) })
  }

  /// Returns the time zone of a workspace profile; UTC if the profile has none.
  /// - Throws: `FixtureError` if the time zone is unknown
  func zone(of profile: JSONObject, in file: String) throws -> TimeZone {
    guard let name = profile["timezone"]?.string else { return .utc }
    do {
      return try TimeZone(named: name)
    } catch {
      throw FixtureError(file: file, field: "timezone", reason: "\(error)")
    }
  }

  /// Returns the model of the records in a collection; nil if the collection is unknown.
  func model(storedIn collection: String) -> Model? {
    catalogue.model(storedIn: collection)
  }

  /// Inserts a record and returns it with its location. Does not check its references.
  /// - Throws: `FixtureError` if the record does not match its model or its id is missing or exists already
  @discardableResult
  mutating func add(_ json: JSON, at location: FixtureLocation, in workspace: Workspace) throws -> (
    Record, FixtureLocation
  ) {
    let (object, location) = try objectWithID(json, at: location)
    guard workspace[location.model][location.id] == nil else {
      throw location.error(field: "id", reason: "the id is not unique")
    }
    let record = try record(from: object, at: location, now: clock.now)
    insert(record, at: location, in: workspace)
    return (record, location)
  }

  /// Returns the object of a record, and the location with the record's id.
  /// - Throws: `FixtureError` if the value is not an object or has no id
  func objectWithID(_ json: JSON, at location: FixtureLocation) throws -> (JSONObject, FixtureLocation) {
    guard let object = json.object else { throw location.error(field: nil, reason: "a record must be an object") }
    guard let id = object["id"]?.string ?? object["id"]?.integer.map(String.init), !id.isEmpty else {
      throw location.error(field: "id", reason: "a record must have an id")
    }
    return (object, location.withID(id))
  }

  /// Reads a record from an object.
  /// - Parameters:
  ///   - object: the members of the record
  ///   - location: the location for error messages
  ///   - now: the base of relative times, in seconds since 1970
  ///   - base: the record to change; nil for a new record
  /// - Throws: `FixtureError` if a member is unknown or has the wrong type
  mutating func record(from object: JSONObject, at location: FixtureLocation, now: Int64, onto base: Record? = nil)
    throws
    -> Record
  {
    let reader = FixtureReader(location: location, now: now)
    let record = try reader.record(from: object, model: location.model, onto: base)
    warnings += reader.ignoredMembers(of: object).map {
      "\(location.error(field: $0, reason: "never stored, so it is ignored"))"
    }
    return record
  }

  /// Inserts a record, and advances the model's counter beyond the record's id.
  func insert(_ record: Record, at location: FixtureLocation, in workspace: Workspace) {
    var record = record
    location.model.complete(&record, in: workspace)
    workspace[location.model].insert(record)
    if let number = UInt64(location.id) { workspace.ids.reserve(number, in: location.model.sequence) }
  }

  /// Checks that the targets of a stored record's references exist.
  /// - Throws: `FixtureError` for the first reference without a target
  func checkReferences(at location: FixtureLocation, in workspace: Workspace) throws {
    guard let record = workspace[location.model][location.id] else { return }
    try checkReferences(of: record, at: location, references: location.model.checkedReferences, in: workspace)
  }

  /// Checks that the targets of some of a record's references exist.
  /// - Throws: `FixtureError` for the first reference without a target
  func checkReferences(
    of record: Record, at location: FixtureLocation, references: [Reference], in workspace: Workspace
  )
    throws
  {
    for reference in references {
      try UnresolvedReference.unresolved(reference, of: record, at: location, in: workspace).first?.check(in: workspace)
    }
  }
}

/// Reading a file record by record. A parse tree of the whole file would need many times the size of the file.
extension FixtureLoader {
  /// The number of inserted records after which the mutation log is cleared. Loading does not use the log, and it would
  /// grow with the file.
  private static let mutationLogLimit = 256

  /// Inserts the records of a file.
  /// - Returns: the references whose targets do not exist yet
  /// - Throws: `FixtureError`
  mutating func load(_ file: File, into workspace: Workspace) throws -> [UnresolvedReference] {
    guard let model = model(storedIn: file.name) else {
      throw FixtureError(file: file.path, reason: "unknown collection \(file.name)")
    }
    do {
      return try addRecords(of: file, model: model, in: workspace)
    } catch let error as JSONError {
      throw file.fixtureError(for: error)
    } catch {
      // If the file has a syntax error after the invalid record, report the syntax error.
      try Self.checkSyntax(of: file)
      throw error
    }
  }

  private static func checkSyntax(of file: File) throws(FixtureError) {
    do {
      _ = try JSON.parseArrayWithLines(from: file.bytes)
    } catch {
      throw file.fixtureError(for: error)
    }
  }

  private mutating func addRecords(of file: File, model: Model, in workspace: Workspace) throws -> [UnresolvedReference]
  {
    let (bytes, now) = (file.bytes.span, clock.now)
    var (numbers, unresolved, count): ([UInt64], [UnresolvedReference], Int) = ([], [], 0)
    var reader = try JSONReader(reading: bytes)
    try reader.beginArray(in: bytes)
    while try reader.nextElement(in: bytes) {
      let start = FixtureLocation(file: file.path, line: reader.line, model: model)
      let (record, location) = try addNext(from: &reader, bytes: bytes, at: start, now: now, in: workspace)
      if let number = UInt64(location.id) { numbers.append(number) }
      for reference in model.checkedReferences {
        unresolved += UnresolvedReference.unresolved(reference, of: record, at: location, in: workspace)
      }
      count += 1
      if count % Self.mutationLogLimit == 0 { _ = workspace.takeMutations() }
    }
    try reader.expectEnd(of: bytes)
    workspace.ids.reserve(numbers, in: model.sequence)
    return unresolved
  }

  /// Reads and inserts the next record of the array.
  private mutating func addNext(
    from reader: inout JSONReader, bytes: Span<UInt8>, at location: FixtureLocation, now: Int64, in workspace: Workspace
  ) throws -> (Record, FixtureLocation) {
    let start = reader.mark
    let record = try FixtureReader(location: location, now: now).record(
      from: &reader, bytes: bytes, model: location.model)
    guard var record, !record.id.isEmpty else {
      reader.rewind(to: start)
      return try add(try reader.readValue(in: bytes), at: location, in: workspace)
    }
    let records = workspace[location.model]
    let location = location.withID(record.id)
    guard records[location.id] == nil else { throw location.error(field: "id", reason: "the id is not unique") }
    location.model.complete(&record, in: workspace)
    records.insert(record)
    return (record, location)
  }
}

/// A reference in a fixture whose target does not exist, or is not loaded yet.
struct UnresolvedReference {
  let location: FixtureLocation
  let reference: Reference
  /// The name of the target collection.
  let collection: String
  let id: String

  /// Returns the ids in a reference field whose targets do not exist (yet).
  static func unresolved(
    _ reference: Reference, of record: Record, at location: FixtureLocation, in workspace: Workspace
  ) -> [UnresolvedReference] {
    var unresolved: [UnresolvedReference] = []
    for collection in reference.collections {
      let ids = reference.ids(in: record, to: collection)
      guard !ids.isEmpty, let target = workspace.collection(named: collection) else { continue }
      for id in ids where target[id] == nil {
        unresolved.append(UnresolvedReference(location: location, reference: reference, collection: collection, id: id))
      }
    }
    return unresolved
  }

  /// - Throws: `FixtureError` if the target does not exist
  func check(in workspace: Workspace) throws {
    guard let target = workspace.collection(named: collection), target[id] == nil else { return }
    throw location.error(field: reference.field, reason: "there is no \(target.definition.schema.name) \(id)")
  }
}
