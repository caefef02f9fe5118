import API

/// One request of a story and the answers to it.
struct StoryStep: Sendable {
  /// Where its title stands, from 1.
  let line: Int
  let title: String
  /// Those that the title names.
  let versions: [APIVersion]?
  /// The lines from the title to the end of the request, as they were written.
  let requestLines: [String]
  /// Seconds by which the clock moves before the request.
  let advanceSeconds: Int64
  let method: String
  let target: String
  let fields: [HeaderLine]
  let body: String
  let answers: [ExpectedResponse]
  let captures: [StoryCapture]

  /// The answer that a version gives.
  func answer(in version: APIVersion) -> ExpectedResponse? {
    answers.first { $0.versions?.contains(version) ?? true }
  }
}
