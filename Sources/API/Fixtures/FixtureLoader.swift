import JSON
import Store
import TimeZones

/// Reads a world: one JSON array of records per collection, in the newest shape, checked against the models.
public struct FixtureLoader {
  /// One file of a world, already read.
  public struct File {
    /// As it is named in errors: `fixtures/default/contacts.json`.
    public let path: String
    /// The collection's name: `contacts`.
    public let name: String
    public let bytes: [UInt8]

    public init(path: String, name: String, bytes: [UInt8]) {
      self.path = path
      self.name = name
      self.bytes = bytes
    }

    /// What is said of a file that is no JSON.
    func fixtureError(for error: JSONError) -> FixtureError {
      FixtureError(file: path, line: error.line, reason: error.reason)
    }
  }

  let catalogue: Catalogue
  let clock: Clock
  /// What is odd but does not stop the start: members that are never stored.
  public internal(set) var warnings: [String] = []

  public init(catalogue: Catalogue, clock: Clock) {
    self.catalogue = catalogue
    self.clock = clock
  }

  /// A workspace of these files; `seed` is where its ids are drawn from.
  ///
  /// Throws `FixtureError` for what does not fit: nothing is half loaded.
  public mutating func load(_ files: [File], seed: UInt64) throws -> WorkspaceState {
    let profile = try files.last { $0.name == "workspace" }.map(Self.profile) ?? [:]
    let zone = try zone(of: profile, in: files.last { $0.name == "workspace" }?.path ?? "workspace.json")
    let empty = WorkspaceState(
      definition: catalogue.layout, ids: IDGenerator(seed: seed), profile: profile, timeZone: zone)
    let workspace = Workspace(definition: catalogue.layout, state: empty, clock: clock)
    var open: [UnresolvedReference] = []
    for file in files where file.name != "workspace" {
      open += try load(file, into: workspace)
    }
    for reference in open { try reference.check(in: workspace) }
    return workspace.state
  }

  private static func profile(from file: File) throws -> JSONObject {
    do {
      guard let object = try JSON(parsing: file.bytes).object else {
        throw FixtureError(file: file.path, reason: "an object was expected")
      }
      return object
    } catch let error as JSONError {
      throw file.fixtureError(for: error)
    }
  }

  func zone(of profile: JSONObject, in file: String) throws -> TimeZone {
    guard let name = profile["timezone"]?.string else { return .utc }
    do {
      return try TimeZone(named: name)
    } catch {
      throw FixtureError(file: file, field: "timezone", reason: "\(error)")
    }
  }

  /// The model whose records a collection holds.
  func model(storedIn collection: String) -> Model? {
    catalogue.model(storedIn: collection)
  }

  /// Adds one record, and returns it with its place; its references are not looked at yet.
  @discardableResult
  mutating func add(_ json: JSON, at place: FixtureLocation, in workspace: Workspace) throws -> (
    Record, FixtureLocation
  ) {
    let (object, place) = try objectWithID(json, at: place)
    guard workspace[place.model][place.id] == nil else {
      throw place.error(field: "id", reason: "the id is there twice")
    }
    let record = try record(from: object, at: place, now: clock.now)
    insert(record, at: place, in: workspace)
    return (record, place)
  }

  /// The object of a record, and its place with its id.
  func objectWithID(_ json: JSON, at place: FixtureLocation) throws -> (JSONObject, FixtureLocation) {
    guard let object = json.object else { throw place.error(field: nil, reason: "a record must be an object") }
    guard let id = object["id"]?.string ?? object["id"]?.integer.map(String.init), !id.isEmpty else {
      throw place.error(field: "id", reason: "a record must have an id")
    }
    return (object, place.withID(id))
  }

  /// A record of an object, on top of one that is there already.
  mutating func record(from object: JSONObject, at place: FixtureLocation, now: Int64, onto base: Record? = nil) throws
    -> Record
  {
    let reader = FixtureReader(place: place, now: now)
    let record = try reader.record(from: object, model: place.model, onto: base)
    warnings += reader.ignoredMembers(of: object).map {
      "\(place.error(field: $0, reason: "never stored, so it is ignored"))"
    }
    return record
  }

