/// Texts and the rows that stand under them, as a value: a copy is two references, and a change copies one page of 32
/// texts and the list of pages that it stands in.
///
/// An extendible hash table (Fagin and others, 1979) of two steps: the first bits of a text's hash tell its segment, the
/// next six its page. Nothing ever makes it all anew: a page that is full splits, and a segment whose page cannot. It may be
/// let go of a page at a time.
struct ExtendibleHashTable {
  private var segments: [HashSegment] = []
  /// The number of the segment for each value of the first `depth` bits.
  private var directory: [UInt32] = []
  private var globalDepth = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// In no order.
  var keys: [String] {
    segments.flatMap(\.keys)
  }

  subscript(key: String) -> PostingList? {
    guard count > 0 else { return nil }
    let hash = Self.hash(of: key)
    return segments[segmentNumber(for: hash)].rows(under: key, hash: hash)
  }

  /// Lets `body` change what stands under a text: nil when nothing does, and nil to remove the text.
  mutating func updateRows(under key: String, _ body: (inout PostingList?) -> Void) {
    updateRows(under: key, hash: Self.hash(of: key), body)
  }

  /// The same with a hash of the caller's.
  mutating func updateRows(under key: String, hash: UInt32, _ body: (inout PostingList?) -> Void) {
    if segments.isEmpty {
      segments = [HashSegment()]
      directory = [0]
    }
    let number = segmentNumber(for: hash)
    if !isKnownUniquelyReferenced(&segments[number]) { segments[number] = segments[number].copy() }
    count += segments[number].updateRows(under: key, hash: hash, body: body)
    splitIfNeeded(at: hash)
  }

  /// Lets go of a page of texts, or of a thousand that others have too; false when there are none. The table is of no use
  /// for anything else afterwards.
  mutating func releasePart() -> Bool {
    guard let last = segments.indices.last else { return false }
    if !isKnownUniquelyReferenced(&segments[last]) || !segments[last].releasePage() { segments.removeLast() }
    return true
  }

  private mutating func splitIfNeeded(at hash: UInt32) {
    while true {
      let number = segmentNumber(for: hash)
      guard segments[number].isOverfull(at: hash) else { return }
      guard segments[number].splitPage(at: hash) || splitSegment(number, at: hash) else { return }
    }
  }

  /// Splits a segment. False when its texts have too many bits in common for that: the page gets longer then.
  private mutating func splitSegment(_ number: Int, at hash: UInt32) -> Bool {
    let segment = segments[number]
    if segment.depth == globalDepth {
      guard globalDepth < 20, directory.count < 4 * segments.count + 64 else { return false }
      directory = directory.flatMap { [$0, $0] }
      globalDepth += 1
    }
    let other = segment.split()
    segments.append(other)
    // The slots of the segment stand together; the upper half of them is the new one's.
    let width = 1 << (globalDepth - other.depth)
    let first = Int(hash >> UInt32(32 - other.depth)) | 1
    for slot in first * width..<(first + 1) * width {
      directory[slot] = UInt32(truncatingIfNeeded: segments.count - 1)
    }
    return true
  }

  private func segmentNumber(for hash: UInt32) -> Int {
    Int(directory[globalDepth == 0 ? 0 : Int(hash >> UInt32(32 - globalDepth))])
  }

  /// Keyed anew in each process: nobody can choose texts that fall together.
  private static func hash(of key: String) -> UInt32 {
    UInt32(truncatingIfNeeded: key.hashValue)
  }
}

/// The pages of the texts whose hashes begin alike: up to 64, told apart by the next six bits.
final class HashSegment {
  /// How many bits of a hash tell its page, after those that tell its segment.
  static let pageBits = 6

  /// How many first bits of a hash all its texts have in common.
  private(set) var depth: Int
  private var pages: [HashPage]
  /// The page of each value of the six bits. One that has not split stands in several places.
  private var directory = InlineArray<64, UInt8>(repeating: 0)

  init() {
    depth = 0
    pages = [HashPage(depth: 0)]
  }

  private init(depth: Int) {
    self.depth = depth
    pages = []
  }

  private init(copying other: HashSegment) {
    depth = other.depth
    pages = other.pages
    directory = other.directory
  }

  func copy() -> HashSegment {
    HashSegment(copying: self)
  }

  var keys: [String] {
    pages.flatMap { $0.entries.map(\.key) }
  }

  func rows(under key: String, hash: UInt32) -> PostingList? {
    pages[Int(directory[directorySlot(of: hash)])].rows(under: key, hash: hash)
  }

  /// As `KeyPage.change`.
  func updateRows(under key: String, hash: UInt32, body: (inout PostingList?) -> Void) -> Int {
    let number = Int(directory[directorySlot(of: hash)])
    if !isKnownUniquelyReferenced(&pages[number]) { pages[number] = pages[number].copy() }
    return pages[number].updateRows(under: key, hash: hash, body: body)
  }

  /// Lets go of a page; false when there are none. The segment is of no use for anything else afterwards.
  func releasePage() -> Bool {
    pages.popLast() != nil
  }

  /// Whether the page of this hash has more texts than it has room for.
  func isOverfull(at hash: UInt32) -> Bool {
    pages[Int(directory[directorySlot(of: hash)])].isOverfull
  }

