import Store
import Testing

@Suite struct SlicedWorkTests {
  struct Failure: Error {}

  /// Work that returns a number after as many steps.
  private func countdown(from number: Int) -> SlicedWork<Int> {
    var left = number
    return .unfinished {
      left -= 1
      return left == 0 ? number : nil
    }
  }

  @Test func `Work runs for a time, at least one step, and goes on later`() throws {
    let first = try countdown(from: 3).run(for: .zero)
    let second = try first.run(for: .zero)
    guard case .unfinished = second, case .finished(let value) = try second.run(for: .zero) else {
      Issue.record("three steps were expected")
      return
    }
    #expect(value == 3)
  }

  @Test func `Results are transformed, and work follows work`() throws {
    #expect(try countdown(from: 2).map { $0 * 10 }.value() == 20)
    #expect(try countdown(from: 2).then { self.countdown(from: $0 + 1) }.value() == 3)
    #expect(try countdown(from: 2).then { .finished($0 + 1) }.value() == 3)
    #expect(try SlicedWork.finished(1).then { .finished($0 + 1) }.value() == 2)
  }

  @Test func `Items are worked on in order, whether their work is short or long`() throws {
    let items = Array(1...200)
    let work = SlicedWork<[Int]>.mapping(items) { $0 % 3 == 0 ? self.countdown(from: $0) : .finished($0) }
    #expect(try work.value() == items)
    #expect(try SlicedWork<[Int]>.mapping([Int]()) { .finished($0) }.value() == [])
  }

  @Test func `An error ends the work`() {
    #expect(throws: Failure.self) { try self.countdown(from: 2).map { _ in throw Failure() }.value() }
    #expect(throws: Failure.self) {
      try self.countdown(from: 1).then { _ in SlicedWork<Int>.unfinished { throw Failure() } }.value()
    }
  }

  @Test func `Each step can run inside a function`() throws {
    var count = 0
    let work = countdown(from: 4).wrappingSteps { step in
      count += 1
      return try step()
    }
    #expect(try work.value() == 4)
    #expect(count == 4)
  }
}
