import TestSupport
import Testing

/// Runs every harness with the inputs of its corpus: initial inputs and those of earlier findings.
@Suite struct CorpusTests {
  private static let folder = "/\(#filePath.split(separator: "/").dropLast(2).joined(separator: "/"))/Corpus"

  @Test(arguments: FuzzHarness.all.map(\.name)) func `Every harness has inputs and accepts them`(of name: String) throws
  {
    let harness = try #require(FuzzHarness.all.first { $0.name == name })
    let inputs = try TestFiles.names(in: "\(Self.folder)/\(name)")
    let check = try harness.prepare()
    for input in inputs {
      let bytes = try TestFiles.bytes(at: "\(Self.folder)/\(name)/\(input)")
      #expect(throws: Never.self, "\(name)/\(input)") { try check(bytes) }
    }
  }
}
