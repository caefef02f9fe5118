import JSON
import Store

/// How records of one model look in one version: the visible members in order, their keys encoded beforehand.
struct ModelPlan: Sendable {
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

  private(set) var steps: [Step] = []
  /// The sources of members that are not just a slot.
  private(set) var others: [Source] = []
  private(set) var nulls: [UInt8] = []
  /// Newest first.
  let rewrites: [VersionChange.Rewriting]

  init(rewrites: [VersionChange.Rewriting]) {
    self.rewrites = rewrites
  }

  /// Adds a member that is shown under `name`; a name of more than 60 bytes is a defect.
  mutating func add(_ name: String, _ source: Source) {
    guard let key = JSONKey(name) else { return assertionFailure("\(name) is too long for a key") }
    let start = nulls.count
    if case .slot(let slot) = source {
      nulls += [UInt8(ascii: ",")] + JSON.encodedKey(name) + Array("null".utf8)
      steps.append(Step(key: key, slot: slot, other: 0, null: start..<nulls.count))
    } else {
      steps.append(Step(key: key, slot: nil, other: others.count, null: start..<start))
      others.append(source)
    }
  }
}
