public import HTTPTypes

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
  public static func numbered(_ code: Int) -> HTTPResponse.Status {
    known.first { $0.code == code } ?? HTTPResponse.Status(code: code)
  }
}
