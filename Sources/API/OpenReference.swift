import Store

/// An id in a record of a fixture of which it is not known yet whether it leads anywhere.
struct OpenReference {
  let place: FixturePlace
  let reference: Reference
  let id: String

  /// What a record refers to that is not there, or not yet.
  static func all(
    _ reference: Reference, _ record: Record, _ place: FixturePlace, _ workspace: Workspace
  ) -> [OpenReference] {
    let ids = reference.ids(record)
    guard !ids.isEmpty, let target = workspace.collection(named: reference.collection) else { return [] }
    return ids.filter { target[$0] == nil }.map { OpenReference(place: place, reference: reference, id: $0) }
  }

  /// Throws when it leads nowhere.
  func check(in workspace: Workspace) throws {
    guard let target = workspace.collection(named: reference.collection), target[id] == nil else { return }
    throw place.error(reference.field, "there is no \(target.definition.schema.name) \(id)")
  }
}
