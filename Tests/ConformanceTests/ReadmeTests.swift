import Testing

/// The README says what the executable says.
@Suite struct ReadmeTests {
  private static let (start, end) = (
    "<!-- operations: begin, written by `make readme` -->\n", "<!-- operations: end -->"
  )

  @Test func `The table of operations is the one that the executable prints`() throws {
    let child = try ChildProcess(arguments: [ConformanceTests.program, "routes", "--format", "markdown"])
    defer { child.stop() }
    let printed = child.read(seconds: 20)
    let readme = String(decoding: try Repository.bytes(at: "\(Repository.root)/README.md"), as: UTF8.self)
    let parts = readme.split(separator: Self.start)
    try #require(parts.count == 2)
    #expect(parts[1].split(separator: Self.end)[0] == printed, "`make readme` writes it anew")
  }
}
