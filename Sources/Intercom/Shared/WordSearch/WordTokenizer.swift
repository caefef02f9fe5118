import ASCII

/// Splits a text into words: sequences of letters and digits, in lower case and without accents. A Chinese or Japanese
/// character is a word, because those scripts have no spaces. In HTML, tags and entities are skipped.
struct WordTokenizer {
  private let isHTML: Bool
  private var word: [UInt8] = []
  /// UTF-8 offset of the start of the current word.
  private var start = 0

  private init(isHTML: Bool) {
    self.isHTML = isHTML
  }

  /// Calls `use` with each word, folded, and its UTF-8 range in the text.
  static func forEachWord(in text: String, isHTML: Bool = false, _ use: (_ word: [UInt8], _ range: Range<Int>) -> Void)
  {
    var words = WordTokenizer(isHTML: isHTML)
    var text = text
    text.withUTF8 { words.scan($0, use: use) }
  }

  /// The words of a text, without their ranges.
  static func words(in text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    forEachWord(in: text) { word, _ in words.append(word) }
    return words
  }

  private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, use: ([UInt8], Range<Int>) -> Void) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x80 {
        index = readScalar(in: bytes, at: index, use: use)
      } else if let letter = Self.lowercaseASCII(byte) {
        if word.isEmpty { start = index }
        word.append(letter)
        index += 1
      } else {
        finishWord(at: index, use: use)
        index = isHTML ? Self.endOfMarkup(in: bytes, at: index) : index + 1
      }
    }
    finishWord(at: index, use: use)
  }

  private mutating func finishWord(at end: Int, use: ([UInt8], Range<Int>) -> Void) {
    guard !word.isEmpty else { return }
    use(word, start..<end)
    word.removeAll(keepingCapacity: true)
  }

  /// Reads a scalar outside ASCII; returns the offset after it.
  private mutating func readScalar(
    in bytes: UnsafeBufferPointer<UInt8>, at index: Int, use: ([UInt8], Range<Int>) -> Void
  ) -> Int {
    let (scalar, end) = Self.decodeScalar(in: bytes, at: index)
    if AccentFolding.isCombiningMark(scalar) { return end }
    guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
      finishWord(at: index, use: use)
      return end
    }
    let isWord = Self.isSingleScalarWord(scalar)
    if isWord { finishWord(at: index, use: use) }
    if word.isEmpty { start = index }
    for lower in scalar.properties.lowercaseMapping.unicodeScalars where !AccentFolding.isCombiningMark(lower) {
      word += AccentFolding.baseLetter(of: lower) ?? Array(String(lower).utf8)
    }
    if isWord { finishWord(at: end, use: use) }
    return end
  }

  /// A letter or digit of ASCII in lower case; nil for anything else.
  private static func lowercaseASCII(_ byte: UInt8) -> UInt8? {
    byte.isASCIIDigit || byte.isASCIILetter ? byte.asciiLowercased : nil
  }

  /// Ideographs and kana.
  private static func isSingleScalarWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isIdeographic || (0x3040..<0x3100).contains(scalar.value)
  }

  /// Returns the offset after the tag or entity that starts at this offset, or after this byte. An unclosed tag extends
  /// to the end of the text; an entity has at most ten letters.
  private static func endOfMarkup(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let rest = bytes[(index + 1)...]
    switch bytes[index] {
    case UInt8(ascii: "<"): return rest.firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? bytes.count
    case UInt8(ascii: "&"): return rest.prefix(11).firstIndex(of: UInt8(ascii: ";")).map { $0 + 1 } ?? index + 1
    default: return index + 1
    }
  }

  /// Decodes the scalar at this offset; returns it with the offset after it. A `String` contains only complete scalars.
  private static func decodeScalar(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (
    scalar: Unicode.Scalar, end: Int
  ) {
    let lead = bytes[index]
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    let end = min(index + length, bytes.count)
    let head = UInt32(lead) & (0xFF >> UInt32(length + 1))
    let value = bytes[(index + 1)..<end].reduce(head) { $0 << 6 | UInt32($1 & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", end)
  }
}

/// Letters without accents, for the word search: `é` is `e`, `ß` is `ss`.
///
/// The standard library has no public function that decomposes a character, so this table contains the composed letters
/// of the Latin, Greek and Cyrillic scripts. Each row is a letter and its accented forms. `spellings` contains Latin
/// letters that have a common transcription.
enum AccentFolding {
  private static let rows = """
    a àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ
    b ḃḅḇ
    c çćĉċčḉ
    d ďḋḍḏḑḓ
    e èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ
    f ḟ
    g ĝğġģǧǵḡ
    h ĥȟḣḥḧḩḫẖ
    i ìíîïĩīĭįǐȉȋḭḯỉị
    j ĵǰ
    k ķǩḱḳḵ
    l ĺļľḷḹḻḽ
    m ḿṁṃ
    n ñńņňǹṅṇṉṋ
    o òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ
    p ṕṗ
    r ŕŗřȑȓṙṛṝṟ
    s śŝşšșṡṣṥṧṩ
    t ţťțṫṭṯṱẗ
    u ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự
    v ṽṿ
    w ŵẁẃẅẇẉẘ
    x ẋẍ
    y ýÿŷȳẏẙỳỵỷỹ
    z źżžẑẓẕ
    æ ǣǽ
    ø ǿ
    ſ ẛ
    ʒ ǯ
    α άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ
    ε έἐἑἒἓἔἕὲέ
    η ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ
    ι ΐίϊἰἱἲἳἴἵἶἷὶίῐῑῒΐῖῗ
    ο όὀὁὂὃὄὅὸό
    ρ ῤῥ
    υ ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ
    ω ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ
    а ӑӓ
    г ѓ
    е ѐёӗ
    ж ӂӝ
    з ӟ
    и йѝӣӥ
    к ќ
    о ӧ
    у ўӯӱӳ
    ч ӵ
    ы ӹ
    э ӭ
    і ї
    ѵ ѷ
    ә ӛ
    ө ӫ
    """

  private static let spellings: KeyValuePairs<Unicode.Scalar, String> = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "ł": "l", "þ": "th", "ð": "d", "ŋ": "n",
    "ς": "σ",
  ]

  private static let letters: [Unicode.Scalar: [UInt8]] = {
    var letters: [Unicode.Scalar: [UInt8]] = [:]
    for row in rows.split(separator: "\n") {
      let letter = Array(String(row.prefix { $0 != " " }).utf8)
      for form in row.unicodeScalars.drop(while: { $0 != " " }).dropFirst() { letters[form] = letter }
    }
    for (form, spelling) in spellings { letters[form] = Array(spelling.utf8) }
    return letters
  }()

  /// Returns the base letter of a lower-case letter with accents; nil if it has no accent.
  static func baseLetter(of form: Unicode.Scalar) -> [UInt8]? {
    letters[form]
  }

  /// Whether a scalar is a combining accent, which follows the letter it belongs to.
  static func isCombiningMark(_ scalar: Unicode.Scalar) -> Bool {
    (0x300..<0x370).contains(scalar.value)
  }
}
