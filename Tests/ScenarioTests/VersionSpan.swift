import API

/// Versions as a story writes them: `2.14`, `2.7...2.15`, `2.16...`, joined by commas.
enum VersionSpan {
  /// Nil when the text names something else.
  static func versions(parsing text: String) -> [APIVersion]? {
    var versions: Set<APIVersion> = []
    for part in text.split(separator: ",").map(\.trimmed) {
      let ends = part.split(separator: "...", omittingEmptySubsequences: false).map(String.init)
      guard let first = APIVersion(named: ends[0]) else { return nil }
      let last = ends.count == 1 ? first : ends[1].isEmpty ? .preview : APIVersion(named: ends[1])
      guard let last, last >= first else { return nil }
      versions.formUnion(APIVersion.allCases.filter { (first...last).contains($0) })
    }
    return versions.isEmpty ? nil : versions.sorted()
  }

  /// Some of the versions that a step runs in; of these, neighbours become a span.
  static func text(for some: [APIVersion], of all: [APIVersion]) -> String {
    all.split { !some.contains($0) }.map { run in
      guard let first = run.first, let last = run.last, first != last else { return run.first?.name ?? "" }
      return last == .preview ? "\(first.name)..." : "\(first.name)...\(last.name)"
    }.joined(separator: ", ")
  }
}
