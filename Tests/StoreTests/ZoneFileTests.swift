import Glibc
import Testing
@testable import Store
@testable import TimeZones

@Suite struct ZoneFileTests {
  /// Calls `body` with a directory that contains only `files`.
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
  func `A name that could lead out of the database is rejected`(name: String) {
    #expect(throws: TimeZoneError.self) { try TimeZoneDatabase.read(name, in: ["/usr/share/zoneinfo"]) }
    #expect(throws: TimeZoneError.self) { try TimeZone(named: name) }
  }

  @Test func `UTC is found by both of its names`() throws {
    #expect(try TimeZone(named: "UTC").name == "UTC")
    #expect(try TimeZone(named: "Etc/UTC").name == "Etc/UTC")
    #expect(TimeZone.utc.name == "UTC")
  }

  @Test func `The error for an unknown zone names the zone and the searched directories`() {
    let error = #expect(throws: TimeZoneError.self) {
      try TimeZoneDatabase.read("Mars/Olympus", in: ["/nowhere", "/tmp"])
    }
    #expect(error?.description == #"time zone "Mars/Olympus": no such file in /nowhere, /tmp"#)
  }

  @Test func `A name's control characters are escaped in the message`() {
    #expect(TimeZoneError(zone: "A\nB", reason: "no").description == #"time zone "A\nB": no"#)
  }

  @Test func `The file is read from the first directory that contains it`() throws {
    try withDirectory(containing: ["Here": [1, 2, 3]]) { first in
      try withDirectory(containing: ["Here": [4], "There": [UInt8](repeating: 7, count: 40_000)]) { second in
        let here = try TimeZoneDatabase.read("Here", in: ["/nowhere", first, second])
        let there = try TimeZoneDatabase.read("There", in: [first, second])
        #expect(here == [1, 2, 3])
        #expect(there == [UInt8](repeating: 7, count: 40_000))
      }
    }
  }

  @Test func `A directory and an endless file are rejected`() throws {
    #expect(throws: TimeZoneError.self) { try TimeZoneDatabase.read("tmp", in: [""]) }
    #expect(throws: TimeZoneError.self) { try TimeZoneDatabase.read("zero", in: ["/dev"]) }
  }

  /// Needs the package tzdata.
  @Test func `A zone is read from the system's database`() throws {
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

@Suite struct ZoneFormatTests {
  private let types: [Int32] = [-100, 3600, 7200]

  private func refusalReason(for bytes: [UInt8]) -> String? {
    do throws(TimeZoneError) {
      _ = try TimeZone(named: "Test", tzif: bytes)
      return nil
    } catch {
      return error.reason
    }
  }

  /// Parses a zone from arbitrary bytes, and if it is valid, queries it. Must not trap.
  private func exercise(_ bytes: [UInt8]) {
    guard let zone = try? TimeZone(named: "Test", tzif: bytes) else { return }
    for seconds: Int64 in [.min, -90_000, 0, 999, 1_720_000_000, 1_730_000_000, .max] {
      #expect((-89_999...93_599).contains(zone.offset(at: seconds)))
      #expect(zone.startOfDay(containing: seconds) <= seconds)
      #expect(zone.startOfNextDay(after: seconds) >= zone.startOfDay(containing: seconds))
    }
  }

  @Test func `The first type applies before the first transition, and each other type from its transition on`() throws {
    let zone = try TimeZone(named: "Test", tzif: .tzif(types: types, transitions: [(-5_000_000_000, 1), (1000, 2)]))
    #expect(zone.offset(at: .min) == -100)
    #expect(zone.offset(at: -5_000_000_001) == -100)
    #expect(zone.offset(at: -5_000_000_000) == 3600)
    #expect(zone.offset(at: 999) == 3600)
    #expect(zone.offset(at: 1000) == 7200)
    #expect(zone.offset(at: .max) == 7200)
  }

  @Test func `The rule in the footer applies only after the last transition`() throws {
    let zone = try TimeZone(
      named: "Test", tzif: .tzif(footer: "AAA-2BBB,M3.5.0,M10.5.0", types: types, transitions: [(0, 1), (1000, 2)]))
    #expect(zone.offset(at: .utc(year: 1969, month: 7, day: 1)) == -100)
    #expect(zone.offset(at: 999) == 3600)
    #expect(zone.offset(at: 1000) == 7200)
    #expect(zone.offset(at: .utc(year: 1970, month: 7, day: 1)) == 10_800)
  }

  @Test func `A file of version 1 has 32-bit times and no footer`() throws {
    let bytes = [UInt8].firstVersion(types: types, transitions: [(-2_000_000_000, 1), (1000, 2)])
    let zone = try TimeZone(named: "Test", tzif: bytes)
    #expect(zone.offset(at: -2_000_000_001) == -100)
    #expect(zone.offset(at: -2_000_000_000) == 3600)
    #expect(zone.offset(at: .max) == 7200)
  }

  @Test func `The error for a malformed file names the reason`() {
    #expect(refusalReason(for: Array("# tzdata".utf8))?.contains("not in the Time Zone Information Format") == true)
    #expect(refusalReason(for: .tzif(types: [])) == TZifError.unknownType.rawValue)
    #expect(refusalReason(for: .tzif(transitions: [(0, 1)])) == TZifError.unknownType.rawValue)
    #expect(refusalReason(for: .tzif(types: [93_600])) == TZifError.wideOffset.rawValue)
    #expect(refusalReason(for: .tzif(types: [.min])) == TZifError.wideOffset.rawValue)
    #expect(refusalReason(for: .tzif(transitions: [(5, 0), (5, 0)])) == TZifError.unorderedTransitions.rawValue)
    #expect(refusalReason(for: .tzif(leapSeconds: 1)) == TZifError.leapSeconds.rawValue)
    #expect(refusalReason(for: .tzif(footer: "Mars")) == TZifError.unreadableRule.rawValue)
  }

  @Test func `A truncated file is rejected`() {
    let bytes = [UInt8].tzif(footer: "AAA-2BBB,M3.5.0,M10.5.0", types: types, transitions: [(0, 1), (1000, 2)])
    for count in 0..<bytes.count {
      #expect(refusalReason(for: Array(bytes.prefix(count))) != nil)
    }
    #expect(refusalReason(for: bytes) == nil)
  }

  @Test func `A flipped bit does not cause a trap`() {
    let bytes = [UInt8].tzif(footer: "AAA-2BBB,M3.5.0,M10.5.0", types: types, transitions: [(0, 1), (1000, 2)])
    for bit in 0..<bytes.count * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      exercise(flipped)
    }
  }

  @Test func `Replaced bytes do not cause a trap`() {
    let bytes = [UInt8].tzif(footer: "<-03>3<-02>,J5/-9,9/167", types: types, transitions: [(.min, 1), (.max, 2)])
    for index in 0..<bytes.count {
      for byte: UInt8 in [0x00, 0x0A, 0x2D, 0x30, 0x39, 0x7F, 0x80, 0xFF] {
        var changed = bytes
        changed[index] = byte
        exercise(changed)
      }
    }
  }
}