  /// Splits the page of this hash, which was changed just now. False when the six bits are used up.
  func splitPage(at hash: UInt32) -> Bool {
    let number = Int(directory[directorySlot(of: hash)])
    let page = pages[number]
    guard page.depth < depth + Self.pageBits else { return false }
    pages.append(page.split())
    let half = 1 << (depth + Self.pageBits - page.depth)
    for slot in 0..<64 where Int(directory[slot]) == number && slot & half != 0 {
      directory[slot] = UInt8(truncatingIfNeeded: pages.count - 1)
    }
    return true
  }

  /// Keeps the texts whose next bit is 0 and returns the segment of the others. Every page has split at least once.
  func split() -> HashSegment {
    let upper = half(from: 32)
    let lower = half(from: 0)
    depth = lower.depth
    pages = lower.pages
    directory = lower.directory
    return upper
  }

  /// Half of the pages, in a segment where each has twice as many slots.
  private func half(from start: Int) -> HashSegment {
    let half = HashSegment(depth: depth + 1)
    var numbers: [UInt8: UInt8] = [:]
    for slot in 0..<64 {
      let number = directory[start + slot / 2]
      if numbers[number] == nil {
        numbers[number] = UInt8(truncatingIfNeeded: half.pages.count)
        half.pages.append(pages[Int(number)])
      }
      half.directory[slot] = numbers[number] ?? 0
    }
    return half
  }

  private func directorySlot(of hash: UInt32) -> Int {
    Int((hash << UInt32(depth)) >> UInt32(32 - Self.pageBits))
  }
}

/// Up to 32 texts with what stands under them: what a write to a shared `KeyTable` copies. More only when they could not
/// be told apart by their hashes.
///
/// A byte of each text's hash stands in the page itself: most look-ups that find nothing need not read the texts.
final class HashPage {
  /// One text.
  struct Entry {
    let key: String
    var rows: PostingList
    let hash: UInt32
  }

  /// How many entries have a mark.
  static let capacity = 32

  /// How many first bits of their hashes the texts of this page have in common.
  private(set) var depth: Int
  private(set) var entries: [Entry]
  /// A byte of each of the first 32 entries' hashes, never 0; 0 where there is no entry.
  private var tags = InlineArray<4, UInt64>(repeating: 0)

  init(depth: Int) {
    self.depth = depth
    entries = []
  }

  private init(copying other: HashPage) {
    depth = other.depth
    entries = other.entries
    tags = other.tags
  }

  func copy() -> HashPage {
    HashPage(copying: self)
  }

  var isOverfull: Bool { entries.count > Self.capacity }

  func rows(under key: String, hash: UInt32) -> PostingList? {
    index(of: key, hash: hash).map { entries[$0].rows }
  }

  /// Lets `body` change what stands under a text, which is nil when nothing does. Returns by how many the texts grew.
  func updateRows(under key: String, hash: UInt32, body: (inout PostingList?) -> Void) -> Int {
    guard let place = index(of: key, hash: hash) else {
      var rows: PostingList? = Optional.none
      body(&rows)
      guard let rows else { return 0 }
      append(Entry(key: key, rows: rows, hash: hash))
      return 1
    }
    // Taken out meanwhile, so that many rows are not copied for being in two places.
    var rows: PostingList? = entries[place].rows
    entries[place].rows = .one(Row(0))
    body(&rows)
    if let rows {
      entries[place].rows = rows
      return 0
    }
    remove(at: place)
    return -1
  }

  /// Moves the texts whose hashes have a 1 in the next bit to a page of their own, which is returned.
  func split() -> HashPage {
    let bit = UInt32(1) << UInt32(31 - depth)
    depth += 1
    let other = HashPage(depth: depth)
    let all = entries
    entries = []
    tags = InlineArray(repeating: 0)
    for entry in all {
      if entry.hash & bit == 0 { append(entry) } else { other.append(entry) }
    }
    return other
  }

  private func append(_ entry: Entry) {
    setTag(at: entries.count, to: Self.tag(of: entry.hash))
    entries.append(entry)
  }

  /// Puts the last entry in the place of the removed one.
  private func remove(at place: Int) {
    let last = entries.removeLast()
    setTag(at: entries.count, to: 0)
    guard place < entries.count else { return }
    entries[place] = last
    setTag(at: place, to: Self.tag(of: last.hash))
  }

  private func index(of key: String, hash: UInt32) -> Int? {
    let pattern = UInt64(Self.tag(of: hash)) &* Self.everyByte
    for word in 0..<4 {
      var found = Self.zeroBytes(in: tags[word] ^ pattern)
      while found != 0 {
        let place = word << 3 | found.trailingZeroBitCount >> 3
        if entries[place].hash == hash, entries[place].key == key { return place }
        found &= found - 1
      }
    }
    guard isOverfull else { return nil }
    return entries[Self.capacity...].firstIndex { $0.hash == hash && $0.key == key }
  }

  private func setTag(at place: Int, to mark: UInt8) {
    guard place < Self.capacity else { return }
    let shift = UInt64(place & 7) << 3
    tags[place >> 3] = tags[place >> 3] & ~(0xFF << shift) | UInt64(mark) << shift
  }

  /// Of the bits that tell pages apart last.
  private static func tag(of hash: UInt32) -> UInt8 {
    max(1, UInt8(truncatingIfNeeded: hash))
  }

  private static let everyByte: UInt64 = 0x0101_0101_0101_0101

  /// The highest bit of every byte that is 0.
  private static func zeroBytes(in word: UInt64) -> UInt64 {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    return ~((word & low) &+ low | word | low)
  }
}
