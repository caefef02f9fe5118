import JSON
import Store

/// Reads a world: one JSON array of records per collection, in the newest shape, checked against the models.
public struct Fixtures {
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
  }

  let catalogue: Catalogue
  private let clock: Clock
  /// What is odd but does not stop the start: members that are never stored.
  public internal(set) var warnings: [String] = []

  public init(_ catalogue: Catalogue, clock: Clock) {
    self.catalogue = catalogue
    self.clock = clock
  }

  /// A workspace of these files; `seed` is where its ids are drawn from.
  ///
  /// Throws `FixtureError` for what does not fit: nothing is half loaded.
  public mutating func load(_ files: [File], seed: UInt64) throws -> WorkspaceState {
    let profile = try files.last { $0.name == "workspace" }.map(Self.profile) ?? [:]
    let zone = try zone(of: profile, in: files.last { $0.name == "workspace" }?.path ?? "workspace.json")
    let empty = WorkspaceState(catalogue.layout, ids: IDGenerator(seed: seed), profile: profile, zone: zone)
    let workspace = Workspace(catalogue.layout, state: empty, clock: clock)
    var places: [FixturePlace] = []
    for file in files where file.name != "workspace" {
      places += try load(file, into: workspace)
    }
    for place in places where !place.model.references.isEmpty { try check(place, in: workspace) }
    return workspace.state
  }

  private static func profile(_ file: File) throws -> JSONObject {
    do {
      guard let object = try JSON(parsing: file.bytes).object else {
        throw FixtureError(file: file.path, reason: "an object was expected")
      }
      return object
    } catch let error as JSONError {
      throw self.error(error, in: file)
    }
  }

  func zone(of profile: JSONObject, in file: String) throws -> Zone {
    guard let name = profile["timezone"]?.string else { return .utc }
    do {
      return try Zone(named: name)
    } catch {
      throw FixtureError(file: file, field: "timezone", reason: "\(error)")
    }
  }

  private mutating func load(_ file: File, into workspace: Workspace) throws -> [FixturePlace] {
    guard let model = model(of: file.name) else {
      throw FixtureError(file: file.path, reason: "there is no collection \(file.name)")
    }
    do {
      let places = try addRecords(of: file, model, workspace)
      workspace.ids.reserve(places.compactMap { UInt64($0.id) }, in: model.sequence)
      return places
    } catch let error as JSONError {
      throw Self.error(error, in: file)
    } catch {
      // What is no JSON is refused as such, wherever else it is wrong.
      try Self.checkSyntax(of: file)
      throw error
    }
  }

  private static func checkSyntax(of file: File) throws(FixtureError) {
    do {
      _ = try JSON.parseArrayWithLines(file.bytes)
    } catch {
      throw self.error(error, in: file)
    }
  }

  private static func error(_ error: JSONError, in file: File) -> FixtureError {
    FixtureError(file: file.path, line: error.line, reason: error.reason)
  }

  /// Adds records one by one as their text is read: all of its values at once would take many times its size.
  private mutating func addRecords(of file: File, _ model: Model, _ workspace: Workspace) throws -> [FixturePlace] {
    let (bytes, now) = (file.bytes.span, clock.now)
    var text = try JSONReader(bytes)
    var places: [FixturePlace] = []
    try text.beginArray(bytes)
    while try text.nextElement(bytes) {
      let place = FixturePlace(file: file.path, line: text.line, model: model)
      places.append(try addNext(of: &text, bytes, place, now, workspace))
    }
    try text.finish(bytes)
    return places
  }

  /// Adds the record that comes next in a text.
  private mutating func addNext(
    of text: inout JSONReader, _ bytes: Span<UInt8>, _ place: FixturePlace, _ now: Int64, _ workspace: Workspace
  ) throws -> FixturePlace {
    let start = text.mark
    let record = try FixtureReader(place: place, now: now).record(&text, bytes, place.model)
    guard let record, !record.id.isEmpty else {
      text.rewind(to: start)
      return try add(try text.value(bytes), place, workspace)
    }
    let records = workspace[place.model]
    let place = place.of(record.id)
    guard records[place.id] == nil else { throw place.error("id", "the id is there twice") }
    records.insert(record)
    return place
  }

  /// The model whose records a collection holds.
  func model(of collection: String) -> Model? {
    catalogue.model(keptIn: collection)
  }

  /// Adds one record; its references are not looked at yet.
  mutating func add(_ json: JSON, _ place: FixturePlace, _ workspace: Workspace) throws -> FixturePlace {
    let (object, place) = try identified(json, place)
    guard workspace[place.model][place.id] == nil else { throw place.error("id", "the id is there twice") }
    put(try read(object, place, clock.now), place, workspace)
    return place
  }

  /// The object of a record, and its place with its id.
  func identified(_ json: JSON, _ place: FixturePlace) throws -> (JSONObject, FixturePlace) {
    guard let object = json.object else { throw place.error(nil, "a record must be an object") }
    guard let id = object["id"]?.string ?? object["id"]?.integer.map(String.init), !id.isEmpty else {
      throw place.error("id", "a record must have an id")
    }
    return (object, place.of(id))
  }

  /// A record of an object, on top of one that is there already.
  mutating func read(_ object: JSONObject, _ place: FixturePlace, _ now: Int64, onto base: Record? = nil) throws
    -> Record
  {
    let reader = FixtureReader(place: place, now: now)
    let record = try reader.record(object, place.model, onto: base)
    warnings += reader.ignored(object).map { "\(place.error($0, "never stored, so it is ignored"))" }
    return record
  }

  /// Keeps a record, and the sequence of its ids beyond it.
  func put(_ record: Record, _ place: FixturePlace, _ workspace: Workspace) {
    workspace[place.model].insert(record)
    if let number = UInt64(place.id) { workspace.ids.reserve(number, in: place.model.sequence) }
  }

  /// Every reference must lead somewhere.
  func check(_ place: FixturePlace, in workspace: Workspace) throws {
    guard let record = workspace[place.model][place.id] else { return }
    try check(record, place, place.model.references, in: workspace)
  }

  /// Each of these references must lead somewhere.
  func check(_ record: Record, _ place: FixturePlace, _ references: [Reference], in workspace: Workspace) throws {
    for reference in references {
      guard let target = workspace.collection(named: reference.collection) else { continue }
      for id in reference.ids(record) where target[id] == nil {
        throw place.error(reference.field, "there is no \(target.definition.schema.name) \(id)")
      }
    }
  }
}
