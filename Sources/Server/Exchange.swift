import API
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
  var rate: RateLimit.Reading?
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

  init(_ request: Request, id: String, _ stopwatch: Stopwatch = Stopwatch()) {
    self.request = request
    self.id = id
    self.stopwatch = stopwatch
    isControl = request.segments.first == "_mock" || request.segments.isEmpty
  }

  /// As rules and filters see it.
  var subject: RequestPattern.Subject {
    RequestPattern.Subject(request: request, operation: operation?.id, version: version)
  }

  /// The fields that every answer has with values of its own, with room for one more.
  var fields: FieldBlock {
    var fields = FieldBlock(reserving: 256)
    rate?.write(to: &fields)
    fields.append(.requestID, value: id)
    fields.append(.runtime, value: Self.seconds(stopwatch.microseconds))
    return fields
  }

  /// With six decimals.
  private static func seconds(_ microseconds: Int64) -> String {
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
