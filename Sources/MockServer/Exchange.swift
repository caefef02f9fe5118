import API
import Glibc
import HTTPMessage
import HTTPTypes
import JSON

/// One request on its way to its answer.
struct Exchange {
  let request: Request
  let id: String
  let stopwatch: Stopwatch
  /// Echoed when the request came as far as negotiation.
  var version: String?
  /// What the rate-limit fields say, once the credentials were found valid.
  var rateLimitStatus: RateLimiter.Status?
  var session: WorkspaceSession?
  var operation: API.Operation?
  var call: Call?
  /// The id of the fault that diverted it.
  var faultID: String?
  /// What strict mode warns of.
  var warnings: [HTTPField] = []
  /// Whether no operation has its path.
  var hasUnknownPath = false
  /// Whether it is for the control plane.
  let isControl: Bool

  init(request: Request, id: String, stopwatch: Stopwatch = Stopwatch()) {
    self.request = request
    self.id = id
    self.stopwatch = stopwatch
    isControl = ControlRouter.isControl(segments: request.segments)
  }

  /// As rules and filters see it.
  var subject: RequestPattern.Subject {
    RequestPattern.Subject(request: request, operation: operation?.id, version: version)
  }

  /// The fields that every answer has with values of its own, with room for one more.
  var fields: FieldBlock {
    var fields = FieldBlock(reserving: 256)
    rateLimitStatus?.write(to: &fields)
    fields.append(.requestID, value: id)
    fields.append(.runtime, value: Self.seconds(fromMicroseconds: stopwatch.microseconds))
    return fields
  }

  /// With six decimals.
  private static func seconds(fromMicroseconds microseconds: Int64) -> String {
    var rest = microseconds % 1_000_000
    let fraction = String(unsafeUninitializedCapacity: 7) { digits in
      for place in stride(from: 6, to: 0, by: -1) {
        digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      digits[0] = UInt8(ascii: ".")
      return 7
    }
    return String(microseconds / 1_000_000) + fraction
  }
}

/// How long something has been going on, by a clock that only ever runs forward.
struct Stopwatch {
  private let start = Self.now

  /// Since it was made.
  var microseconds: Int64 { (Self.now - start) / 1000 }

  /// In nanoseconds since the machine started. Read without the arithmetic of `Duration`, which every request would pay
  /// for twice.
  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
