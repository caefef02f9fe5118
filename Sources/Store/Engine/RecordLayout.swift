import JSON
import Synchronization

/// Describes which slots of a record have a stored value, and where: a hidden class.
///
/// Records with the same layout share one instance. A slot that is absent, null, a Boolean or an empty container is expressed
/// by its code in the layout, and takes no memory in the record.
@usableFromInline final class RecordLayout: Sendable {
  /// Maximum number of slots of a schema. Codes below it are indices in `Record.values`; other codes are a `Kind`.
  @usableFromInline static let slotLimit: UInt8 = 249

  let schema: Schema
  /// For each slot, the index of its value in the record, or its kind.
  @usableFromInline let slotCodes: [UInt8]
  /// Known layouts that differ in one slot.
  private let transitions = Mutex<[Transition]>([])
  private static let transitionLimit = 32

  private struct Transition {
    let slot: Int
    let kind: Kind
    let layout: RecordLayout
  }

  /// The kind of a slot: a stored value, or a constant. The raw value is the code.
  enum Kind: UInt8 {
    case value = 249
    case emptyArray, emptyObject, booleanFalse, booleanTrue, null, absent

    /// The value of a slot that is not stored.
    var constant: Value {
      switch self {
      case .emptyArray: .json(.array([]))
      case .emptyObject: .json(.object([:]))
      case .booleanFalse: .json(.boolean(false))
      case .booleanTrue: .json(.boolean(true))
      case .null: .json(.null)
      case .absent, .value: .absent
      }
    }
  }

  init(schema: Schema, slotCodes: [UInt8]) {
    self.schema = schema
    self.slotCodes = slotCodes
  }

  func hasCodes(_ codes: Span<UInt8>) -> Bool {
    let mine = slotCodes
    return mine.span.hasSameBytes(as: codes)
  }

  /// The layout that differs from this one in one slot.
  func changing(slot: Int, to kind: Kind) -> RecordLayout {
    if let known = transitions.withLock({ $0.first { $0.slot == slot && $0.kind == kind }?.layout }) { return known }
    let layout = schema.layout(slotCodes: slotCodes(changing: slot, to: kind).span)
    transitions.withLock {
      if $0.count < Self.transitionLimit { $0.append(Transition(slot: slot, kind: kind, layout: layout)) }
    }
    return layout
  }

  /// The index at which the value of a slot without one must be inserted. Values are in the order of their slots.
  func insertionIndex(forSlot slot: Int) -> Int {
    slotCodes[..<slot].count { $0 < Self.slotLimit }
  }

  private func slotCodes(changing slot: Int, to kind: Kind) -> [UInt8] {
    var next: UInt8 = 0
    return slotCodes.indices.map { other in
      switch other == slot ? kind : Self.kind(ofCode: slotCodes[other]) {
      case .value:
        defer { next += 1 }
        return next
      case let kind: return kind.rawValue
      }
    }
  }

  /// The kind that a code expresses.
  static func kind(ofCode code: UInt8) -> Kind {
    code < slotLimit ? .value : Kind(rawValue: code) ?? .absent
  }
}

/// The layouts of one schema, by their slot codes.
struct RecordLayoutTable {
  /// Number of layouts above which new ones are not shared.
  private static let limit = 4096
  private var layouts: [SlotCodes: RecordLayout] = [:]
  private var lastUsed: RecordLayout?

  /// The slot codes of a layout as a key that is hashed as one block of bytes and not byte by byte.
  private struct SlotCodes: Hashable {
    let codes: [UInt8]

    func hash(into hasher: inout Hasher) {
      codes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  /// Returns the shared layout with these codes; creates it if necessary.
  mutating func layout(of schema: Schema, slotCodes: Span<UInt8>) -> RecordLayout {
    // Consecutive records mostly have the same layout.
    if let lastUsed, lastUsed.hasCodes(slotCodes) { return lastUsed }
    let key = SlotCodes(codes: slotCodes.withUnsafeBufferPointer { Array($0) })
    if let known = layouts[key] {
      lastUsed = known
      return known
    }
    let layout = RecordLayout(schema: schema, slotCodes: key.codes)
    lastUsed = layout
    if layouts.count < Self.limit { layouts[key] = layout }
    return layout
  }
}
