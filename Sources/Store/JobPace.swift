/// When jobs that a client asks for show that they are done.
public enum JobPace: Sendable, Equatable {
  case immediate
  case afterMilliseconds(Int64)
  /// Once they were asked for so many times.
  case afterPolls(Int64)
}
