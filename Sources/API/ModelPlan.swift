import JSON
import Store

/// How records of one model look in one version: the visible members in order, their keys encoded beforehand.
final class ModelPlan: Sendable {
  /// What a member shows.
  enum Source: Sendable {
    case slot(Int)
    case constant([UInt8])
    case derived(@Sendable (Record, Call) -> Node?)
    case written(@Sendable (Record, Call, inout JSONWriter) -> Void)
    case retyped(Int, VersionChange.Retyping)
  }

  /// One visible member.
  struct Step: Sendable {
    let key: JSONKey
    /// The slot of a member that is shown as it is kept, which most are; nil for one in `others`.
    let slot: Int?
    /// The place in `others`.
    let other: Int
    /// Where `,"key":null` stands in `nulls`; those of neighbours touch, so that a run of nulls is one copy.
    let null: Range<Int>
  }

  let steps: [Step]
  /// The sources of members that are not just a slot.
  let others: [Source]
  let nulls: [UInt8]
  /// Newest first.
  let rewrites: [VersionChange.Rewriting]

  /// The visible members under the names they are shown by; a name of more than 60 bytes is a defect.
  init(_ members: [(name: String, source: Source)], rewrites: [VersionChange.Rewriting]) {
    var (steps, others, nulls): ([Step], [Source], [UInt8]) = ([], [], [])
    for (name, source) in members {
      guard let key = JSONKey(name) else {
        assertionFailure("\(name) is too long for a key")
        continue
      }
      let start = nulls.count
      if case .slot(let slot) = source {
        nulls += [UInt8(ascii: ",")] + JSON.encodedKey(name) + Array("null".utf8)
        steps.append(Step(key: key, slot: slot, other: 0, null: start..<nulls.count))
      } else {
        steps.append(Step(key: key, slot: nil, other: others.count, null: start..<start))
        others.append(source)
      }
    }
    (self.steps, self.others, self.nulls) = (steps, others, nulls)
    self.rewrites = rewrites
  }
}
