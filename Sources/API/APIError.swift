public import HTTPTypes
import HTTPTypes
import JSON

/// An error reply with Intercom's code and message (Documentation.docc/Errors.md).
public struct APIError: Error, Sendable {
  /// The format of the error body (Documentation.docc/Errors.md, "Envelopes").
  public enum Envelope: Sendable, Equatable {
    public enum RequestIDMember: Sendable { case present, null, absent }
    /// An `error.list`, with a `request_id`, with `"request_id": null`, or without the member.
    case list(requestID: RequestIDMember)
    /// A single error: `{"type": "error", "request_id": ..., "message": ...}` (Documentation.docc/Errors.md, "Other
    /// envelopes").
    case single
    /// A body that follows neither format.
    case raw(JSON)
  }

  public var status: HTTPResponse.Status
  /// Intercom's error code: `parameter_not_found`.
  public var code: String
  public var message: String?
  public var field: String?
  /// Additional header fields, such as `Link` on a merged contact.
  public var headerFields: [HTTPField]
  public var envelope: Envelope
  /// Additional members of an `error.list`.
  public var extraMembers: JSONObject = [:]
  /// The value of the `X-Mock-Hint` header field, which explains the error to a developer. Never part of the body.
  public var hint: String?

  public init(
    status: HTTPResponse.Status, code: String, message: String?, field: String? = nil,
    headerFields: [HTTPField] = [], envelope: Envelope = .list(requestID: .present), hint: String? = nil
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.field = field
    self.headerFields = headerFields
    self.envelope = envelope
    self.hint = hint
  }

  /// 400 `parameter_invalid`.
  public static func parameterInvalid(_ message: String, field: String? = nil) -> APIError {
    APIError(status: .badRequest, code: "parameter_invalid", message: message, field: field)
  }

  /// 400 `parameter_not_found`.
  public static func parameterMissing(_ message: String) -> APIError {
    APIError(status: .badRequest, code: "parameter_not_found", message: message)
  }

  /// 409 `conflict`.
  public static func conflict(_ message: String) -> APIError {
    APIError(status: .conflict, code: "conflict", message: message)
  }

  /// 404 `not_found`.
  public static func notFound(_ message: String) -> APIError {
    APIError(status: .notFound, code: "not_found", message: message)
  }

  /// 503 `service_unavailable`.
  public static func serviceUnavailable(_ message: String) -> APIError {
    APIError(status: .serviceUnavailable, code: "service_unavailable", message: message)
  }

  /// 404 with the model's code and message.
  public static func notFound(for model: Model) -> APIError {
    APIError(status: .notFound, code: model.notFound.code, message: model.notFound.message)
  }

  /// 400 `client_error` for a malformed `starting_after`.
  public static let invalidCursor = APIError(
    status: .badRequest, code: "client_error",
    message: "Invalid starting_after param. Please try again using a starting_after value from a paginated response")

  /// 404 with the generic code and message.
  public static let resourceNotFound = APIError(status: .notFound, code: "not_found", message: "Resource Not Found")

  /// A copy of the error without a `request_id` in its body.
  public var withoutRequestID: APIError {
    var copy = self
    copy.envelope = .list(requestID: .absent)
    return copy
  }
}

extension APIError: Equatable {
  public static func == (left: APIError, right: APIError) -> Bool {
    left.status == right.status && left.code == right.code && left.message == right.message
      && left.field == right.field && left.envelope == right.envelope
  }
}

extension HTTPResponse.Status {
  /// The statuses that an API client may receive, with their reason phrases.
  private static let known: [HTTPResponse.Status] = [
    .ok, .created, .accepted, .nonAuthoritativeInformation, .noContent, .resetContent, .partialContent,
    .multipleChoices, .movedPermanently, .found, .seeOther, .notModified, .temporaryRedirect, .permanentRedirect,
    .badRequest, .unauthorized, HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required"), .forbidden, .notFound,
    .methodNotAllowed, .notAcceptable, .proxyAuthenticationRequired, .requestTimeout, .conflict, .gone, .lengthRequired,
    .preconditionFailed, .contentTooLarge, .uriTooLong, .unsupportedMediaType, .rangeNotSatisfiable, .expectationFailed,
    .misdirectedRequest, .unprocessableContent, HTTPResponse.Status(code: 423, reasonPhrase: "Locked"), .tooEarly,
    .upgradeRequired, .preconditionRequired, .tooManyRequests, .requestHeaderFieldsTooLarge,
    .unavailableForLegalReasons, .internalServerError, .notImplemented, .badGateway, .serviceUnavailable,
    .gatewayTimeout, .httpVersionNotSupported, .networkAuthenticationRequired,
  ]

  /// Returns the status of a code, with the standard reason phrase; an empty phrase if the code has none.
  public static func standard(code: Int) -> HTTPResponse.Status {
    known.first { $0.code == code } ?? HTTPResponse.Status(code: code)
  }
}
