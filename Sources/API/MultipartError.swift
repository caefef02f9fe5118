/// Why a body is no form.
public struct MultipartError: Error, Equatable {
  /// In words, for a person.
  public let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