extension [UInt8] {
  /// A file of version 3 whose first block contains UTC, so that only a parser that reads the second block is correct.
  static func tzif(
    footer: String = "", types: [Int32] = [0], transitions: [(Int64, UInt8)] = [], leapSeconds: Int = 0
  ) -> [UInt8] {
    block(version: "3", timeSize: 4, types: [0], transitions: [], leapSeconds: 0)
      + block(version: "3", timeSize: 8, types: types, transitions: transitions, leapSeconds: leapSeconds)
      + Array("\n\(footer)\n".utf8)
  }

  /// A file of version 1, which has no 64-bit times and no footer.
  static func firstVersion(types: [Int32], transitions: [(Int64, UInt8)]) -> [UInt8] {
    block(version: "\0", timeSize: 4, types: types, transitions: transitions, leapSeconds: 0)
  }

  private static func block(
    version: Unicode.Scalar, timeSize: Int, types: [Int32], transitions: [(Int64, UInt8)],
    leapSeconds: Int
  ) -> [UInt8] {
    let counts = [types.count, types.count, leapSeconds, transitions.count, types.count, 4]
    var bytes = Array("TZif".utf8) + [UInt8(ascii: version)] + [UInt8](repeating: 0, count: 15)
    bytes += counts.flatMap { bigEndian(Int64($0), size: 4) }
    bytes += transitions.flatMap { bigEndian($0.0, size: timeSize) } + transitions.map(\.1)
    bytes += types.flatMap { bigEndian(Int64($0), size: 4) + [0, 0] } + Array("XXX\0".utf8)
    return bytes + [UInt8](repeating: 0, count: leapSeconds * (timeSize + 4) + types.count * 2)
  }

  private static func bigEndian(_ number: Int64, size: Int) -> [UInt8] {
    (0..<size).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}

extension Int64 {
  /// The seconds since 1970 at a time in UTC. Hours and minutes may be out of range to express an offset.
  static func utc(year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0) -> Int64 {
    (GregorianCalendar.firstDay(year: year, month: month) + day - 1) * 86_400 + hour * 3600 + minute * 60
  }
}

extension TimeZone {
  /// A zone without transitions, defined by its footer only.
  init(rule: String) throws(TimeZoneError) {
    try self.init(named: rule, tzif: .tzif(footer: rule))
  }
}
