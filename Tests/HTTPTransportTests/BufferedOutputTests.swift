import Glibc
import Testing
@testable import HTTPTransport

/// Output that its reader does not take, or no longer takes.
@Suite struct BufferedOutputTests {
  private enum Kind: CaseIterable {
    case pipe, socket
  }

  /// The reading and the writing end.
  private func ends(_ kind: Kind) -> [Int32] {
    var ends: [Int32] = [-1, -1]
    switch kind {
    case .pipe: _ = pipe(&ends)
    case .socket: socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
    }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    return ends
  }

  private func readAll(from descriptor: Int32) -> String {
    var (text, buffer): ([UInt8], [UInt8]) = ([], Array(repeating: 0, count: 65_536))
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { text += buffer[..<count] }
    return String(decoding: text, as: UTF8.self)
  }

  @Test(arguments: Kind.allCases)
  private func `Texts wait for their reader up to a limit, and the number of those beyond it is reported`(kind: Kind)
    throws
  {
    let (loop, ends) = (try EventLoop(), ends(kind))
    let output = BufferedOutput(to: ends[1], on: loop, limit: 100_000) { "\($0) dropped\n" }
    let line = String(repeating: "x", count: 999) + "\n"
    for _ in 0..<2_000 { output.write(line) }
    var text = readAll(from: ends[0])
    while !text.hasSuffix(" dropped\n") {
      #expect(
        loop.run(atMost: 5_000) {
          text += readAll(from: ends[0]); return text.hasSuffix("\n")
        })
      loop.poll()
    }
    let lines = text.split(separator: "\n")
    let whole = lines.dropLast().filter { $0.utf8.count == 999 }.count
    #expect(whole == lines.count - 1 && lines.last == "\(2_000 - whole) dropped")
    output.write("again\n")
    #expect(readAll(from: ends[0]) == "again\n")
    #expect(fcntl(ends[1], F_GETFL) & O_NONBLOCK == 0, "the descriptor may be shared with other processes")
    for end in ends { close(end) }
  }

  @Test(arguments: Kind.allCases)
  private func `Texts without a reader are discarded`(kind: Kind) throws {
    let (loop, ends) = (try EventLoop(), ends(kind))
    let output = BufferedOutput(to: ends[1], on: loop)
    output.write("one\n")
    #expect(readAll(from: ends[0]) == "one\n")
    close(ends[0])
    for _ in 0..<3 { output.write("two\n") }
    close(ends[1])
    BufferedOutput(to: ends[1], on: loop).write("no descriptor\n")
  }
}
