extension Int64 {
  /// The quotient rounded towards negative infinity and the remainder that it leaves, from 0 to `divisor` - 1.
  ///
  /// Times and years before 1970 are negative, and the division of the language rounds them towards 1970.
  func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
