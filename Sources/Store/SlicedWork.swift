/// A computation in steps, between which the event loop can do other work (a trampoline: Ganz, Friedman, Wand:
/// *Trampolined style*, 1999, <https://doi.org/10.1145/317636.317779>).
///
/// What is short finishes at once, and costs nothing more than its value. To cancel a computation, release it.
public enum SlicedWork<Value> {
  case finished(Value)
  /// Each call of `step` does a part of the work, which takes at most about a millisecond. It returns nil until the last
  /// call returns the value, and must not be called after that or after it threw an error.
  case unfinished(step: () throws -> Value?)

  /// The same work with another result.
  public func map<Other>(_ transform: @escaping (Value) throws -> Other) rethrows -> SlicedWork<Other> {
    switch self {
    case .finished(let value): .finished(try transform(value))
    case .unfinished(let step): .unfinished { try step().map(transform) }
    }
  }

  /// This work, followed by the work that `next` returns.
  public func then<Other>(_ next: @escaping (Value) throws -> SlicedWork<Other>) rethrows -> SlicedWork<Other> {
    switch self {
    case .finished(let value): return try next(value)
    case .unfinished(let step):
      var rest: SlicedWork<Other>?
      return .unfinished {
        if case .unfinished(let step) = rest { return try step() }
        guard let value = try step() else { return nil }
        let following = try next(value)
        rest = following
        return if case .finished(let value) = following { value } else { nil }
      }
    }
  }

  /// The results of the work that `body` returns for each item, in order. A step works on up to 64 items whose work is short.
  public static func mapping<Item, Part>(
    _ items: [Item], _ body: @escaping (Item) throws -> SlicedWork<Part>
  ) rethrows -> SlicedWork<[Part]> where Value == [Part] {
    var (parts, position) = ([Part](), 0)
    var current: SlicedWork<Part>?
    return .unfinished {
      if case .unfinished(let step) = current {
        guard let part = try step() else { return nil }
        parts.append(part)
        current = nil
      }
      for item in items[position...].prefix(64) {
        position += 1
        switch try body(item) {
        case .finished(let part): parts.append(part)
        case let work:
          current = work
          return nil
        }
      }
      return position == items.count && current == nil ? parts : nil
    }
  }

  /// The same work, in which each step runs in `body`.
  public func wrappingSteps(in body: @escaping (() throws -> Value?) throws -> Value?) -> SlicedWork {
    guard case .unfinished(let step) = self else { return self }
    return .unfinished { try body(step) }
  }

  /// Runs steps for a time.
  /// - Parameter duration: the time after which no further step is begun; nil for no limit
  /// - Returns: the finished work, or the rest
  public func run(for duration: Duration? = nil) throws -> SlicedWork {
    guard case .unfinished(let step) = self else { return self }
    let end = duration.map { ContinuousClock.now + $0 }
    repeat {
      if let value = try step() { return .finished(value) }
    } while end.map { ContinuousClock.now < $0 } ?? true
    return self
  }

  /// Runs all steps and returns the value.
  public func value() throws -> Value {
    while true {
      if case .finished(let value) = try run() { return value }
    }
  }
}
