import ASCII

/// The words of a text: letters and digits in a row, in lower case and without accents. A Chinese or Japanese sign is a
/// word of its own, as those scripts set no spaces. Of HTML, tags and entities are no words.
struct WordTokenizer {
  private let isHTML: Bool
  private var word: [UInt8] = []
  /// Where the word that is being read starts.
  private var start = 0

  private init(isHTML: Bool) {
    self.isHTML = isHTML
  }

  /// Hands out each word, folded, and the range of UTF-8 that it takes in the text.
  static func forEachWord(in text: String, isHTML: Bool = false, _ use: (_ word: [UInt8], _ range: Range<Int>) -> Void)
  {
    var words = WordTokenizer(isHTML: isHTML)
    var text = text
    text.withUTF8 { words.scan($0, use: use) }
  }

  /// The words alone.
  static func words(in text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    forEachWord(in: text) { word, _ in words.append(word) }
    return words
  }

  private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, use: ([UInt8], Range<Int>) -> Void) {
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      if byte >= 0x80 {
        place = readScalar(in: bytes, at: place, use: use)
      } else if let letter = Self.lowercaseASCII(byte) {
        if word.isEmpty { start = place }
        word.append(letter)
        place += 1
      } else {
        finishWord(at: place, use: use)
        place = isHTML ? Self.endOfMarkup(in: bytes, at: place) : place + 1
      }
    }
    finishWord(at: place, use: use)
  }

  private mutating func finishWord(at end: Int, use: ([UInt8], Range<Int>) -> Void) {
    guard !word.isEmpty else { return }
    use(word, start..<end)
    word.removeAll(keepingCapacity: true)
  }

  /// Reads a scalar beyond ASCII and returns the place after it.
  private mutating func readScalar(
    in bytes: UnsafeBufferPointer<UInt8>, at place: Int, use: ([UInt8], Range<Int>) -> Void
  ) -> Int {
    let (scalar, end) = Self.decodeScalar(in: bytes, at: place)
    if AccentFolding.isCombiningMark(scalar) { return end }
    guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
      finishWord(at: place, use: use)
      return end
    }
    let isWord = Self.isSingleScalarWord(scalar)
    if isWord { finishWord(at: place, use: use) }
    if word.isEmpty { start = place }
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

  /// The place after a tag or an entity that starts here, or after this byte. A tag that never ends takes the rest; an
  /// entity is at most ten letters long.
  private static func endOfMarkup(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
    let rest = bytes[(place + 1)...]
    switch bytes[place] {
    case UInt8(ascii: "<"): return rest.firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? bytes.count
    case UInt8(ascii: "&"): return rest.prefix(11).firstIndex(of: UInt8(ascii: ";")).map { $0 + 1 } ?? place + 1
    default: return place + 1
    }
  }

  /// The scalar whose UTF-8 starts here, and the place after it. A String holds no other UTF-8 than whole scalars.
  private static func decodeScalar(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> (
    scalar: Unicode.Scalar, end: Int
  ) {
    let lead = bytes[place]
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    let end = min(place + length, bytes.count)
    let head = UInt32(lead) & (0xFF >> UInt32(length + 1))
    let value = bytes[(place + 1)..<end].reduce(head) { $0 << 6 | UInt32($1 & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", end)
  }
}

/// Letters without their accents, for searching words: `é` is `e`, `ß` is `ss`.
///
/// The standard library compares by canonical equivalence, but takes nothing apart in public: this table stands for a
/// normaliser, and nothing else knows of it. It holds what Unicode composes of one letter and marks in the Latin, Greek
/// and Cyrillic scripts, each row a letter and its forms, and the Latin letters that are written as others where they are
/// not known.
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

  /// The letter of a lower-case letter with accents; nil for one that has none.
  static func baseLetter(of form: Unicode.Scalar) -> [UInt8]? {
    letters[form]
  }

  /// Whether a scalar is an accent of its own, after the letter that it belongs to.
  static func isCombiningMark(_ scalar: Unicode.Scalar) -> Bool {
    (0x300..<0x370).contains(scalar.value)
  }
}
