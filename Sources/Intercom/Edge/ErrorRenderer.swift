import API
import HTTPMessage
import HTTPTypes
import JSON

/// Renders error responses: see <doc:Errors>.
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
    for (key, value) in error.extraMembers { list.append(key: key, value: value) }
    return JSON.object(list).bytes
  }

  /// JSON Schema of an `error.list`.
  static let schema: JSONObject = [
    "type": "object",
    "properties": [
      "type": ["type": "string", "enum": ["error.list"]], "request_id": ["type": "string"],
      "errors": [
        "type": "array",
        "items": [
          "type": "object",
          "properties": [
            "code": ["type": "string"], "message": ["anyOf": [["type": "string"], ["type": "null"]]],
            "field": ["type": "string"],
          ],
          "additionalProperties": false, "required": ["code", "message"],
        ],
      ],
    ],
    "additionalProperties": false, "required": ["type", "errors"],
  ]
}

/// The errors that do not depend on the operation.
enum GeneralErrors {
  static func error(for refusal: EdgeRefusal) -> APIError {
    switch refusal {
    case .unknownVersion: VersionNegotiation.unknownVersion
    case .unavailableVersion: VersionNegotiation.unavailableVersion
    case .rateLimitExceeded(let limit, let seconds):
      APIError(
        status: .tooManyRequests, code: "rate_limit_exceeded",
        message: "Exceeded rate limit of \(limit) in \(seconds)_seconds")
    case .status(let status): error(for: status)
    case .transport(let failure): error(for: failure)
    }
  }

  /// Unknown: the codes and messages of statuses that no recording shows.
  private static func error(for status: HTTPResponse.Status) -> APIError {
    switch status.code {
    case 400: APIError(status: status, code: "bad_request", message: "Bad Request")
    case 401: Authentication.invalidToken
    case 402, 403: APIError(status: status, code: "forbidden", message: "Forbidden request")
    case 404: .resourceNotFound
    case 406: AcceptHeader.notAcceptable
    case 408: APIError(status: status, code: "request_timeout", message: "Request Timeout")
    case 409: APIError(status: status, code: "conflict", message: "Conflict")
    case 422: APIError(status: status, code: "unprocessable_entity", message: "Unprocessable Entity")
    case 500: APIError(status: status, code: "server_error", message: "Server Error")
    case 502, 503, 504: APIError(status: status, code: "service_unavailable", message: "Service Unavailable")
    default:
      APIError(
        status: status, code: status.code < 500 ? "client_error" : "server_error",
        message: status.reasonPhrase.isEmpty
          ? (status.code < 500 ? "Client Error" : "Server Error") : status.reasonPhrase)
    }
  }

  /// Unknown: the codes that Intercom uses here.
  private static func error(for failure: RequestFailure) -> APIError {
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
