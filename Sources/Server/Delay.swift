import Glibc
import Store

/// How long an answer is kept back.
public enum Delay: Sendable {
  /// The longest, ten minutes.
  public static let longest = 600_000.0

  case fixed(Double)
  /// Anything between, each as likely.
  case between(Double, Double)
  /// As answers of servers go: half are faster than the median, one of a hundred is slower than `p99`.
  case lognormal(median: Double, p99: Double)

  /// So many milliseconds this time.
  func milliseconds(_ random: inout IDGenerator) -> Int {
    switch self {
    case .fixed(let time): Int(time)
    case .between(let least, let most): Int((least + (most - least) * Self.unit(&random)).rounded())
    case .lognormal(let median, let p99):
      Int(min(median * exp(log(p99 / median) / 2.326347874 * Self.normal(&random)), Self.longest).rounded())
    }
  }

  /// Above 0, up to 1.
  private static func unit(_ random: inout IDGenerator) -> Double {
    (Double(random.random() >> 11) + 1) / Double(1 << 53)
  }

  /// Of the standard normal distribution (Box and Muller).
  private static func normal(_ random: inout IDGenerator) -> Double {
    let (radius, angle) = (unit(&random), unit(&random))
    return (-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle)
  }
}
