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
}
