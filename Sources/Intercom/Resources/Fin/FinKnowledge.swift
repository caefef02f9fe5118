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
