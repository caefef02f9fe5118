import JSON
import Store

/// State documents: one member per collection, records in the form of fixtures, and the workspace itself.
extension Fixtures {
  /// A workspace's state with the named collections replaced by those of a document.
  ///
  /// Throws `FixtureError` for what does not fit, and for references that would lead nowhere, of whatever record.
  public mutating func replacing(_ document: JSONObject, in workspace: Workspace) throws -> WorkspaceState {
    let names = Set(document.keys)
    let scratch = try scratch(document, workspace.state.emptying(names, workspace.layout), workspace.clock)
    for (name, json) in document where name != Self.profileName {
      let model = try known(name)
      for (index, item) in try items(json, name).enumerated() {
        try add(item, FixturePlace(file: "\(name)[\(index)]", model: model), scratch)
      }
    }
    try checkReferences(touching: names, in: scratch)
    return scratch.state
  }

  /// A workspace's state with records changed or added by id, and what that wrote: members given replace, absent ones
  /// stay.
  ///
  /// Throws `FixtureError` for what does not fit, and for references that lead nowhere in the end.
  public mutating func patching(_ document: JSONObject, in workspace: Workspace) throws -> (WorkspaceState, [Mutation])
  {
    let scratch = try scratch(document, workspace.state, workspace.clock)
    var places: [FixturePlace] = []
    for (name, json) in document where name != Self.profileName {
      let model = try known(name)
      for (index, item) in try items(json, name).enumerated() {
        let (object, place) = try identified(item, FixturePlace(file: "\(name)[\(index)]", model: model))
        let record = try read(object, place, scratch.clock.now, onto: scratch[model][place.id])
        put(record, place, scratch)
        places.append(place)
      }
    }
    for place in places { try check(place, in: scratch) }
    return (scratch.state, scratch.takeMutations())
  }

  private static let profileName = "workspace"

  /// A workspace to try a document in, with the members of its `workspace` set already.
  private func scratch(_ document: JSONObject, _ state: WorkspaceState, _ clock: Clock) throws -> Workspace {
    var state = state
    if let json = document[Self.profileName] { try set(json, &state, clock.now) }
    return Workspace(catalogue.layout, state: state, clock: clock)
  }

  private func set(_ json: JSON, _ state: inout WorkspaceState, _ now: Int64) throws {
    func wrong(_ field: String?, _ expected: String) -> FixtureError {
      FixtureError(file: Self.profileName, field: field, reason: "expected \(expected)")
    }
    guard let members = json.object else { throw wrong(nil, "an object") }
    for (name, value) in members {
      switch name {
      case "id_code", "name", "region", "timezone":
        guard value.string != nil else { throw wrong(name, "a string") }
        state.profile[name] = value
      case "created_at":
        guard let time = value.integer ?? value.string.flatMap({ RelativeTime.seconds($0, from: now) }),
          Field.integers.contains(time)
        else {
          throw wrong(name, "a Unix timestamp in seconds or a relative time such as \"-2d\"")
        }
        state.profile[name] = .integer(time)
      default: state.profile[name] = value
      }
    }
    state.zone = try zone(of: state.profile, in: Self.profileName)
  }

  private func known(_ name: String) throws -> Model {
    if let model = model(of: name) { return model }
    let names = catalogue.layout.collections.map(\.name).sorted().joined(separator: ", ")
    throw FixtureError(file: name, reason: "there is no such collection; there are \(names)")
  }

  private func items(_ json: JSON, _ name: String) throws -> [JSON] {
    guard let items = json.array else { throw FixtureError(file: name, reason: "expected an array of records") }
    return items
  }

  /// Checks what could be broken by a change of these collections: what they hold, and what refers to them.
  private func checkReferences(touching names: Set<String>, in workspace: Workspace) throws {
    for model in catalogue.models {
      guard let name = model.definition?.name else { continue }
      let suspects = model.references.filter { names.contains(name) || names.contains($0.collection) }
      guard !suspects.isEmpty else { continue }
      for record in workspace[model].all {
        try check(record, FixturePlace(file: name, model: model, id: record.id), suspects, in: workspace)
      }
    }
  }
}
