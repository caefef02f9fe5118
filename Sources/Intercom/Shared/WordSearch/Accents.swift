/// Letters without their accents, for searching words: `é` is `e`, `ß` is `ss`.
///
/// The standard library compares by canonical equivalence, but takes nothing apart in public: this table stands for a
/// normaliser, and nothing else knows of it. It holds what Unicode composes of one letter and marks in the Latin, Greek
/// and Cyrillic scripts, each row a letter and its forms, and the Latin letters that are written as others where they are
/// not known.
enum Accents {
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

  private static let spelled: KeyValuePairs<Unicode.Scalar, String> = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "ł": "l", "þ": "th", "ð": "d", "ŋ": "n",
    "ς": "σ",
  ]

  private static let letters: [Unicode.Scalar: [UInt8]] = {
    var letters: [Unicode.Scalar: [UInt8]] = [:]
    for row in rows.split(separator: "\n") {
      let letter = Array(String(row.prefix { $0 != " " }).utf8)
      for form in row.unicodeScalars.drop(while: { $0 != " " }).dropFirst() { letters[form] = letter }
    }
    for (form, spelling) in spelled { letters[form] = Array(spelling.utf8) }
    return letters
  }()

  /// The letter of a lower-case letter with accents; nil for one that has none.
  static func letter(of form: Unicode.Scalar) -> [UInt8]? {
    letters[form]
  }

  /// Whether a scalar is an accent of its own, after the letter that it belongs to.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    (0x300..<0x370).contains(scalar.value)
  }
}
