import JSON
import Store

/// How records of one model look in one version: the visible members in order, with the bytes that each begins with laid
/// end to end. The steps are plain numbers, so that walking them touches no reference count.
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
    enum Kind: Sendable { case slot, constant, other }

    let kind: Kind
    /// The slot, or the place in `others`.
    let number: Int
    /// Where `,"key":` starts in the pool; `null`, or the constant, follows it there.
    let start: Int
    let keyLength: Int
    /// With what follows the key.
    let length: Int
  }

  private(set) var steps: [Step] = []
  private(set) var pool: [UInt8] = []
  private(set) var others: [Source] = []
  /// Newest first.
  let rewrites: [VersionChange.Rewriting]

  init(rewrites: [VersionChange.Rewriting]) {
    self.rewrites = rewrites
  }

  /// Adds a member that is shown under `key`.
  mutating func add(_ key: String, _ source: Source) {
    let start = pool.count
    pool += [UInt8(ascii: ",")] + JSON.encodedKey(key)
    let keyLength = pool.count - start
    switch source {
    case .slot(let slot):
      pool += "null".utf8
      append(.slot, slot, start, keyLength)
    case .constant(let bytes):
      pool += bytes
      append(.constant, 0, start, keyLength)
    default:
      others.append(source)
      append(.other, others.count - 1, start, keyLength)
    }
  }

  private mutating func append(_ kind: Step.Kind, _ number: Int, _ start: Int, _ keyLength: Int) {
    steps.append(
      Step(kind: kind, number: number, start: start, keyLength: keyLength, length: pool.count - start))
  }
}
