import API

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
