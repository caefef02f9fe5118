import JSON
import TestSupport
import Testing

@testable import Store

/// Numbers that a double cannot represent are compared exactly.
@Suite struct ExactNumberTests {
  private static let integers: [Int64] = [
    .min, .min + 1, -(1 << 53) - 1, -(1 << 53), -1, 0, 1, 1 << 53, (1 << 53) + 1, (1 << 53) + 2, (1 << 62) + 511,
    (1 << 62) + 512, (1 << 62) + 513, .max - 512, .max - 511, .max - 1, .max,
  ]

  @Test func `Integers of 64 bits are ordered and equal as integers`() {
    for one in Self.integers {
      #expect(ExactNumber(one).json == .integer(one))
      #expect(ExactNumber(parsing: String(one)) == ExactNumber(one))
      for other in Self.integers {
        #expect((ExactNumber(one) < ExactNumber(other)) == (one < other), "\(one), \(other)")
        #expect((ExactNumber(one) == ExactNumber(other)) == (one == other), "\(one), \(other)")
      }
    }
  }

  @Test func `Integers and doubles are compared by value`() throws {
    #expect(ExactNumber(5) == ExactNumber(5.0))
    #expect(try #require(ExactNumber(0x1p63)) > ExactNumber(.max))
    #expect(try #require(ExactNumber(-0x1p63)) == ExactNumber(.min))
    #expect(try #require(ExactNumber(9_007_199_254_740_992.0)) < ExactNumber(9_007_199_254_740_993))
    #expect(ExactNumber(parsing: "2.5") == ExactNumber(2.5))
    #expect(ExactNumber(Double.nan) == nil && ExactNumber(Double.infinity) == nil && ExactNumber(parsing: "x") == nil)
    #expect(ExactNumber(-0.0) == ExactNumber(0))
  }

  @Test(arguments: [false, true])
  func `A column finds the same numbers as a filter over its values`(areLarge: Bool) {
    var random = SeededRandom(seed: 3)
    let pool: [ExactNumber] =
      (areLarge ? Self.integers : [-3, 0, 4, 99]).map { ExactNumber($0) } + [0.5, 1e300].compactMap { ExactNumber($0) }
    let values = (0..<256).map { _ in random.int(below: 5) == 0 ? nil : random.one(of: pool) }
    let column = NumberColumn(values: values)
    for bound in pool {
      let tests: [(NumberComparison, (ExactNumber) -> Bool)] = [
        (.equals, { $0 == bound }), (.less, { $0 < bound }), (.lessOrEqual, { $0 <= bound }),
        (.greater, { $0 > bound }),
        (.greaterOrEqual, { $0 >= bound }),
      ]
      for (comparison, test) in tests {
        let found = column.rows(comparison: comparison, bound: bound)
        #expect((0..<256).allSatisfy { found.contains($0) == values[$0].map(test) ?? false }, "\(comparison) \(bound)")
      }
      let among = column.rows(among: [bound, 7])
      #expect((0..<256).allSatisfy { among.contains($0) == (values[$0] == bound) })
    }
  }
}
