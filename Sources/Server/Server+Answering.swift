import API
import HTTPMessage
import HTTPTypes
import JSON

/// Steps 10 and 11 of a request's trip: what was replied or thrown becomes a response.
extension Server {
  func response(_ reply: Reply, _ exchange: Exchange) -> Response {
    let fields = exchange.warnings + reply.headerFields
    if case .node(let node) = reply.body {
      return response(reply.status, body: render(node, exchange), fields, exchange)
    }
    let own = exchange.fields
    switch reply.body {
    case .none, .node:
      return Response(
        status: reply.status, presetFields: presets.fields(reply.status, version: exchange.version),
        standardFields: own, fields: fields)
    case .bytes(let bytes, let type) where exchange.call != nil:
      return Response(
        status: reply.status, presetFields: presets.fields(reply.status, version: exchange.version, type: type),
        standardFields: own,
        fields: fields, body: .bytes(bytes))
    case .bytes(let bytes, let type):
      return Response(
        status: reply.status, standardFields: own,
        fields: fields + [HTTPField(name: .contentType, value: type)] + CrossOrigin.fields, body: .bytes(bytes))
    }
  }

  private func response(
    _ status: HTTPResponse.Status, body: [UInt8], _ fields: [HTTPField], _ exchange: Exchange
  ) -> Response {
    var own = exchange.fields
    if status == .ok, let tag = tag(of: body, exchange) {
      own.append(.eTag, value: tag)
      if let known = exchange.request.fields[.ifNoneMatch], ETag.matches(known, tag) {
        return Response(
          status: .notModified, presetFields: presets.fields(.notModified, version: exchange.version),
          standardFields: own,
          fields: fields)
      }
    }
    return Response(
      status: status, presetFields: presets.fields(status, version: exchange.version), standardFields: own,
      fields: fields,
      body: .bytes(body), compressible: settings(exchange).gzip)
  }

  func response(refusing error: any Error, _ exchange: Exchange) -> Response {
    guard let error = error as? APIError else {
      logger.error("a handler failed", metadata: ["request_id": "\(exchange.id)", "error": "\(error)"])
      return response(
        refusing: APIError(status: .internalServerError, code: "server_error", message: "Server Error"), exchange)
    }
    var fields = exchange.warnings + error.headerFields
    if let hint = error.hint { fields.append(HTTPField(name: .mockHint, value: hint)) }
    return response(error.status, body: ErrorRendering.body(of: error, requestID: exchange.id), fields, exchange)
  }

  /// The settings that an answer follows.
  private func settings(_ exchange: Exchange) -> Settings {
    exchange.tenant?.settings ?? configuration.settings
  }

  private func tag(of body: [UInt8], _ exchange: Exchange) -> String? {
    switch settings(exchange).etag {
    case .off: nil
    case .auto: body.count <= ETag.longestAutomatic ? ETag.tag(of: body) : nil
    case .always: ETag.tag(of: body)
    }
  }
}
