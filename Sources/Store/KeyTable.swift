/// Texts and the rows that stand under them, as a value: a copy is two references, and a change copies one page of 32
/// texts and the list of pages that it stands in.
///
/// An extendible hash table (Fagin and others, 1979) of two steps: the first bits of a text's hash tell its segment, the
/// next six its page. Nothing ever makes it all anew: a page that is full splits, and a segment whose page cannot. It may be
/// let go of a page at a time.
struct KeyTable {
  private var segments: [KeySegment] = []
  /// The number of the segment for each value of the first `depth` bits.
  private var directory: [UInt32] = []
  private var depth = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// In no order.
  var keys: [String] {
    segments.flatMap(\.keys)
  }

  subscript(key: String) -> Rows? {
    guard count > 0 else { return nil }
    let hash = Self.hash(of: key)
    return segments[number(ofSegment: hash)].rows(under: key, hash)
  }

  /// Lets `body` change what stands under a text: nil when nothing does, and nil to remove the text.
  mutating func change(_ key: String, _ body: (inout Rows?) -> Void) {
    change(key, hash: Self.hash(of: key), body)
  }

  /// The same with a hash of the caller's.
  mutating func change(_ key: String, hash: UInt32, _ body: (inout Rows?) -> Void) {
    if segments.isEmpty {
      segments = [KeySegment()]
      directory = [0]
    }
    let number = number(ofSegment: hash)
    if !isKnownUniquelyReferenced(&segments[number]) { segments[number] = segments[number].copy() }
    count += segments[number].change(key, hash, body)
    makeRoom(at: hash)
  }

  /// Lets go of a page of texts, or of a thousand that others have too; false when there are none. The table is of no use
  /// for anything else afterwards.
  mutating func dropPart() -> Bool {
    guard let last = segments.indices.last else { return false }
    if !isKnownUniquelyReferenced(&segments[last]) || !segments[last].dropPage() { segments.removeLast() }
    return true
  }

  private mutating func makeRoom(at hash: UInt32) {
    while true {
      let number = number(ofSegment: hash)
      guard segments[number].isOverfull(at: hash) else { return }
      guard segments[number].splitPage(at: hash) || split(number, at: hash) else { return }
    }
  }

  /// Splits a segment. False when its texts have too many bits in common for that: the page gets longer then.
  private mutating func split(_ number: Int, at hash: UInt32) -> Bool {
    let segment = segments[number]
    if segment.depth == depth {
      guard depth < 20, directory.count < 4 * segments.count + 64 else { return false }
      directory = directory.flatMap { [$0, $0] }
      depth += 1
    }
    let other = segment.split()
    segments.append(other)
    // The slots of the segment stand together; the upper half of them is the new one's.
    let width = 1 << (depth - other.depth)
    let first = Int(hash >> UInt32(32 - other.depth)) | 1
    for slot in first * width..<(first + 1) * width {
      directory[slot] = UInt32(truncatingIfNeeded: segments.count - 1)
    }
    return true
  }

  private func number(ofSegment hash: UInt32) -> Int {
    Int(directory[depth == 0 ? 0 : Int(hash >> UInt32(32 - depth))])
  }

  /// Keyed anew in each process: nobody can choose texts that fall together.
  private static func hash(of key: String) -> UInt32 {
    UInt32(truncatingIfNeeded: key.hashValue)
  }
}
