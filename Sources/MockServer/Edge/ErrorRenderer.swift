import API
import HTTPMessage
import HTTPTypes
import JSON

/// The only place that knows how a refusal is wrapped (errors.md, 1).
enum ErrorRenderer {
  static func body(of error: APIError, requestID: String) -> [UInt8] {
    switch error.envelope {
    case .list(let shown): errorList(error, showing: shown, requestID: requestID)
    case .single:
      JSON.object(["type": "error", "request_id": .string(requestID), "message": .optional(error.message)]).bytes
    case .raw(let json): json.bytes
    }
  }

  private static func errorList(
    _ error: APIError, showing shown: APIError.Envelope.RequestIDMember, requestID: String
  ) -> [UInt8] {
    var detail: JSONObject = ["code": .string(error.code), "message": .optional(error.message)]
    if let field = error.field { detail.append(key: "field", value: .string(field)) }
    var list: JSONObject = ["type": "error.list"]
    switch shown {
    case .present: list.append(key: "request_id", value: .string(requestID))
    case .null: list.append(key: "request_id", value: .null)
    case .absent: break
    }
    list.append(key: "errors", value: [.object(detail)])
    return JSON.object(list).bytes
  }

  /// What the transport refuses by itself, in words. Unknown: the codes that Intercom's edge uses here.
  static func error(for failure: RequestFailure) -> APIError {
    switch failure {
    case .malformed(let reason):
      APIError(status: .badRequest, code: "bad_request", message: "The request is malformed: \(reason)")
    case .timedOut:
      APIError(status: .requestTimeout, code: "request_timeout", message: "The request was not complete in time")
    case .bodyTooLarge(let limit):
      APIError(
        status: .contentTooLarge, code: "client_error", message: "The request body is larger than \(limit) bytes")
    case .expectationFailed:
      APIError(
        status: .expectationFailed, code: "client_error",
        message: "The only expectation that can be met is 100-continue")
    case .headTooLarge(let limit):
      APIError(
        status: .requestHeaderFieldsTooLarge, code: "client_error",
        message: "The request head is larger than \(limit) bytes")
    case .unsupportedTransferCoding:
      APIError(
        status: .notImplemented, code: "client_error", message: "The only transfer coding that is understood is chunked"
      )
    case .unsupportedVersion:
      APIError(status: .httpVersionNotSupported, code: "client_error", message: "HTTP/1.0 and HTTP/1.1 are understood")
    }
  }
}
