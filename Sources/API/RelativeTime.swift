/// Times such as `-2d`, `+30d`, `-3h`: a sign, a number and one of s, m, h, d, w.
enum RelativeTime {
  private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

  /// Seconds since 1970; nil for a text of another form.
  static func seconds(_ text: String, from now: Int64) -> Int64? {
    let digits = text.dropFirst().dropLast()
    guard let sign = text.first, sign == "-" || sign == "+", let unit = text.last.flatMap({ units[$0] }),
      digits.allSatisfy(\.isNumber), let count = Int64(digits), count < 1_000_000_000
    else { return nil }
    return now + (sign == "-" ? -1 : 1) * count * unit
  }
}
