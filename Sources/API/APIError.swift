public import HTTPTypes
import HTTPTypes
import JSON

/// A refusal in Intercom's own words (errors.md).
public struct APIError: Error, Sendable {
  /// How the body is wrapped (errors.md, 1).
  public enum Envelope: Sendable, Equatable {
    public enum RequestIDMember: Sendable { case present, null, absent }
    /// An `error.list` with, without or with an empty `request_id`.
    case list(requestID: RequestIDMember)
    /// A single error: `{"type": "error", "request_id": ..., "message": ...}` (errors.md, 1.2).
    case single
    /// A body of its own kind.
    case raw(JSON)
  }

  public var status: HTTPResponse.Status
  /// Intercom's code, word for word: `parameter_not_found`.
  public var code: String
  public var message: String?
  public var field: String?
  /// Such as `Link` on a merged contact.
  public var headerFields: [HTTPField]
  public var envelope: Envelope
  /// Further members of an `error.list`.
  public var extraMembers: JSONObject = [:]
  /// For a person who reads the `X-Mock-Hint` field; never in the body.
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

  /// 404 in the model's own words.
  public static func notFound(for model: Model) -> APIError {
    APIError(status: .notFound, code: model.notFound.code, message: model.notFound.message)
  }

  /// 400 `client_error` for a cursor that is none.
  public static let invalidCursor = APIError(
    status: .badRequest, code: "client_error",
    message: "Invalid starting_after param. Please try again using a starting_after value from a paginated response")

  /// 404 in the general words.
  public static let resourceNotFound = APIError(status: .notFound, code: "not_found", message: "Resource Not Found")

  /// The same refusal without a `request_id` in its body.
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

/// A broken invariant of our own: logged whole, answered with 500.
public struct InternalError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    assertionFailure(description)
    self.description = description
  }
}

extension HTTPResponse.Status {
  /// The statuses that a client of an API may meet, with their reasons.
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

  /// The status of this number, with its reason when it has one.
  public static func standard(code: Int) -> HTTPResponse.Status {
    known.first { $0.code == code } ?? HTTPResponse.Status(code: code)
  }
}
