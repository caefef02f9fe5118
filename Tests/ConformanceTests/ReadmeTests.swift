import Testing

/// Compares the generated tables of the documentation with the output of the executable.
@Suite struct ReadmeTests {
  private static let (start, end) = (
    "<!-- operations: begin, written by `make readme` -->\n", "<!-- operations: end -->"
  )

  @Test func `The table of operations is the one that the executable prints`() throws {
    let child = try ChildProcess(arguments: [ConformanceTests.program, "routes", "--format", "markdown"])
    defer { child.stop() }
    let printed = child.read(seconds: 20)
    let path = "\(Repository.root)/Sources/MockServer/Documentation.docc/Coverage.md"
    let page = String(decoding: try Repository.bytes(at: path), as: UTF8.self)
    let parts = page.split(separator: Self.start)
    try #require(parts.count == 2)
    #expect(parts[1].split(separator: Self.end)[0] == printed, "`make readme` rewrites the table")
  }
}
