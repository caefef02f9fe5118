import JSON
import Store

/// How records of one model look in one version: the visible members in order, their keys encoded beforehand.
struct ModelPlan: Sendable {
  /// One visible member.
  struct Entry: Sendable {
    enum Source: Sendable {
      case slot(Int)
      case constant([UInt8])
      case derived(@Sendable (Record, Call) -> Node?)
      case written(@Sendable (Record, Call, inout JSONWriter) -> Void)
      case retyped(Int, VersionChange.Retyping)
    }

    let key: String
    let source: Source
    /// `,"key":` and `,"key":null`.
    let prefix: [UInt8]
    let null: [UInt8]

    init(key: String, source: Source) {
      self.key = key
      self.source = source
      prefix = [UInt8(ascii: ",")] + JSON.encodedKey(key)
      null = prefix + Array("null".utf8)
    }
  }

  let entries: [Entry]
  /// Newest first.
  let rewrites: [VersionChange.Rewriting]
}
