import API

/// A text cut into what a search found and what stands between.
///
/// Unknown: how Intercom cuts its excerpts; here they are the sentences that hold a word, at most three.
enum Highlights {
  /// Most excerpts of one text.
  private static let limit = 3

  /// A whole plain text: `[{"type": "highlight", "text": ...}, {"type": "plain", "text": ...}]`.
  static func whole(_ text: String, _ search: WordSearch) -> Node {
    .array(stretches(text, search).map(node))
  }

  /// The sentences of a plain text that hold a word, each cut like a whole text.
  static func excerpts(_ text: String, _ search: WordSearch) -> Node {
    let found = sentences(text).lazy.map { stretches($0, search) }.filter { $0.contains(where: \.isHit) }
    return .array(found.prefix(limit).map { .array($0.map(node)) })
  }

  private static func node(_ stretch: (text: String, isHit: Bool)) -> Node {
    .members(["type": stretch.isHit ? "highlight" : "plain", "text": .string(stretch.text)])
  }

  private static func stretches(_ text: String, _ search: WordSearch) -> [(text: String, isHit: Bool)] {
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

  private static func sentences(_ text: String) -> [String] {
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
