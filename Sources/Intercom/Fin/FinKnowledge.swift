import API
import JSON
import Store

/// What Fin knows to say to a question: what a fixture tells it, else what an article says.
enum FinKnowledge {
  private static let askingBack = "<p>I am not sure what you mean. Could you say it in other words?</p>"
  private static let givingUp = "<p>I could not find an answer to that.</p>"

  /// The answer to what was asked last. Who is not understood twice in a row gets a person; whoever may not be asked back
  /// hears that nothing was found.
  static func turn(_ session: inout Record, _ workspace: Workspace) -> FinTurn {
    let question = session["question"].string ?? ""
    let isDone = session["mode"] == "ask"
    if let turn = scripted(question, workspace) ?? FinArticles.turn(question, workspace) {
      session["misses"] = 0
      return isDone ? turn.ending : turn
    }
    guard session["follow_up_questions"] == true else { return FinTurn(replies: [givingUp], status: "complete") }
    let misses = (session["misses"].integer ?? 0) + 1
    session["misses"] = .integer(misses)
    return misses < 2
      ? FinTurn(replies: [askingBack])
      : FinTurn(replies: [], status: "escalated", reason: "Conversation finished without resolution")
  }

  private static func scripted(_ question: String, _ workspace: Workspace) -> FinTurn? {
    let answer = workspace[FinAnswers.model].all.first { answer in
      let words = WordSearch(answer["words"].string ?? "")
      return !words.isEmpty && words.score([WordSearch.Text(question, weight: 1)]) != nil
    }
    return answer.map {
      FinTurn(
        replies: [HTML.paragraphs($0["body"].string ?? "")], status: $0["status"].string ?? "awaiting_user_reply",
        reason: $0["reason"].string, answerType: "custom_answer")
    }
  }
}

extension FinTurn {
  /// The same answer, after which nothing more is asked: a question asked by itself ends so, and never with a person.
  fileprivate var ending: FinTurn {
    var copy = self
    copy.status = "complete"
    copy.reason = nil
    return copy
  }
}

/// Answers from the workspace's own articles that are published and open to the AI agent, in the best of their languages.
///
/// Unknown: how the service words its answers; here they are the first sentences of the article, and a link to it.
enum FinArticles {
  /// Words that say nothing of what is asked.
  private static let fillers: Set<String> = [
    "about", "also", "and", "any", "anyone", "are", "but", "can", "could", "did", "does", "for", "from",
    "get",
    "had", "has", "have", "hello", "help", "her", "his", "how", "into", "its", "just", "know", "like", "may", "might",
    "much", "must", "need", "not", "our", "please", "shall", "she", "should", "some", "tell", "than", "thank", "thanks",
    "that", "the", "their", "them", "then", "there", "they", "this", "was", "want", "were", "what", "when", "where",
    "which", "who", "why", "will", "with", "would", "you", "your",
  ]

  /// How much is told of an article.
  private static let sentences = 2

  /// What an article in a language has to say.
  private struct Hit {
    let article: Record
    let content: Record
    let locale: String
    /// How many of the words it has, and how well they fit.
    let found: Int
    let score: Int
  }

  /// The answer of the article that has most of the question's words, half of them at least; nil when none has.
  static func turn(_ question: String, _ workspace: Workspace) -> FinTurn? {
    let words = words(of: question)
    guard !words.isEmpty, let hit = best(words, workspace), hit.found * 2 >= words.count else { return nil }
    let title = hit.content["title"].string ?? ""
    let url = ArticleContents.url(hit.content, hit.locale, of: hit.article, workspace)
    var source = ConversationModels.contentSource.blank()
    source["content_type"] = "article"
    source["url"] = .string(url ?? "")
    source["title"] = .string(title)
    source["locale"] = .string(hit.locale)
    return FinTurn(replies: [reply(hit.content, title, url)], answerType: "ai_answer", sources: [source])
  }

  private static func words(of question: String) -> [String] {
    var seen: Set<String> = []
    return Words.of(question).map { String(decoding: $0, as: UTF8.self) }.filter {
      ($0.utf8.count > 2 || $0.utf8.contains { $0 >= 0x80 }) && !fillers.contains($0) && seen.insert($0).inserted
    }
  }

  /// Of those that fit alike the article with the lowest id.
  private static func best(_ words: [String], _ workspace: Workspace) -> Hit? {
    let searches = words.map { WordSearch($0) }
    var best: Hit?
    for article in workspace[Articles.model].all {
      let languages = Article(article)
      for locale in languages.locales {
        guard let content = languages.live(locale), isOpen(content), let hit = hit(article, content, locale, searches)
        else {
          continue
        }
        if let known = best, (known.found, known.score) >= (hit.found, hit.score) { continue }
        best = hit
      }
    }
    return best
  }

  private static func isOpen(_ content: Record) -> Bool {
    content["state"] == "published" && content["ai_chatbot_availability"] != false
  }

  private static func hit(_ article: Record, _ content: Record, _ locale: String, _ searches: [WordSearch]) -> Hit? {
    let texts = [
      WordSearch.Text(content["title"].string, weight: 8), WordSearch.Text(content["description"].string, weight: 3),
      WordSearch.Text(content["body"].string, weight: 1, isHTML: true),
    ]
    let scores = searches.compactMap { $0.score(texts) }
    guard !scores.isEmpty else { return nil }
    return Hit(
      article: article, content: content, locale: locale, found: scores.count, score: scores.reduce(0, +))
  }

  private static func reply(_ content: Record, _ title: String, _ url: String?) -> String {
    let text = PlainText.of(content["body"].string ?? "", showsAddresses: false)
    let link = url.map { "<a href=\"\(HTML.escaped($0))\">\(HTML.escaped(title))</a>" } ?? HTML.escaped(title)
    let start = beginning(of: text)
    return (start.isEmpty ? "" : "<p>\(HTML.escaped(start))</p>") + "<p>\(link)</p>"
  }

  /// The first sentences of a text, up to the end of its first paragraph.
  private static func beginning(of text: String) -> String {
    var count = 0
    var beginning = ""
    for character in text.drop(while: \.isWhitespace) {
      if character.isNewline { break }
      beginning.append(character)
      if ".!?".contains(character) { count += 1 }
      if count == sentences { break }
    }
    return beginning
  }
}

/// What a fixture makes Fin say: to a question that holds all of some words, whatever their case and order. The first that
/// fits counts, and it comes before any article.
enum FinAnswers {
  static let model = Model(
    "fin_answer", collection: "fin_answers", ids: .sequence(from: 1),
    [
      .string("id"), .string("words"), .string("body"),
      .string(
        "status", initial: "awaiting_user_reply", oneOf: ["awaiting_user_reply", "escalated", "resolved", "complete"]),
      // Why it escalates.
      .string("reason"),
    ])
}
