import API
import HTTPMessage
import HTTPTypes
import JSON

/// One request on its way to its answer.
struct Exchange {
  let request: Request
  let id: String
  let started: ContinuousClock.Instant
  /// Echoed when the request came as far as negotiation.
  var version: String?
  /// The rate-limit fields, once the credentials were found valid.
  var rateFields: [HTTPField] = []
  var tenant: Tenant?
  var operation: API.Operation?
  var call: Call?
  /// The id of the fault that diverted it.
  var fault: String?
  /// What strict mode warns of.
  var warnings: [HTTPField] = []
  /// Whether no operation has its path.
  var isLost = false
  /// Whether it is for the control plane.
  let isControl: Bool

  init(_ request: Request, id: String, started: ContinuousClock.Instant) {
    self.request = request
    self.id = id
    self.started = started
    isControl = request.segments.first == "_mock" || request.segments.isEmpty
  }

  /// As rules and filters see it.
  var subject: RequestPattern.Subject {
    RequestPattern.Subject(request: request, operation: operation?.name, version: version)
  }

  /// The fields that every answer has of its own, with room for a few more.
  var fields: [HTTPField] {
    var fields: [HTTPField] = []
    fields.reserveCapacity(8)
    fields += rateFields
    fields += warnings
    fields.append(HTTPField(name: .requestID, value: id))
    fields.append(HTTPField(name: .runtime, value: runtime))
    return fields
  }

  /// Since the request came.
  var microseconds: Int64 {
    let (seconds, attoseconds) = started.duration(to: .now).components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }

  /// Seconds since the request came, with six decimals.
  private var runtime: String {
    let (seconds, attoseconds) = started.duration(to: .now).components
    var rest = attoseconds / 1_000_000_000_000
    let fraction = String(unsafeUninitializedCapacity: 7) { digits in
      for place in stride(from: 6, to: 0, by: -1) {
        digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      digits[0] = UInt8(ascii: ".")
      return 7
    }
    return String(seconds) + fraction
  }
}
