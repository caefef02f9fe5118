import Glibc
import Testing
@testable import Store
@testable import TimeZones

@Suite struct ZoneFileTests {
  /// Calls `body` with a directory that holds `files` and nothing else.
  private func withDirectory(_ files: [String: [UInt8]], _ body: (String) throws -> Void) throws {
    var template = Array("/tmp/zone-tests-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { rmdir(directory) }
    for (name, bytes) in files {
      let file = open("\(directory)/\(name)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      try #require(file >= 0 && write(file, bytes, bytes.count) == bytes.count && close(file) == 0)
    }
    defer { for name in files.keys { unlink("\(directory)/\(name)") } }
    try body(directory)
  }

  @Test(arguments: ["", "/etc/passwd", "../passwd", "Europe/../../passwd", "..", "Europe/Dublin\0"])
  func `A name that could lead out of the database is refused`(name: String) {
    #expect(throws: ZoneError.self) { try ZoneFile.read(name, in: ["/usr/share/zoneinfo"]) }
    #expect(throws: ZoneError.self) { try Zone(named: name) }
  }

  @Test func `UTC goes by either of its names`() throws {
    #expect(try Zone(named: "UTC").name == "UTC")
    #expect(try Zone(named: "Etc/UTC").name == "Etc/UTC")
    #expect(Zone.utc.name == "UTC")
  }

  @Test func `A zone that is nowhere is refused with its name and where it was looked for`() {
    let error = #expect(throws: ZoneError.self) { try ZoneFile.read("Mars/Olympus", in: ["/nowhere", "/tmp"]) }
    #expect(error?.description == #"time zone "Mars/Olympus": no such file in /nowhere, /tmp"#)
  }

  @Test func `A name's control characters are escaped in the message`() {
    #expect(ZoneError(zone: "A\nB", reason: "no").description == #"time zone "A\nB": no"#)
  }

  @Test func `The first directory that has the file is read`() throws {
    try withDirectory(["Here": [1, 2, 3]]) { first in
      try withDirectory(["Here": [4], "There": [UInt8](repeating: 7, count: 40_000)]) { second in
        let here = try ZoneFile.read("Here", in: ["/nowhere", first, second])
        let there = try ZoneFile.read("There", in: [first, second])
        #expect(here == [1, 2, 3])
        #expect(there == [UInt8](repeating: 7, count: 40_000))
      }
    }
  }

  @Test func `A directory and a file without an end are refused`() throws {
    #expect(throws: ZoneError.self) { try ZoneFile.read("tmp", in: [""]) }
    #expect(throws: ZoneError.self) { try ZoneFile.read("zero", in: ["/dev"]) }
  }

  @Test(.enabled(if: access("/usr/share/zoneinfo/Europe/Dublin", R_OK) == 0))
  func `A zone is read from the machine's database where there is one`() throws {
    let dublin = try Zone(named: "Europe/Dublin")
    #expect(dublin.name == "Europe/Dublin")
    #expect(dublin.offset(at: .utc(2024, 1, 15)) == 0)
    #expect(dublin.offset(at: .utc(2024, 7, 15)) == 3600)
    #expect(dublin.startOfDay(.utc(2024, 7, 15, 12)) == .utc(2024, 7, 14, 23))
    #expect(dublin.offset(at: .utc(1880, 1, 1)) < 0)
  }
}