  /// Keeps a record, and the sequence of its ids beyond it.
  func insert(_ record: Record, at place: FixtureLocation, in workspace: Workspace) {
    workspace[place.model].insert(record)
    if let number = UInt64(place.id) { workspace.ids.reserve(number, in: place.model.sequence) }
  }

  /// Every reference must lead somewhere.
  func checkReferences(at place: FixtureLocation, in workspace: Workspace) throws {
    guard let record = workspace[place.model][place.id] else { return }
    try checkReferences(of: record, at: place, references: place.model.checkedReferences, in: workspace)
  }

  /// Each of these references must lead somewhere.
  func checkReferences(of record: Record, at place: FixtureLocation, references: [Reference], in workspace: Workspace)
    throws
  {
    for reference in references {
      try UnresolvedReference.unresolved(reference, of: record, at: place, in: workspace).first?.check(in: workspace)
    }
  }
}

/// Reading a file record by record: all of its values at once would take many times its size.
extension FixtureLoader {
  /// After so many records what was written is forgotten: nobody asks, and the list of it would grow with the file.
  private static let mutationLogLimit = 256

  /// Adds the records of a file, and returns their references that lead nowhere yet.
  mutating func load(_ file: File, into workspace: Workspace) throws -> [UnresolvedReference] {
    guard let model = model(storedIn: file.name) else {
      throw FixtureError(file: file.path, reason: "there is no collection \(file.name)")
    }
    do {
      return try addRecords(of: file, model: model, in: workspace)
    } catch let error as JSONError {
      throw file.fixtureError(for: error)
    } catch {
      // What is no JSON is refused as such, wherever else it is wrong.
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
    var (numbers, open, count): ([UInt64], [UnresolvedReference], Int) = ([], [], 0)
    var text = try JSONReader(reading: bytes)
    try text.beginArray(in: bytes)
    while try text.nextElement(in: bytes) {
      let start = FixtureLocation(file: file.path, line: text.line, model: model)
      let (record, place) = try addNext(from: &text, bytes: bytes, at: start, now: now, in: workspace)
      if let number = UInt64(place.id) { numbers.append(number) }
      for reference in model.checkedReferences {
        open += UnresolvedReference.unresolved(reference, of: record, at: place, in: workspace)
      }
      count += 1
      if count % Self.mutationLogLimit == 0 { _ = workspace.takeMutations() }
    }
    try text.expectEnd(of: bytes)
    workspace.ids.reserve(numbers, in: model.sequence)
    return open
  }

  /// Adds the record that comes next in a text.
  private mutating func addNext(
    from text: inout JSONReader, bytes: Span<UInt8>, at place: FixtureLocation, now: Int64, in workspace: Workspace
  ) throws -> (Record, FixtureLocation) {
    let start = text.mark
    let record = try FixtureReader(place: place, now: now).record(from: &text, bytes: bytes, model: place.model)
    guard let record, !record.id.isEmpty else {
      text.rewind(to: start)
      return try add(try text.readValue(in: bytes), at: place, in: workspace)
    }
    let records = workspace[place.model]
    let place = place.withID(record.id)
    guard records[place.id] == nil else { throw place.error(field: "id", reason: "the id is there twice") }
    records.insert(record)
    return (record, place)
  }
}

/// State documents: one member per collection, records in the form of fixtures, and the workspace itself.
extension FixtureLoader {
  /// A workspace's state with the named collections replaced by those of a document.
  ///
  /// Throws `FixtureError` for what does not fit, and for references that would lead nowhere, of whatever record.
  public mutating func replacedState(with document: JSONObject, in workspace: Workspace) throws -> WorkspaceState {
    let names = Set(document.keys)
    let scratch = try scratchWorkspace(
      for: document, state: workspace.state.emptying(collections: names, definition: workspace.definition),
      clock: workspace.clock)
    for (name, json) in document where name != Self.profileName {
      let model = try knownModel(named: name)
      for (index, item) in try items(json, collection: name).enumerated() {
        try add(item, at: FixtureLocation(file: "\(name)[\(index)]", model: model), in: scratch)
      }
    }
    try checkReferences(touching: names, in: scratch)
    return scratch.state
  }

