/// When work is done that is left for later.
public enum Pace: Sendable, Equatable {
  /// Before the next request.
  case immediate
  /// So much later, on the workspace's clock.
  case afterMilliseconds(Int64)
  /// Once it was asked for so many times.
  case afterPolls(Int64)

  /// The first of two steps that take this long together.
  public var firstHalf: Pace {
    switch self {
    case .immediate: .immediate
    case .afterMilliseconds(let time): .afterMilliseconds(time / 2)
    case .afterPolls(let count): .afterPolls(count / 2)
    }
  }

  /// The second of them.
  public var secondHalf: Pace {
    switch self {
    case .immediate: .immediate
    case .afterMilliseconds(let time): .afterMilliseconds(time - time / 2)
    case .afterPolls(let count): .afterPolls(count - count / 2)
    }
  }
}
