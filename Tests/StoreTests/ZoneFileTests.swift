import Glibc
import Testing
@testable import Store
@testable import TimeZones

@Suite struct ZoneFileTests {
  /// Calls `body` with a directory that holds `files` and nothing else.
  private func withDirectory(containing files: [String: [UInt8]], _ body: (String) throws -> Void) throws {
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
    #expect(throws: TimeZoneError.self) { try TimeZoneDatabase.read(name, in: ["/usr/share/zoneinfo"]) }
    #expect(throws: TimeZoneError.self) { try TimeZone(named: name) }
  }

  @Test func `UTC goes by either of its names`() throws {
    #expect(try TimeZone(named: "UTC").name == "UTC")
    #expect(try TimeZone(named: "Etc/UTC").name == "Etc/UTC")
    #expect(TimeZone.utc.name == "UTC")
  }

  @Test func `A zone that is nowhere is refused with its name and where it was looked for`() {
    let error = #expect(throws: TimeZoneError.self) {
      try TimeZoneDatabase.read("Mars/Olympus", in: ["/nowhere", "/tmp"])
    }
    #expect(error?.description == #"time zone "Mars/Olympus": no such file in /nowhere, /tmp"#)
  }

  @Test func `A name's control characters are escaped in the message`() {
    #expect(TimeZoneError(zone: "A\nB", reason: "no").description == #"time zone "A\nB": no"#)
  }

  @Test func `The first directory that has the file is read`() throws {
    try withDirectory(containing: ["Here": [1, 2, 3]]) { first in
      try withDirectory(containing: ["Here": [4], "There": [UInt8](repeating: 7, count: 40_000)]) { second in
        let here = try TimeZoneDatabase.read("Here", in: ["/nowhere", first, second])
        let there = try TimeZoneDatabase.read("There", in: [first, second])
        #expect(here == [1, 2, 3])
        #expect(there == [UInt8](repeating: 7, count: 40_000))
      }
    }
  }

  @Test func `A directory and a file without an end are refused`() throws {
    #expect(throws: TimeZoneError.self) { try TimeZoneDatabase.read("tmp", in: [""]) }
    #expect(throws: TimeZoneError.self) { try TimeZoneDatabase.read("zero", in: ["/dev"]) }
  }

  @Test(.enabled(if: access("/usr/share/zoneinfo/Europe/Dublin", R_OK) == 0))
  func `A zone is read from the machine's database where there is one`() throws {
    let dublin = try TimeZone(named: "Europe/Dublin")
    #expect(dublin.name == "Europe/Dublin")
    #expect(dublin.offset(at: .utc(year: 2024, month: 1, day: 15)) == 0)
    #expect(dublin.offset(at: .utc(year: 2024, month: 7, day: 15)) == 3600)
    #expect(
      dublin.startOfDay(containing: .utc(year: 2024, month: 7, day: 15, hour: 12))
        == .utc(year: 2024, month: 7, day: 14, hour: 23))
    #expect(dublin.offset(at: .utc(year: 1880, month: 1, day: 1)) < 0)
  }
}
