import API

/// A search for words, as people type them: all of them must be found, each whole or as the beginning of a longer one,
/// whatever their case and accents.
///
/// Unknown: how Intercom ranks and what it does with endings; here a title counts more than a body, a whole word more
/// than a beginning, and words that stand together as they were typed most.
struct WordSearch {
  /// A text that is searched.
  struct WeightedText {
    let text: String
    let isHTML: Bool
    /// How much a word in it counts.
    let weight: Int

    init(_ text: String?, weight: Int, isHTML: Bool = false) {
      self.text = text ?? ""
      self.weight = weight
      self.isHTML = isHTML
    }
  }

  /// More of the same word in one text count no more.
  private static let maximumOccurrences = 5

  /// Words beyond this many are not looked for: each is compared with every word of every text.
  private static let maximumWords = 100

  private let words: [[UInt8]]

  init(phrase: String) {
    words = Array(WordTokenizer.words(in: phrase).prefix(Self.maximumWords))
  }

  /// Whether there is no word to look for; then everything is found.
  var isEmpty: Bool {
    words.isEmpty
  }

  /// How well texts that belong together fit; nil when a word is in none of them.
  func score(of texts: [WeightedText]) -> Int? {
    var isFound = Array(repeating: false, count: words.count)
    var score = 0
    for text in texts where !text.text.isEmpty {
      var counts = Array(repeating: 0, count: words.count)
      var together = 0
      WordTokenizer.forEachWord(in: text.text, isHTML: text.isHTML) { word, _ in
        for (number, wanted) in words.enumerated() where word.starts(with: wanted) {
          isFound[number] = true
          guard counts[number] < Self.maximumOccurrences else { continue }
          counts[number] += 1
          score += text.weight * (word.count == wanted.count ? 2 : 1)
        }
        together = runLength(after: together, word: word)
        if together == words.count, words.count > 1 { score += 5 * text.weight * words.count }
      }
    }
    return isFound.contains(false) ? nil : score
  }

  /// What is found of some things, best first; those that fit alike stay in their order.
  func ranked<Thing>(_ things: [Thing], texts: (Thing) -> [WeightedText]) -> [Thing] {
    guard !isEmpty else { return things }
    let found = things.compactMap { thing in score(of: texts(thing)).map { (thing: thing, score: $0) } }
    return found.sorted { $0.score > $1.score }.map(\.thing)
  }

  /// How many words in a row stand as they were typed, once this one is read.
  private func runLength(after together: Int, word: [UInt8]) -> Int {
    let place = together < words.count ? together : 0
    if words.indices.contains(place), word.starts(with: words[place]) { return place + 1 }
    return words.first.map { word.starts(with: $0) } == true ? 1 : 0
  }

  /// The ranges of UTF-8 of a plain text in which words are found.
  func hits(in text: String) -> [Range<Int>] {
    var hits: [Range<Int>] = []
    WordTokenizer.forEachWord(in: text) { word, range in
      if words.contains(where: { word.starts(with: $0) }) { hits.append(range) }
    }
    return hits
  }
}

/// A text cut into what a search found and what stands between.
///
/// Unknown: how Intercom cuts its excerpts; here they are the sentences that hold a word, at most three.
enum Highlights {
  /// Most excerpts of one text.
  private static let limit = 3

  /// A whole plain text: `[{"type": "highlight", "text": ...}, {"type": "plain", "text": ...}]`.
  static func wholeText(_ text: String, for search: WordSearch) -> Node {
    .array(segments(of: text, for: search).map(node))
  }

  /// The sentences of a plain text that hold a word, each cut like a whole text.
  static func excerpts(of text: String, for search: WordSearch) -> Node {
    let found = sentences(in: text).lazy.map { segments(of: $0, for: search) }.filter { $0.contains(where: \.isHit) }
    return .array(found.prefix(limit).map { .array($0.map(node)) })
  }

  private static func node(for stretch: (text: String, isHit: Bool)) -> Node {
    .members(["type": stretch.isHit ? "highlight" : "plain", "text": .string(stretch.text)])
  }

  private static func segments(of text: String, for search: WordSearch) -> [(text: String, isHit: Bool)] {
    var stretches: [(text: String, isHit: Bool)] = []
    var place = 0
    func add(upTo end: Int, isHit: Bool) {
      guard end > place else { return }
      let utf8 = text.utf8
      let range = utf8.index(utf8.startIndex, offsetBy: place)..<utf8.index(utf8.startIndex, offsetBy: end)
      stretches.append((String(text[range]), isHit))
      place = end
    }
    for hit in search.hits(in: text) {
      add(upTo: hit.lowerBound, isHit: false)
      add(upTo: hit.upperBound, isHit: true)
    }
    add(upTo: text.utf8.count, isHit: false)
    return stretches
  }

  private static func sentences(in text: String) -> [String] {
    var sentences: [String] = []
    var sentence = ""
    var isEnding = false
    for character in text {
      if character.isNewline || isEnding && character == " " {
        sentences.append(sentence)
        sentence = ""
      } else {
        sentence.append(character)
      }
      isEnding = ".!?".contains(character)
    }
    return (sentences + [sentence]).filter { !$0.isEmpty }
  }
}
