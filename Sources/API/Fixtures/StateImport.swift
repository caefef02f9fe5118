import JSON
import Store

/// Applies a state document to a copy of a workspace, in small steps: an object with one array of fixture records per
/// collection, and the profile of the workspace in `workspace`.
///
/// The text is read twice, record by record: a parse tree would need many times its size. The first time finds errors of the
/// syntax and the collections in the document.
public final class StateImport {
  public enum Mode: Sendable {
    /// The collections in the document replace those of the workspace.
    case replace
    /// Members in the document replace those of a stored record with the same id; other members are unchanged. Records
    /// with other ids are created.
    case patch
  }

  /// The state after the import.
  public struct Outcome {
    public let state: WorkspaceState
    /// The writes that lead to the state; empty unless they were asked for.
    public let mutations: [Mutation]
    /// Number of records in the document.
    public let recordCount: Int
    /// Messages about members that are ignored because they are computed, not stored.
    public let warnings: [String]
  }

  static let profileName = "workspace"
  /// Number of bytes whose encoding is checked in one step.
  private static let checkedBytes = 1 << 18

  private let bytes: [UInt8]
  private let mode: Mode
  private let keepsMutations: Bool
  private let original: Workspace
  private var fixtures: FixtureLoader
  private var reader: JSONReader
  /// The collections in the document, and the positions of their last values.
  private var members: [(name: String, start: JSONReader.Mark)] = []
  private var scratch: Workspace
  private var locations: [FixtureLocation] = []
  private var mutations: [Mutation] = []
  private var recordCount = 0
  // The position in the document.
  private var checkedCount = 0
  private var isInObject = false
  private var isInArray = false
  private var memberNumber = 0
  private var itemNumber = 0

  /// - Parameters:
  ///   - document: the state document; empty for an empty object
  ///   - workspace: the workspace to start from; it is not changed
  ///   - keepsMutations: whether the outcome contains the writes, if the mode is `patch`
  /// - Throws: `parameter_invalid` if the document begins with a byte order mark
  public init(
    _ document: [UInt8], mode: Mode, in workspace: Workspace, catalogue: Catalogue, keepsMutations: Bool = false
  ) throws {
    let bytes = document.isEmpty ? Array("{}".utf8) : document
    self.bytes = bytes
    self.mode = mode
    self.keepsMutations = keepsMutations
    original = workspace.copy
    scratch = original
    fixtures = FixtureLoader(catalogue: catalogue, clock: workspace.clock)
    do {
      reader = try JSONReader(readingValidUTF8: bytes.span)
    } catch {
      throw RequestBody.error(for: error)
    }
  }

  /// The state that the import has built so far, so that the caller can release it in steps.
  public var partialState: WorkspaceState { scratch.state }

  /// The work of the import. It throws `parameter_invalid` if the document is not a JSON object, and `FixtureError` if a
  /// record is invalid or a reference would have no target.
  public var work: SlicedWork<Outcome> {
    SlicedWork.unfinished(step: checkEncoding).then { self.steps(self.skim) }.then { self.steps(self.begin) }
      .then { self.steps(self.add) }.then { self.repair() }
      .then { self.mode == .replace ? self.checkAllReferences : self.steps(self.checkReference) }
      .map { self.outcome }
      .wrappingSteps { step in
        do { return try step() } catch let error as JSONError { throw RequestBody.error(for: error) }
      }
  }

  private func steps(_ step: @escaping () throws -> Void?) -> SlicedWork<Void> {
    .unfinished(step: step)
  }

  private var outcome: Outcome {
    mutations += scratch.takeMutations()
    return Outcome(
      state: scratch.state, mutations: keepsMutations ? mutations : [], recordCount: recordCount,
      warnings: fixtures.warnings)
  }

  // MARK: Reading

  private func checkEncoding() throws -> Void? {
    let bytes = self.bytes
    checkedCount = try JSON.validateUTF8(in: bytes.span, from: checkedCount, count: Self.checkedBytes)
    return checkedCount == bytes.count ? () : nil
  }

  /// Reads a key, or skips a record.
  private func skim() throws -> Void? {
    let bytes = self.bytes
    guard isInObject else {
      guard try reader.enterObject(in: bytes.span) else { throw Self.wrongDocument(in: bytes) }
      isInObject = true
      return nil
    }
    if isInArray {
      isInArray = try reader.nextElement(in: bytes.span)
      if isInArray { _ = try reader.readValue(in: bytes.span) }
      return nil
    }
    guard let name = try reader.nextKey(in: bytes.span) else {
      try reader.expectEnd(of: bytes.span)
      return ()
    }
    note(name)
    isInArray = try reader.enterArray(in: bytes.span)
    if !isInArray { _ = try reader.readValue(in: bytes.span) }
    return nil
  }

