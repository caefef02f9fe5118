import API
import Glibc
import HTTPMessage
import HTTPTypes
import JSON

/// One request on its way to its response.
struct Exchange {
  let request: Request
  let id: String
  let stopwatch: Stopwatch
  /// The version name to repeat; nil before negotiation.
  var version: String?
  /// Nil before authentication.
  var rateLimitStatus: RateLimitStatus?
  var session: WorkspaceSession?
  var operation: API.Operation?
  var call: Call?
  /// The id of the fault rule that took the request.
  var faultID: String?
  /// The value of a long body; others are parsed when they are needed.
  var parsedBody: ParsedBody?
  /// The warnings of strict mode.
  var warnings: [HTTPField] = []
  /// Whether the catalogue has no operation with the path.
  var hasUnknownPath = false
  /// Whether the host of the request is served.
  var hostStanding = HostRule.Standing.local
  /// The origin of a web page that may read the response.
  var readingOrigin: String?
  /// Whether the control plane serves it.
  let isControl: Bool

  init(request: Request, id: String, stopwatch: Stopwatch = Stopwatch()) {
    self.request = request
    self.id = id
    self.stopwatch = stopwatch
    isControl = ControlRouter.isControl(segments: request.segments)
  }

  var subject: RequestSubject {
    RequestSubject(request: request, operation: operation?.id, version: version)
  }
}

/// Measures elapsed time with a monotonic clock.
struct Stopwatch {
  private let start = Self.now

  var microseconds: Int64 { (Self.now - start) / 1000 }

  /// Nanoseconds since boot. `clock_gettime` instead of `ContinuousClock`, because each request reads it twice.
  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
