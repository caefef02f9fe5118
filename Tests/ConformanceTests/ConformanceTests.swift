import JSON
import Testing

/// The real executable against the published descriptions of every version. `Departures.json` lists what is known to
/// differ, with the reason; a line that applies no more is a failure as well.
@Suite struct ConformanceTests {
  @Test(.enabled(if: Yardstick.found != nil, Comment(rawValue: Yardstick.absence)), .timeLimit(.minutes(5)))
  func `Every answer is as described, but for the known departures`() throws {
    let yardstick = try #require(Yardstick.found)
    let server = try Child([
      Self.program, "--port", "0", "--log", "off", "--fixtures", "\(Repository.root)/fixtures/default",
    ])
    defer { server.stop() }
    let ready = try JSON(parsing: Array(server.read(line: true, seconds: 20).utf8))
    let found = try yardstick.walk(try #require(ready["url"]?.string))
    let known = try Departure.known()
    #expect(found.subtracting(known).map(\.description).sorted() == [], "these are new")
    #expect(known.subtracting(found).map(\.description).sorted() == [], "these apply no more: take their lines out")
  }

  /// The executable that was built beside the tests, unless `INTERCOM_MOCK_BINARY` names another.
  static var program: String {
    Yardstick.environment("INTERCOM_MOCK_BINARY") ?? "\(Repository.root)/.build/debug/intercom-mock"
  }
}
