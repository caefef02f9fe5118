import API

/// A full-text search. Every word of the phrase must occur, as a word or as the prefix of a word; case and accents are
/// ignored.
///
/// Unknown: how Intercom ranks and whether it stems words; here a title has more weight than a body, a complete word
/// more than a prefix, and the phrase in its original order most.
struct WordSearch {
  /// A text to search.
  struct WeightedText {
    let text: String
    let isHTML: Bool
    /// The score of a match in this text.
    let weight: Int

    init(_ text: String?, weight: Int, isHTML: Bool = false) {
      self.text = text ?? ""
      self.weight = weight
      self.isHTML = isHTML
    }
  }

  /// Maximum number of matches of a word that count in one text.
  private static let maximumOccurrences = 5

  /// Maximum number of words of a phrase; further words are ignored. Each word is compared with every word of every
  /// text.
  private static let maximumWords = 100

  private let words: [[UInt8]]

  init(phrase: String) {
    words = Array(WordTokenizer.words(in: phrase).prefix(Self.maximumWords))
  }

  /// Whether the phrase contains no word; such a search matches everything.
  var isEmpty: Bool {
    words.isEmpty
  }

  /// Returns the score of the texts of one record; nil if a word occurs in none of them.
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

  /// Returns the matches, best first; the order of matches with the same score is unchanged.
  func ranked<Thing>(_ things: [Thing], texts: (Thing) -> [WeightedText]) -> [Thing] {
    guard !isEmpty else { return things }
    let found = things.compactMap { thing in score(of: texts(thing)).map { (thing: thing, score: $0) } }
    return found.sorted { $0.score > $1.score }.map(\.thing)
  }

  /// Returns the number of consecutive words of the phrase, in order, that end at `word`.
  private func runLength(after together: Int, word: [UInt8]) -> Int {
    let index = together < words.count ? together : 0
    if words.indices.contains(index), word.starts(with: words[index]) { return index + 1 }
    return words.first.map { word.starts(with: $0) } == true ? 1 : 0
  }

  /// The UTF-8 ranges of the matches in a plain text.
  func hits(in text: String) -> [Range<Int>] {
    var hits: [Range<Int>] = []
    WordTokenizer.forEachWord(in: text) { word, range in
      if words.contains(where: { word.starts(with: $0) }) { hits.append(range) }
    }
    return hits
  }
}

/// Splits a text into matches and the text between them.
///
/// Unknown: how Intercom selects excerpts; here they are the sentences with a match, at most three.
enum Highlights {
  /// Maximum number of excerpts of a text.
  private static let limit = 3

  /// A complete plain text: `[{"type": "highlight", "text": ...}, {"type": "plain", "text": ...}]`.
  static func wholeText(_ text: String, for search: WordSearch) -> Node {
    .array(segments(of: text, for: search).map(node))
  }

  /// The sentences of a plain text that contain a match, each split like a complete text.
  static func excerpts(of text: String, for search: WordSearch) -> Node {
    let found = sentences(in: text).lazy.map { segments(of: $0, for: search) }.filter { $0.contains(where: \.isHit) }
    return .array(found.prefix(limit).map { .array($0.map(node)) })
  }

  private static func node(for stretch: (text: String, isHit: Bool)) -> Node {
    .members(["type": stretch.isHit ? "highlight" : "plain", "text": .string(stretch.text)])
  }

  private static func segments(of text: String, for search: WordSearch) -> [(text: String, isHit: Bool)] {
    var stretches: [(text: String, isHit: Bool)] = []
    var position = 0
    func add(upTo end: Int, isHit: Bool) {
      guard end > position else { return }
      let utf8 = text.utf8
      let range = utf8.index(utf8.startIndex, offsetBy: position)..<utf8.index(utf8.startIndex, offsetBy: end)
      stretches.append((String(text[range]), isHit))
      position = end
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
