import API
import Store

/// A workspace with what the server keeps beside it.
public final class Tenant {
  public let name: String
  public let workspace: Workspace
  /// The version that serves requests which name none.
  public var defaultVersion: APIVersion
  var rate = RateLimit()
  /// Rises with every use: the lowest was used longest ago.
  var lastUse: UInt64 = 0

  init(_ name: String, _ workspace: Workspace, defaultVersion: APIVersion) {
    self.name = name
    self.workspace = workspace
    self.defaultVersion = defaultVersion
  }
}
