/// `@capture name = path`: a part of an answer that later steps use.
struct StoryCapture: Sendable {
  let name: String
  let path: String
  /// The line as it was written.
  let line: String

  /// The field it takes, when it takes a field.
  var field: String? {
    path.hasPrefix("header ") ? path.dropFirst("header ".count).trimmed : nil
  }
}
