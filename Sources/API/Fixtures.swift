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

  private let catalogue: Catalogue
  private let clock: Clock
  /// What is odd but does not stop the start: members that are never stored.
  public private(set) var warnings: [String] = []

  public init(_ catalogue: Catalogue, clock: Clock) {
    self.catalogue = catalogue
    self.clock = clock
  }

  /// A workspace of these files; `seed` is where its ids are drawn from.
  ///
  /// Throws `FixtureError` for what does not fit: nothing is half loaded.
  public mutating func load(_ files: [File], seed: UInt64) throws -> WorkspaceState {
    let profile = try files.last { $0.name == "workspace" }.map(Self.profile) ?? [:]
    let zone = try zone(of: profile, files)
    let empty = WorkspaceState(catalogue.layout, ids: IDGenerator(seed: seed), profile: profile, zone: zone)
    let workspace = Workspace(catalogue.layout, state: empty, clock: clock)
    var places: [FixturePlace] = []
    for file in files where file.name != "workspace" {
      places += try load(file, into: workspace)
    }
    for place in places { try check(place, in: workspace) }
    return workspace.state
  }

  private static func profile(_ file: File) throws -> JSONObject {
    do {
      guard let object = try JSON(parsing: file.bytes).object else {
        throw FixtureError(file: file.path, reason: "an object was expected")
      }
      return object
    } catch let error as JSONError {
      throw FixtureError(file: file.path, line: error.line, reason: error.reason)
    }
  }

  private func zone(of profile: JSONObject, _ files: [File]) throws -> Zone {
    guard let name = profile["timezone"]?.string else { return .utc }
    do {
      return try Zone(named: name)
    } catch {
      let path = files.last { $0.name == "workspace" }?.path ?? "workspace.json"
      throw FixtureError(file: path, field: "timezone", reason: "\(error)")
    }
  }

  private mutating func load(_ file: File, into workspace: Workspace) throws -> [FixturePlace] {
    guard let model = catalogue.models.first(where: { $0.definition?.name == file.name }) else {
      throw FixtureError(file: file.path, reason: "there is no collection \(file.name)")
    }
    let rows: [(value: JSON, line: Int)]
    do {
      rows = try JSON.parseArrayWithLines(file.bytes)
    } catch {
      throw FixtureError(file: file.path, line: error.line, reason: error.reason)
    }
    return try rows.map { try add($0.value, FixturePlace(file: file.path, line: $0.line, model: model), workspace) }
  }

  private mutating func add(_ json: JSON, _ place: FixturePlace, _ workspace: Workspace) throws -> FixturePlace {
    var place = place
    guard let object = json.object else { throw place.error(nil, "a record must be an object") }
    guard let id = object["id"]?.string ?? object["id"]?.integer.map(String.init), !id.isEmpty else {
      throw place.error("id", "a record must have an id")
    }
    place.id = id
    let reader = FixtureReader(place: place, now: clock.now)
    let record = try reader.record(object, place.model)
    warnings += reader.ignored(object).map { "\(place.error($0, "never stored, so it is ignored"))" }
    guard workspace[place.model][id] == nil else { throw place.error("id", "the id is there twice") }
    workspace[place.model].insert(record)
    if let number = UInt64(id) { workspace.ids.reserve(number, in: place.model.sequence) }
    return place
  }

  /// Every reference must lead somewhere.
  private func check(_ place: FixturePlace, in workspace: Workspace) throws {
    guard let record = workspace[place.model][place.id] else { return }
    for reference in place.model.references {
      guard let target = catalogue.layout.collections.first(where: { $0.name == reference.collection }) else {
        continue
      }
      for id in reference.ids(record) where workspace[target.schema][id] == nil {
        throw place.error(reference.field, "there is no \(target.schema.name) \(id)")
      }
    }
  }
}

/// Where a record of a fixture stands.
struct FixturePlace {
  let file: String
  let line: Int
  let model: Model
  var id = ""

  func error(_ field: String?, _ reason: String) -> FixtureError {
    FixtureError(file: file, line: line, record: id.isEmpty ? nil : id, field: field, reason: reason)
  }
}