  /// A workspace's state with records changed or added by id, and what that wrote: members given replace, absent ones
  /// stay.
  ///
  /// Throws `FixtureError` for what does not fit, and for references that lead nowhere in the end.
  public mutating func patchedState(with document: JSONObject, in workspace: Workspace) throws -> (
    WorkspaceState, [Mutation]
  ) {
    let scratch = try scratchWorkspace(for: document, state: workspace.state, clock: workspace.clock)
    var places: [FixtureLocation] = []
    for (name, json) in document where name != Self.profileName {
      let model = try knownModel(named: name)
      for (index, item) in try items(json, collection: name).enumerated() {
        let (object, place) = try objectWithID(item, at: FixtureLocation(file: "\(name)[\(index)]", model: model))
        let record = try record(from: object, at: place, now: scratch.clock.now, onto: scratch[model][place.id])
        insert(record, at: place, in: scratch)
        places.append(place)
      }
    }
    for place in places { try checkReferences(at: place, in: scratch) }
    return (scratch.state, scratch.takeMutations())
  }

  private static let profileName = "workspace"

  /// A workspace to try a document in, with the members of its `workspace` set already.
  private func scratchWorkspace(for document: JSONObject, state: WorkspaceState, clock: Clock) throws -> Workspace {
    var state = state
    if let json = document[Self.profileName] { try setProfile(json, of: &state, now: clock.now) }
    return Workspace(definition: catalogue.layout, state: state, clock: clock)
  }

  private func setProfile(_ json: JSON, of state: inout WorkspaceState, now: Int64) throws {
    func wrongType(of field: String?, expected: String) -> FixtureError {
      FixtureError(file: Self.profileName, field: field, reason: "expected \(expected)")
    }
    guard let members = json.object else { throw wrongType(of: nil, expected: "an object") }
    for (name, value) in members {
      switch name {
      case "id_code", "name", "region", "timezone":
        guard value.string != nil else { throw wrongType(of: name, expected: "a string") }
        state.profile[name] = value
      case "created_at":
        guard let time = value.integer ?? value.string.flatMap({ RelativeTime.seconds($0, from: now) }),
          Field.integerRange.contains(time)
        else {
          throw wrongType(of: name, expected: "a Unix timestamp in seconds or a relative time such as \"-2d\"")
        }
        state.profile[name] = .integer(time)
      default: state.profile[name] = value
      }
    }
    state.timeZone = try zone(of: state.profile, in: Self.profileName)
  }

  private func knownModel(named name: String) throws -> Model {
    if let model = model(storedIn: name) { return model }
    let names = catalogue.layout.collections.map(\.name).sorted().joined(separator: ", ")
    throw FixtureError(file: name, reason: "there is no such collection; there are \(names)")
  }

  private func items(_ json: JSON, collection name: String) throws -> [JSON] {
    guard let items = json.array else { throw FixtureError(file: name, reason: "expected an array of records") }
    return items
  }

  /// Checks what could be broken by a change of these collections: what they hold, and what refers to them.
  private func checkReferences(touching names: Set<String>, in workspace: Workspace) throws {
    for model in catalogue.models {
      guard let name = model.definition?.name else { continue }
      let suspects = model.checkedReferences.filter {
        names.contains(name) || !names.isDisjoint(with: $0.collections)
      }
      guard !suspects.isEmpty else { continue }
      for record in workspace[model].all {
        try checkReferences(
          of: record, at: FixtureLocation(file: name, model: model, id: record.id), references: suspects, in: workspace)
      }
    }
  }
}

/// An id in a record of a fixture whose target is not loaded, or not yet.
struct UnresolvedReference {
  let place: FixtureLocation
  let reference: Reference
  /// The name of the target collection.
  let collection: String
  let id: String

  /// The ids of a record whose targets are missing.
  static func unresolved(
    _ reference: Reference, of record: Record, at place: FixtureLocation, in workspace: Workspace
  ) -> [UnresolvedReference] {
    var open: [UnresolvedReference] = []
    for collection in reference.collections {
      let ids = reference.ids(in: record, to: collection)
      guard !ids.isEmpty, let target = workspace.collection(named: collection) else { continue }
      for id in ids where target[id] == nil {
        open.append(UnresolvedReference(place: place, reference: reference, collection: collection, id: id))
      }
    }
    return open
  }

  /// Throws if the target is missing.
  func check(in workspace: Workspace) throws {
    guard let target = workspace.collection(named: collection), target[id] == nil else { return }
    throw place.error(field: reference.field, reason: "there is no \(target.definition.schema.name) \(id)")
  }
}
