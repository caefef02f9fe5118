import API
import JSON
import Store

/// Selects Fin's answer to a question: an answer defined by a fixture, otherwise one from an article.
enum FinKnowledge {
  private static let clarificationReply = "<p>I am not sure what you mean. Could you say it in other words?</p>"
  private static let noAnswerReply = "<p>I could not find an answer to that.</p>"

  /// Returns the answer to the session's last question.
  ///
  /// Without an answer Fin asks back, and escalates after the second question in a row without one. If follow-up
  /// questions are disabled, it replies that it found no answer and completes.
  static func nextTurn(of session: inout Record, in workspace: Workspace) -> FinTurn {
    let question = session["question"].string ?? ""
    let isDone = session["mode"] == "ask"
    if let turn = scriptedAnswer(to: question, in: workspace) ?? FinArticles.answer(to: question, in: workspace) {
      session["misses"] = 0
      return isDone ? turn.asFinalTurn : turn
    }
    guard session["follow_up_questions"] == true else { return FinTurn(replies: [noAnswerReply], status: "complete") }
    let misses = (session["misses"].integer ?? 0) + 1
    session["misses"] = .integer(misses)
    return misses < 2
      ? FinTurn(replies: [clarificationReply])
      : FinTurn(replies: [], status: "escalated", reason: "Conversation finished without resolution")
  }

  private static func scriptedAnswer(to question: String, in workspace: Workspace) -> FinTurn? {
    let answer = workspace[FinAnswers.model].all.first { answer in
      let words = WordSearch(phrase: answer["words"].string ?? "")
      return !words.isEmpty && words.score(of: [WordSearch.WeightedText(question, weight: 1)]) != nil
    }
    return answer.map {
      FinTurn(
        replies: [HTML.paragraphs(from: $0["body"].string ?? "")], status: $0["status"].string ?? "awaiting_user_reply",
        reason: $0["reason"].string, answerType: "custom_answer")
    }
  }
}

extension FinTurn {
  /// The same answer as the last one of a session. An `ask` session ends after one answer and never escalates.
  fileprivate var asFinalTurn: FinTurn {
    var copy = self
    copy.status = "complete"
    copy.reason = nil
    return copy
  }
}

/// Answers from articles that are published and available to the AI chatbot, in the language that matches best.
///
/// Unknown: how the service words its answers; here the first sentences of the article and a link to it.
enum FinArticles {
  /// Words that are ignored in a question.
  private static let stopWords: Set<String> = [
    "about", "also", "and", "any", "anyone", "are", "but", "can", "could", "did", "does", "for", "from",
    "get",
    "had", "has", "have", "hello", "help", "her", "his", "how", "into", "its", "just", "know", "like", "may", "might",
    "much", "must", "need", "not", "our", "please", "shall", "she", "should", "some", "tell", "than", "thank", "thanks",
    "that", "the", "their", "them", "then", "there", "they", "this", "was", "want", "were", "what", "when", "where",
    "which", "who", "why", "will", "with", "would", "you", "your",
  ]

  /// Number of sentences quoted from an article.
  private static let excerptSentences = 2

  /// The match of one article in one language.
  private struct Hit {
    let article: Record
    let content: Record
    let locale: String
    /// Number of the question's words that the content contains, and the total weight of the matches.
    let matchedWords: Int
    let score: Int
  }

  /// Returns the answer from the article that contains most of the question's words, or nil if no article contains at
  /// least half of them.
  static func answer(to question: String, in workspace: Workspace) -> FinTurn? {
    let words = words(of: question)
    guard !words.isEmpty, let hit = bestHit(for: words, in: workspace), hit.matchedWords * 2 >= words.count else {
      return nil
    }
    let title = hit.content["title"].string ?? ""
    let url = ArticleContents.url(of: hit.content, locale: hit.locale, article: hit.article, in: workspace)
    var source = ConversationModels.contentSource.blank()
    source["content_type"] = "article"
    source["url"] = .string(url ?? "")
    source["title"] = .string(title)
    source["locale"] = .string(hit.locale)
    return FinTurn(
      replies: [replyHTML(for: hit.content, title: title, url: url)], answerType: "ai_answer", sources: [source])
  }

  private static func words(of question: String) -> [String] {
    var seen: Set<String> = []
    return WordTokenizer.words(in: question).map { String(decoding: $0, as: UTF8.self) }.filter {
      ($0.utf8.count > 2 || $0.utf8.contains { $0 >= 0x80 }) && !stopWords.contains($0) && seen.insert($0).inserted
    }
  }

  /// Returns the best match, or nil without one. Equal matches are resolved by the lowest article id.
  private static func bestHit(for words: [String], in workspace: Workspace) -> Hit? {
    let searches = words.map { WordSearch(phrase: $0) }
    var best: Hit?
    for article in workspace[Articles.model].all {
      let languages = Article(article)
      for locale in languages.locales {
        guard let content = languages.liveContent(for: locale), isAvailable(content),
          let hit = hit(for: article, content: content, locale: locale, searches: searches)
        else {
          continue
        }
        if let known = best, (known.matchedWords, known.score) >= (hit.matchedWords, hit.score) { continue }
        best = hit
      }
    }
    return best
  }

  private static func isAvailable(_ content: Record) -> Bool {
    content["state"] == "published" && content["ai_chatbot_availability"] != false
  }

  private static func hit(for article: Record, content: Record, locale: String, searches: [WordSearch]) -> Hit? {
    let texts = [
      WordSearch.WeightedText(content["title"].string, weight: 8),
      WordSearch.WeightedText(content["description"].string, weight: 3),
      WordSearch.WeightedText(content["body"].string, weight: 1, isHTML: true),
    ]
    let scores = searches.compactMap { $0.score(of: texts) }
    guard !scores.isEmpty else { return nil }
    return Hit(
      article: article, content: content, locale: locale, matchedWords: scores.count, score: scores.reduce(0, +))
  }

  private static func replyHTML(for content: Record, title: String, url: String?) -> String {
    let text = PlainText.text(from: content["body"].string ?? "", showsAddresses: false)
    let link = url.map { "<a href=\"\(HTML.escaped($0))\">\(HTML.escaped(title))</a>" } ?? HTML.escaped(title)
    let start = excerpt(of: text)
    return (start.isEmpty ? "" : "<p>\(HTML.escaped(start))</p>") + "<p>\(link)</p>"
  }

  /// The first sentences of a string, up to the end of its first paragraph.
  private static func excerpt(of text: String) -> String {
    var count = 0
    var excerpt = ""
    for character in text.drop(while: \.isWhitespace) {
      if character.isNewline { break }
      excerpt.append(character)
      if ".!?".contains(character) { count += 1 }
      if count == excerptSentences { break }
    }
    return excerpt
  }
}

/// Answers that a fixture defines for questions that contain all of the given words, in any case and order. The first
/// matching answer is used, and it takes precedence over articles.
enum FinAnswers {
  static let model = Model(
    name: "fin_answer", collection: "fin_answers", ids: .sequence(from: 1),
    fields: [
      .string("id"), .string("words"), .string("body"),
      .string(
        "status", initial: "awaiting_user_reply", oneOf: ["awaiting_user_reply", "escalated", "resolved", "complete"]),
      // The reason of an escalation.
      .string("reason"),
    ])
}
