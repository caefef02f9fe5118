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
  var rateLimitStatus: RateLimitStatus?
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
