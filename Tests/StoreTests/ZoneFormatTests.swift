import Testing
@testable import Store
@testable import TimeZones

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

  /// Asks a zone, if the bytes are one, for what it should answer whatever they are.
  private func exercise(_ bytes: [UInt8]) {
    guard let zone = try? TimeZone(named: "Test", tzif: bytes) else { return }
    for seconds: Int64 in [.min, -90_000, 0, 999, 1_720_000_000, 1_730_000_000, .max] {
      #expect((-89_999...93_599).contains(zone.offset(at: seconds)))
      #expect(zone.startOfDay(containing: seconds) <= seconds)
      #expect(zone.startOfNextDay(after: seconds) >= zone.startOfDay(containing: seconds))
    }
  }

  @Test func `The first type holds before the first transition, and each from its own on`() throws {
    let zone = try TimeZone(named: "Test", tzif: .tzif(types: types, transitions: [(-5_000_000_000, 1), (1000, 2)]))
    #expect(zone.offset(at: .min) == -100)
    #expect(zone.offset(at: -5_000_000_001) == -100)
    #expect(zone.offset(at: -5_000_000_000) == 3600)
    #expect(zone.offset(at: 999) == 3600)
    #expect(zone.offset(at: 1000) == 7200)
    #expect(zone.offset(at: .max) == 7200)
  }

  @Test func `The rule in the footer holds after the last transition only`() throws {
    let zone = try TimeZone(
      named: "Test", tzif: .tzif(footer: "AAA-2BBB,M3.5.0,M10.5.0", types: types, transitions: [(0, 1), (1000, 2)]))
    #expect(zone.offset(at: .utc(year: 1969, month: 7, day: 1)) == -100)
    #expect(zone.offset(at: 999) == 3600)
    #expect(zone.offset(at: 1000) == 7200)
    #expect(zone.offset(at: .utc(year: 1970, month: 7, day: 1)) == 10_800)
  }

  @Test func `A file of the first version has 32-bit times and no footer`() throws {
    let bytes = [UInt8].firstVersion(types: types, transitions: [(-2_000_000_000, 1), (1000, 2)])
    let zone = try TimeZone(named: "Test", tzif: bytes)
    #expect(zone.offset(at: -2_000_000_001) == -100)
    #expect(zone.offset(at: -2_000_000_000) == 3600)
    #expect(zone.offset(at: .max) == 7200)
  }

  @Test func `A broken file is refused with the reason`() {
    #expect(refusalReason(for: Array("# tzdata".utf8))?.contains("not in the Time Zone Information Format") == true)
    #expect(refusalReason(for: .tzif(types: [])) == TZifError.unknownType.rawValue)
    #expect(refusalReason(for: .tzif(transitions: [(0, 1)])) == TZifError.unknownType.rawValue)
    #expect(refusalReason(for: .tzif(types: [93_600])) == TZifError.wideOffset.rawValue)
    #expect(refusalReason(for: .tzif(types: [.min])) == TZifError.wideOffset.rawValue)
    #expect(refusalReason(for: .tzif(transitions: [(5, 0), (5, 0)])) == TZifError.unorderedTransitions.rawValue)
    #expect(refusalReason(for: .tzif(leapSeconds: 1)) == TZifError.leapSeconds.rawValue)
    #expect(refusalReason(for: .tzif(footer: "Mars")) == TZifError.unreadableRule.rawValue)
  }

  @Test func `A file that is cut short anywhere is refused`() {
    let bytes = [UInt8].tzif(footer: "AAA-2BBB,M3.5.0,M10.5.0", types: types, transitions: [(0, 1), (1000, 2)])
    for count in 0..<bytes.count {
      #expect(refusalReason(for: Array(bytes.prefix(count))) != nil)
    }
    #expect(refusalReason(for: bytes) == nil)
  }

  @Test func `No flipped bit makes a zone trap`() {
    let bytes = [UInt8].tzif(footer: "AAA-2BBB,M3.5.0,M10.5.0", types: types, transitions: [(0, 1), (1000, 2)])
    for bit in 0..<bytes.count * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      exercise(flipped)
    }
  }

  @Test func `No bytes in place of others make a zone trap`() {
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