  /// As in every object, the last value of a duplicate key is used, at the position of the first.
  private func note(_ name: String) {
    if let known = members.firstIndex(where: { $0.name == name }) {
      members[known].start = reader.mark
    } else {
      members.append((name, reader.mark))
    }
  }

  private static func wrongDocument(in bytes: [UInt8]) -> any Error {
    let error = APIError.parameterInvalid("The request body must be a JSON object")
    // A long text is not parsed to the end for the sake of a message.
    guard bytes.count < 1 << 16 else { return error }
    do {
      _ = try JSON(parsing: bytes)
      return error
    } catch let syntaxError {
      return syntaxError
    }
  }

  // MARK: Writing

  /// Empties the collections to replace, and sets the profile.
  private func begin() throws -> Void? {
    let names = Set(members.map(\.name))
    var state = original.state
    if mode == .replace { state = state.emptying(collections: names, definition: original.definition) }
    if let profile = members.first(where: { $0.name == Self.profileName }) {
      let bytes = self.bytes
      reader.rewind(to: profile.start)
      try fixtures.setProfile(try reader.readValue(in: bytes.span), of: &state, now: original.clock.now)
    }
    scratch = Workspace(definition: original.definition, state: state, clock: original.clock)
    return ()
  }

  /// Begins a collection, or adds one record.
  private func add() throws -> Void? {
    let bytes = self.bytes
    guard memberNumber < members.count else { return () }
    let (name, start) = members[memberNumber]
    guard name != Self.profileName else { return endMember() }
    let model = try fixtures.knownModel(named: name)
    guard isInArray else {
      reader.rewind(to: start)
      isInArray = try reader.enterArray(in: bytes.span)
      guard isInArray else { throw FixtureError(file: name, reason: "expected an array of records") }
      return nil
    }
    guard try reader.nextElement(in: bytes.span) else { return endMember() }
    let location = FixtureLocation(file: "\(name)[\(itemNumber)]", model: model)
    try add(try reader.readValue(in: bytes.span), at: location)
    itemNumber += 1
    recordCount += 1
    return nil
  }

  private func endMember() -> Void? {
    (isInArray, memberNumber, itemNumber) = (false, memberNumber + 1, 0)
    return nil
  }

  private func add(_ item: JSON, at location: FixtureLocation) throws {
    switch mode {
    case .replace: try fixtures.add(item, at: location, in: scratch)
    case .patch:
      let (object, location) = try fixtures.objectWithID(item, at: location)
      let record = try fixtures.record(
        from: object, at: location, now: scratch.clock.now, onto: scratch[location.model][location.id])
      fixtures.insert(record, at: location, in: scratch)
      locations.append(location)
    }
    let writes = scratch.takeMutations()
    if keepsMutations || mode == .patch { mutations += writes }
  }

  /// The work of repairing what the written records may have broken.
  private func repair() -> SlicedWork<Void> {
    scratch.repairOfDerivations(after: mode == .replace ? nil : mutations)
  }

  // MARK: References

  /// Checks the references of one record of the document.
  private func checkReference() throws -> Void? {
    guard itemNumber < locations.count else { return () }
    let location = locations[itemNumber]
    itemNumber += 1
    try fixtures.checkReferences(at: location, in: scratch)
    return nil
  }

  /// The work of checking all references from and to the records of the collections.
  private var checkAllReferences: SlicedWork<Void> {
    let names = Set(members.map(\.name))
    return fixtures.catalogue.models.reduce(.finished(())) { work, model in
      guard let name = model.definition?.name else { return work }
      let suspects = model.checkedReferences.filter {
        names.contains(name) || !names.isDisjoint(with: $0.collections)
      }
      return suspects.isEmpty ? work : work.then { self.check(suspects, of: model, in: name) }
    }
  }

  private func check(_ references: [Reference], of model: Model, in name: String) -> SlicedWork<Void> {
    scratch[model].allInSteps.forEach { [self] record in
      try fixtures.checkReferences(
        of: record, at: FixtureLocation(file: name, model: model, id: record.id), references: references, in: scratch)
    }
  }
}

extension FixtureLoader {
  fileprivate func setProfile(_ json: JSON, of state: inout WorkspaceState, now: Int64) throws {
    guard let members = json.object else {
      throw FixtureError(file: StateImport.profileName, reason: "expected an object")
    }
    for (name, value) in try checkedProfile(members, in: StateImport.profileName, now: now) {
      state.profile[name] = value
    }
    state.timeZone = try zone(of: state.profile, in: StateImport.profileName)
  }

  fileprivate func knownModel(named name: String) throws -> Model {
    if let model = model(storedIn: name) { return model }
    let names = catalogue.layout.collections.map(\.name).sorted().joined(separator: ", ")
    throw FixtureError(file: name, reason: "unknown collection; the collections are \(names)")
  }
}
