import Glibc
import JSON
import Testing

@Suite("Depth")
struct DepthTests {
  @Test("a text nested 512 deep is read and one nested deeper is refused", arguments: [("[", "]"), ("{\"a\":", "}")])
  func limit(opening: String, closing: String) throws {
    func nested(depth: Int) -> String {
      String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
    }
    let deepest = nested(depth: 512)
    #expect(try JSON(parsing: deepest).text == deepest)
    let offset = 512 * opening.utf8.count
    #expect(throws: JSONError(offset: offset, line: 1, column: offset + 1, reason: "nested too deeply")) {
      try JSON(parsing: nested(depth: 513))
    }
    #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: opening, count: 100_000)) }
  }

  @Test("depth is what is open, not what was opened")
  func siblings() throws {
    let text = "[" + Array(repeating: "[{}]", count: 1000).joined(separator: ",") + "]"
    #expect(try JSON(parsing: text).array?.count == 1000)
  }

  @Test("the deepest value is read, compared, written and released on a stack of 512 KB")
  func smallStack() {
    #expect(exerciseOnSmallStack() == 0)
  }

  /// Runs on a thread of its own and waits for it; answers with the error of starting it, else 0.
  private func exerciseOnSmallStack() -> Int32 {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 512 * 1024)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { @Sendable _ in
        exerciseDeepestValue()
        return nil
      }, nil)
    return status == 0 ? pthread_join(thread, nil) : status
  }
}

private func exerciseDeepestValue() {
  for (opening, closing) in [("[", "]"), ("{\"a\":", "}")] {
    let text = String(repeating: opening, count: 512) + String(repeating: closing, count: 512)
    guard var value = try? JSON(parsing: opening == "[" ? text : text.replacing(":}", with: ":1}")) else { return }
    guard let other = try? JSON(parsing: value.bytes), value == other, value.isEquivalent(to: other) else { return }
    guard value.matches(subset: other), !value.pretty(indent: 1).isEmpty else { return }
    value = .null
  }
}
