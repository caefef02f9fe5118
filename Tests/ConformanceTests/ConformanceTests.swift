import JSON
import TestSupport
import Testing

/// The executable against the published descriptions of every version, corrected by recordings of the real service.
///
/// `Departures.json` lists the accepted differences, each with its reason, and `Pending.json` those that are still to be
/// mended; `RECORD=1` rewrites the latter. A line that no longer applies is a failure as well.
@Suite struct ConformanceTests {
  @Test(.enabled(if: Yardstick.available != nil, Comment(rawValue: Yardstick.missingMessage)), .timeLimit(.minutes(5)))
  func `Every answer is as described, but for the known departures`() throws {
    let yardstick = try #require(Yardstick.available)
    let server = try ChildProcess(arguments: [
      Self.program, "--port", "0", "--log", "off", "--fixtures", "\(TestFiles.root)/fixtures/default",
    ])
    defer { server.stop() }
    let ready = try JSON(parsing: Array(server.read(line: true, seconds: 20).utf8))
    let found = try yardstick.run(against: try #require(ready["url"]?.string))
    let accepted = try Departure.read(from: "Departures.json")
    if Yardstick.environmentVariable(named: "RECORD") != nil {
      try Departure.write(found.subtracting(accepted), to: "Pending.json", reason: "to be mended with issue 8")
    }
    let known = accepted.union(try Departure.read(from: "Pending.json"))
    #expect(found.subtracting(known).map(\.description).sorted() == [], "these are new")
    #expect(known.subtracting(found).map(\.description).sorted() == [], "these no longer apply: remove their lines")
  }

  /// The executable that was built beside the tests, unless `INTERCOM_MOCK_BINARY` names another.
  static var program: String {
    Yardstick.environmentVariable(named: "INTERCOM_MOCK_BINARY") ?? "\(TestFiles.root)/.build/debug/intercom-mock"
  }
}

/// The README says what the executable says.
@Suite struct ReadmeTests {
  private static let (start, end) = (
    "<!-- operations: begin, written by `make readme` -->\n", "<!-- operations: end -->"
  )

  @Test func `The table of operations is the one that the executable prints`() throws {
    let child = try ChildProcess(arguments: [ConformanceTests.program, "routes", "--format", "markdown"])
    defer { child.stop() }
    let printed = child.read(seconds: 20)
    let readme = String(decoding: try TestFiles.bytes(at: "\(TestFiles.root)/README.md"), as: UTF8.self)
    let parts = readme.split(separator: Self.start)
    try #require(parts.count == 2)
    #expect(parts[1].split(separator: Self.end)[0] == printed, "`make readme` writes it anew")
  }
}
