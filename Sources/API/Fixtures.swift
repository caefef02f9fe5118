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

    /// What is said of a file that is no JSON.
    func refusal(_ error: JSONError) -> FixtureError {
      FixtureError(file: path, line: error.line, reason: error.reason)
    }
  }

  let catalogue: Catalogue
  let clock: Clock
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
    var open: [OpenReference] = []
    for file in files where file.name != "workspace" {
      open += try load(file, into: workspace)
    }
    for reference in open { try reference.check(in: workspace) }
    return workspace.state
  }

  private static func profile(_ file: File) throws -> JSONObject {
    do {
      guard let object = try JSON(parsing: file.bytes).object else {
        throw FixtureError(file: file.path, reason: "an object was expected")
      }
      return object
    } catch let error as JSONError {
      throw file.refusal(error)
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

  /// The model whose records a collection holds.
  func model(of collection: String) -> Model? {
    catalogue.model(keptIn: collection)
  }

  /// Adds one record, and returns it with its place; its references are not looked at yet.
  @discardableResult
  mutating func add(_ json: JSON, _ place: FixturePlace, _ workspace: Workspace) throws -> (Record, FixturePlace) {
    let (object, place) = try identified(json, place)
    guard workspace[place.model][place.id] == nil else { throw place.error("id", "the id is there twice") }
    let record = try read(object, place, clock.now)
    put(record, place, workspace)
    return (record, place)
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
      try OpenReference.all(reference, record, place, workspace).first?.check(in: workspace)
    }
  }
}
