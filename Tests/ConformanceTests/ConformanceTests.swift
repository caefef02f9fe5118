import JSON
import TestSupport
import Testing

/// Compares the executable with the published descriptions of every version, corrected by recordings of the real
/// service, and with the recordings themselves.
@Suite struct ConformanceTests {
  /// `Departures.json` lists the accepted differences with their reasons. The test also fails for a line that no longer
  /// applies.
  @Test(.enabled(if: TestFiles.yardstick != nil, "INTERCOM_YARDSTICK is none"), .timeLimit(.minutes(5)))
  func `Responses match the published descriptions, except for known departures`() throws {
    let found = try withServer { url, yardstick in try yardstick.departures(of: url) }
    let accepted = try Departure.read(from: "Departures.json")
    #expect(found.subtracting(accepted).map(\.description).sorted() == [], "these are new")
    #expect(accepted.subtracting(found).map(\.description).sorted() == [], "these no longer apply: remove their lines")
  }

  @Test(.enabled(if: TestFiles.yardstick != nil, "INTERCOM_YARDSTICK is none"), .timeLimit(.minutes(5)))
  func `Responses, notifications and behaviour match the recordings of the real service`() throws {
    let failures = try withServer { url, yardstick in try yardstick.differencesFromRecordings(of: url) }
    #expect(failures == [])
  }

  /// Runs `body` with the URL of a server of the default fixtures, and with the yardstick.
  private func withServer<Result>(_ body: (String, Yardstick) throws -> Result) throws -> Result {
    let yardstick = try #require(Yardstick.available, Comment(rawValue: Yardstick.missingMessage))
    let server = try ChildProcess(arguments: [
      Self.program, "--port", "0", "--log", "off", "--fixtures", "\(TestFiles.root)/fixtures/default",
    ])
    defer { server.stop() }
    let ready = try JSON(parsing: Array(server.read(line: true, seconds: 20).utf8))
    return try body(try #require(ready["url"]?.string), yardstick)
  }

  /// The executable: `INTERCOM_MOCK_BINARY`, by default the debug build.
  static var program: String {
    TestEnvironment.program ?? "\(TestFiles.root)/.build/debug/intercom-mock"
  }
}

/// Compares the generated tables of the documentation with the output of the executable.
@Suite struct DocumentationTableTests {
  private static let (start, end) = (
    "<!-- operations: begin, written by `make readme` -->\n", "<!-- operations: end -->"
  )

  @Test func `The documented table of operations is the output of the executable`() throws {
    let child = try ChildProcess(arguments: [ConformanceTests.program, "routes", "--format", "markdown"])
    defer { child.stop() }
    let printed = child.read(seconds: 20)
    let path = "\(TestFiles.root)/Sources/MockServer/Documentation.docc/Coverage.md"
    let page = String(decoding: try TestFiles.bytes(at: path), as: UTF8.self)
    let parts = page.split(separator: Self.start)
    try #require(parts.count == 2)
    #expect(parts[1].split(separator: Self.end)[0] == printed, "`make readme` rewrites the table")
  }
}
