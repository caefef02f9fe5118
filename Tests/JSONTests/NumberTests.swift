import JSON
import Testing

@Suite struct NumberTests {
  static let integers: [(text: String, value: Int64)] = [
    ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("10", 10), ("99", 99), ("100", 100), ("1234567890", 1_234_567_890),
    ("9007199254740993", 9_007_199_254_740_993), ("1000000000000000000", 1_000_000_000_000_000_000),
    ("9223372036854775807", .max), ("-9223372036854775808", .min), ("-9223372036854775807", .min + 1),
  ]

  @Test(arguments: integers) func `An integer is exact to 64 bits`(text: String, value: Int64) throws {
    #expect(try JSON(parsing: text) == .integer(value))
    #expect(JSON.integer(value).text == (text == "-0" ? "0" : text))
  }

  @Test func `Integers of every length are written like String(Int64)`() {
    var value: Int64 = 1
    while true {
      for near in [value - 1, value, value + 1, -value, -value - 1] {
        #expect(JSON.integer(near).text == near.description)
      }
      let (next, overflows) = value.multipliedReportingOverflow(by: 10)
      if overflows { return }
      value = next
    }
  }

  static let numbers: [(text: String, value: Double, written: String)] = [
    ("1.0", 1, "1.0"), ("0.0", 0, "0.0"), ("-1.0", -1, "-1.0"), ("0.1", 0.1, "0.1"), ("-0.5", -0.5, "-0.5"),
    ("1e3", 1000, "1000.0"), ("1E+2", 100, "100.0"), ("1e-2", 0.01, "0.01"), ("0e5", 0, "0.0"), ("1.50", 1.5, "1.5"),
    ("37.7749", 37.7749, "37.7749"), ("-122.4194", -122.4194, "-122.4194"),
    ("3.141592653589793", .pi, "3.141592653589793"),
    ("1e16", 1e16, "1e+16"), ("123456789012345680.0", 1.2345678901234568e17, "1.2345678901234568e+17"),
    ("9007199254740991.0", 0x1p53 - 1, "9007199254740991.0"), ("9007199254740992.0", 0x1p53, "9007199254740992.0"),
    ("1e-7", 1e-7, "1e-07"), ("1e22", 1e22, "1e+22"), ("1e23", 1e23, "1e+23"), ("8.5e-23", 8.5e-23, "8.5e-23"),
    ("1.7976931348623157e308", .greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ("2.2250738585072014e-308", .leastNormalMagnitude, "2.2250738585072014e-308"),
    ("5e-324", .leastNonzeroMagnitude, "5e-324"), ("1e-400", 0, "0.0"), ("0e999999999999999999999", 0, "0.0"),
    ("9223372036854775808", 0x1p63, "9.223372036854776e+18"),
    ("-9223372036854775809", -0x1p63, "-9.223372036854776e+18"),
    ("12345678901234567890", 12_345_678_901_234_567_168, "1.2345678901234567e+19"),
    ("18446744073709551616", 0x1p64, "1.8446744073709552e+19"),
    ("0.30000000000000004", 0.1 + 0.2, "0.30000000000000004"),
    ("0.1000000000000000055511151231257827021181583404541015625", 0.1, "0.1"),
    ("100000000000000000000000e-23", 1, "1.0"), ("9007199254740993.0", 9_007_199_254_740_992, "9007199254740992.0"),
  ]

  @Test(arguments: numbers) func `A number with a point or an exponent stays a double, exact to the last bit`(
    text: String, value: Double, written: String
  ) throws {
    let read = try JSON(parsing: text)
    #expect(read == .number(value))
    #expect(read.text == written)
    #expect(try JSON(parsing: written) == read)
  }

  @Test func `A negative zero with a point keeps its sign`() throws {
    let read = try JSON(parsing: "[-0.0,-0e1]")
    #expect(read.text == "[-0.0,-0.0]")
  }

  @Test func `A very long sequence of digits is parsed`() throws {
    let digits = String(repeating: "1", count: 300)
    #expect(try JSON(parsing: digits).number == Double(digits))
    #expect(try JSON(parsing: "0.\(digits)").number == Double("0.\(digits)"))
    #expect(throws: JSONError.self) { try JSON(parsing: digits + digits) }
    #expect(try JSON(parsing: "0.\(String(repeating: "0", count: 500))1") == 0.0)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func `A number that is not finite is written as null`(
    value: Double
  ) {
    #expect(JSON.array([.number(value)]).text == "[null]")
  }

  @Test func `Doubles of every magnitude round-trip`() throws {
    var random = SplitMix64(seed: 1)
    for _ in 0..<5000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      #expect(try JSON(parsing: JSON.number(value).text) == .number(value))
      let short = "\(random.next() % 100_000).\(random.next() % 100_000)e\(random.next() % 40)"
      #expect(try JSON(parsing: short).number == Double(short))
      let long = "\(random.next()).\(random.next())e-\(random.next() % 40)"
      #expect(try JSON(parsing: long).number == Double(long))
    }
  }
}
