import JSON

/// Everything a workspace holds, as a value that costs a few references to copy: the frozen seed, a snapshot.
public struct WorkspaceState {
  var contents: [CollectionContents]
  public var ids: IDGenerator
  /// The workspace itself: `id_code`, `name`, `region`, `timezone`, `created_at`.
  public var profile: JSONObject
  /// The time zone that days are counted in.
  public var zone: Zone

  /// An empty workspace with these collections.
  public init(_ layout: Layout, ids: IDGenerator, profile: JSONObject = [:], zone: Zone = .utc) {
    self.init(contents: layout.collections.map(CollectionContents.init), ids: ids, profile: profile, zone: zone)
  }

  init(contents: [CollectionContents], ids: IDGenerator, profile: JSONObject, zone: Zone) {
    self.contents = contents
    self.ids = ids
    self.profile = profile
    self.zone = zone
  }

  /// How many records there are.
  public var count: Int {
    contents.reduce(0) { $0 + $1.ids.count }
  }

  /// The same with days counted where another state counts them: a setting that stands among the records.
  public func countingDays(as other: WorkspaceState) -> WorkspaceState {
    var copy = self
    copy.profile["timezone"] = other.profile["timezone"]
    copy.zone = other.zone
    return copy
  }

  /// The same with nothing in the collections of these names.
  public func emptying(_ names: Set<String>, _ layout: Layout) -> WorkspaceState {
    var copy = self
    for (number, definition) in layout.collections.enumerated() where names.contains(definition.name) {
      let revision = contents[number].revision
      copy.contents[number] = CollectionContents(definition)
      copy.contents[number].revision = revision + 1
    }
    return copy
  }
}
