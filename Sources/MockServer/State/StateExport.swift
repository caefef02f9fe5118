import API
import JSON
import Store

/// Writes the records of a workspace as a state document, in small steps. Later writes to the workspace have no effect on it.
final class StateExport {
  private let workspace: Workspace
  private var names: ArraySlice<String>
  private var records: RecordsByID?
  private let document = SteppedDocument()

  /// - Parameters:
  ///   - names: the collections, in the order of the document
  ///   - hasProfile: whether the document has the profile of the workspace
  init(of workspace: Workspace, collections names: [String], hasProfile: Bool) {
    self.workspace = workspace.copy
    self.names = names.filter { workspace.collection(named: $0) != nil }[...]
    document.write(raw: "{")
    if hasProfile {
      document.write(members: ["workspace": .object(workspace.profile)])
      if !self.names.isEmpty { document.write(raw: ",") }
    }
  }

  /// Writes one record. Returns the reply at the end.
  func step() -> Reply? {
    guard let records else { return beginCollection() }
    switch records.next() {
    case .preparing: break
    case .record(let record): document.write(element: record.storedJSON)
    case .end:
      self.records = nil
      document.write(raw: names.isEmpty ? "]" : "],")
    }
    return nil
  }

  private func beginCollection() -> Reply? {
    guard let name = names.popFirst() else {
      document.write(raw: "}")
      return document.finish()
    }
    document.beginArray(key: name)
    records = workspace.collection(named: name)?.allInSteps
    return nil
  }
}
