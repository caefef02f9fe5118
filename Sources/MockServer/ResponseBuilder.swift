import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Store

/// Makes responses from replies and errors: header fields, entity tag and rendered body.
final class ResponseBuilder {
  let crossOrigin: CrossOrigin
  private let edge: any Edge
  /// The settings of requests without a workspace.
  private let defaultSettings: Settings
  private let logger: Logger
  private var presets: PresetFields
  /// Its buffer keeps the size of the largest body so far.
  private var writer: JSONWriter?
  /// The size of a record in the last long list, in bytes. Long lists reserve memory by it.
  private var estimatedBytesPerRecord = 2048
  /// Number of records from which a body is rendered into a buffer of its own.
  private static let longList = 8

  init(edge: any Edge, defaultSettings: Settings, logger: Logger) {
    self.edge = edge
    self.defaultSettings = defaultSettings
    self.logger = logger
    crossOrigin = CrossOrigin(edge: edge)
    presets = PresetFields(edge: edge)
  }

  func response(for reply: Reply, in exchange: Exchange) -> Response {
    let fields = exchange.warnings + reply.headerFields
    guard HeaderBlock.size(of: fields) <= HeaderBlock.maximumBytes else {
      return response(
        refusing: edge.error(for: .transport(.headTooLarge(limit: HeaderBlock.maximumBytes))), in: exchange)
    }
    switch reply.body {
    case .node(let node):
      return response(status: reply.status, body: render(node, in: exchange), fields: fields, in: exchange)
    case .none:
      return Response(
        status: reply.status, presetFields: presets.fields(status: reply.status, version: exchange.version),
        standardFields: standardFields(of: exchange), fields: fields)
    case .bytes(let bytes, let type) where exchange.call != nil:
      return Response(
        status: reply.status,
        presetFields: presets.fields(status: reply.status, version: exchange.version, contentType: type),
        standardFields: standardFields(of: exchange), fields: fields, body: .bytes(bytes))
    case .pieces(let pieces) where pieces.count > 1:
      return Response(
        status: reply.status, presetFields: presets.fields(status: reply.status, version: exchange.version),
        standardFields: standardFields(of: exchange), fields: fields, body: .pieces(pieces))
    case .pieces(let pieces):
      return response(status: reply.status, body: pieces.first ?? [], fields: fields, in: exchange)
    case .bytes(let bytes, let type):
      return Response(
        status: reply.status, standardFields: standardFields(of: exchange),
        fields: fields + [HTTPField(name: .contentType, value: type)], body: .bytes(bytes))
    }
  }

  /// The response for the reply that a handler computes.
  func response(for work: SlicedWork<Reply>, in exchange: Exchange) -> SlicedWork<Response> {
    switch work {
    case .finished(let reply): .finished(response(for: reply, in: exchange))
    case .unfinished(let step):
      .unfinished {
        do {
          return try step().map { self.response(for: $0, in: exchange) }
        } catch {
          return self.response(refusing: error, in: exchange)
        }
      }
    }
  }

  /// Any error but `APIError` is a defect: it is logged and answered with 500.
  func response(refusing error: any Error, in exchange: Exchange) -> Response {
    guard let error = error as? APIError else {
      logger.error("a handler failed", metadata: ["request_id": "\(exchange.id)", "error": "\(error)"])
      return response(refusing: edge.error(for: .status(.internalServerError)), in: exchange)
    }
    var fields = exchange.warnings + error.headerFields
    if let hint = error.hint {
      fields.append(HTTPField(name: .mockHint, value: hint.shortened(toBytes: HeaderBlock.maximumHintBytes)))
    }
    return response(
      status: error.status, body: edge.body(of: error, requestID: exchange.id), fields: fields, in: exchange)
  }

  func response(to failure: RequestFailure) -> Response {
    let id = edge.nextRequestID()
    let error = edge.error(for: .transport(failure))
    var fields = FieldBlock()
    edge.write(ResponseFacts(requestID: id), to: &fields)
    return Response(
      status: error.status, presetFields: presets.fields(status: error.status, version: nil), standardFields: fields,
      body: .bytes(edge.body(of: error, requestID: id)), compressible: false, closesConnection: true)
  }

  /// The fields whose values differ in each response, with room for one more.
  func standardFields(of exchange: Exchange) -> FieldBlock {
    var fields = FieldBlock(reserving: exchange.readingOrigin == nil ? 256 : 512)
    edge.write(
      ResponseFacts(
        requestID: exchange.id, microseconds: exchange.stopwatch.microseconds,
        rateLimitStatus: exchange.rateLimitStatus, isServiceHost: exchange.hostStanding == .service), to: &fields)
    if let origin = exchange.readingOrigin { crossOrigin.write(for: origin, to: &fields) }
    return fields
  }

  private func response(
    status: HTTPResponse.Status, body: [UInt8], fields: [HTTPField], in exchange: Exchange
  ) -> Response {
    let settings = exchange.session?.settings ?? defaultSettings
    var own = standardFields(of: exchange)
    if status == .ok, let tag = entityTag(of: body, mode: settings.etag) {
      own.append(.eTag, value: tag)
      if EntityTags.isKnown(tag, to: exchange.request) {
        return Response(
          status: .notModified, presetFields: presets.fields(status: .notModified, version: exchange.version),
          standardFields: own, fields: fields)
      }
    }
    return Response(
      status: status, presetFields: presets.fields(status: status, version: exchange.version), standardFields: own,
      fields: fields, body: .bytes(body), compressible: settings.gzip)
  }

  private func entityTag(of body: [UInt8], mode: Settings.ETagMode) -> String? {
    switch mode {
    case .off: nil
    case .auto: body.count <= EntityTags.automaticLimit ? edge.entityTag(of: body) : nil
    case .always: edge.entityTag(of: body)
    }
  }
}

// MARK: Bodies

extension ResponseBuilder {
  private func render(_ node: Node, in exchange: Exchange) -> [UInt8] {
    guard let call = exchange.call else {
      if case .json(let json) = node { return json.bytes }
      return []
    }
    let records = node.recordCount
    if records >= Self.longList { return render(node, recordCount: records, in: call) }
    var renderer = Renderer(in: call, to: writer.take() ?? JSONWriter(reserving: 65_536))
    renderer.write(node)
    var used = renderer.finish()
    let body = used.bytes
    used.removeAll()
    writer = .some(used)
    return body
  }

  /// Renders a long list without the shared writer, because its bytes would have to be copied.
  private func render(_ node: Node, recordCount records: Int, in call: Call) -> [UInt8] {
    let body = JSONWriter.bytes(expecting: records * estimatedBytesPerRecord + 1024) { writer in
      var renderer = Renderer(in: call, to: writer)
      renderer.write(node)
      return renderer.finish()
    }
    estimatedBytesPerRecord = min(max(estimatedBytesPerRecord, body.count / records), 8192)
    return body
  }
}
