import API
import Intercom
import TestSupport
import Testing

/// Names what is missing when a resource or an operation is added.
@Suite struct CatalogueTests {
  /// Collections that are filled by requests or by the server, never by a fixture of the default world.
  private static let collectionsWithoutFixture: Set<String> = [
    "bulk_jobs", "catalog_uploads", "company_scrolls", "custom_channel_conversations", "errands", "messages",
  ]

  @Test func `Every resource of the source files is in the catalogue`() throws {
    let catalogue = try TestFiles.text(at: "\(TestFiles.root)/Sources/Intercom/Catalogue.swift")
    let missing = try Self.resourceNames().filter { !catalogue.contains(" \($0).self,") }
    #expect(missing == [], "add them to Sources/Intercom/Catalogue.swift")
  }

  @Test func `Every collection has a fixture in the default world`() throws {
    let fixtures = Set(try TestFiles.names(in: "\(TestFiles.root)/fixtures/default").map { String($0.dropLast(5)) })
    let collections = Set(Catalogue.intercom.models.compactMap { $0.definition?.name })
    #expect(
      collections.subtracting(fixtures).subtracting(Self.collectionsWithoutFixture).sorted() == [],
      "add fixtures/default/<collection>.json, or the name to this test")
    #expect(Self.collectionsWithoutFixture.intersection(fixtures).sorted() == [], "these have a fixture")
  }

  @Test func `Every operation is requested by a story`() throws {
    let requests = try Self.storyRequests()
    let missing = Catalogue.intercom.operations.filter { operation in
      !requests.contains { $0.method == operation.method.rawValue && Self.matches($0.segments, operation.path) }
    }
    #expect(missing.map { "\($0.method) \($0.path)" }.sorted() == [], "add a story to Tests/StoryTests/Stories")
  }

  // MARK: Reading

  /// The types that conform to `Resource`.
  private static func resourceNames() throws -> [String] {
    try files(in: "\(TestFiles.root)/Sources/Intercom", suffix: ".swift").flatMap { path in
      try TestFiles.text(at: path).split(separator: "\n").compactMap { line in
        guard line.hasPrefix("enum "), line.contains(": Resource {") else { return nil }
        return line.dropFirst(5).split(separator: ":").first.map(String.init)
      }
    }
  }

  /// The method and path segments of every request of the stories.
  private static func storyRequests() throws -> [(method: String, segments: [Substring])] {
    try files(in: "\(TestFiles.root)/Tests/StoryTests/Stories", suffix: ".http").flatMap { path in
      try TestFiles.text(at: path).split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        guard words.count >= 2, ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(words[0]) else { return nil }
        return (String(words[0]), words[1].prefix { $0 != "?" }.split(separator: "/"))
      }
    }
  }

  private static func files(in folder: String, suffix: String) throws -> [String] {
    try TestFiles.names(in: folder).flatMap { name -> [String] in
      if name.hasSuffix(suffix) { return ["\(folder)/\(name)"] }
      return name.contains(".") ? [] : try files(in: "\(folder)/\(name)", suffix: suffix)
    }
  }

  private static func matches(_ segments: [Substring], _ path: String) -> Bool {
    let template = path.split(separator: "/")
    return template.count == segments.count && zip(template, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }
}
