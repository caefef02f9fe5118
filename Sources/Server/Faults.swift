import API
import HTTPMessage
import Store

/// The fault rules of a workspace, in the order in which they came.
public final class Faults {
  /// What becomes of one request.
  struct Strike {
    let rule: FaultRule
    let milliseconds: Int?
  }

  public private(set) var rules: [FaultRule] = []
  private var random: IDGenerator
  private let seed: UInt64
  private var count = 0

  init(seed: UInt64) {
    self.seed = seed
    random = IDGenerator(seed: seed)
  }

  public func nextID() -> String {
    count += 1
    return "fault-\(count)"
  }

  public func add(_ rule: FaultRule) {
    rules.append(rule)
  }

  /// Takes a rule away; false when there is none of this id.
  public func remove(_ id: String) -> Bool {
    guard let index = rules.firstIndex(where: { $0.id == id }) else { return false }
    rules.remove(at: index)
    return true
  }

  /// Takes all rules away and starts anew: the same rules then delay by the same times.
  public func clear() {
    rules.removeAll()
    random = IDGenerator(seed: seed)
    count = 0
  }

  /// The first rule that takes this request; those that let it pass count it.
  func strike(_ subject: RequestPattern.Subject, isControl: Bool) -> Strike? {
    for index in rules.indices where !rules[index].isSpent {
      let pattern = rules[index].pattern
      guard !isControl || pattern.path?.hasPrefix("/_mock") ?? false, pattern.fits(subject) else { continue }
      rules[index].seen += 1
      guard rules[index].seen > rules[index].after else { continue }
      rules[index].taken += 1
      return Strike(rule: rules[index], milliseconds: rules[index].delay?.milliseconds(&random))
    }
    return nil
  }
}
