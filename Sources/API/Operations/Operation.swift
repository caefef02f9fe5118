import HTTPTypes
import Store

/// One operation of the API: a method and a path with their handler.
public final class Operation: Sendable {
  /// Carries out the operation and returns the reply. Throws an `APIError` to reply with an error.
  public typealias Handler = @Sendable (Call) throws -> Reply
  /// A handler whose reply may take longer than a few milliseconds to compute. If the operation changes records, the last
  /// step must do all writes: other requests are served between the steps.
  public typealias SlicedHandler = @Sendable (Call) throws -> SlicedWork<Reply>

  public let method: HTTPRequest.Method
  /// The path template: `/contacts/{id}`.
  public let path: String
  /// The operation id of the published descriptions, in lower camel case: `createContact`.
  public let id: String
  /// The name of the request body's schema if the body depends on the version; nil otherwise.
  public let requestSchema: String?
  /// The media type of the request body. If it is not JSON, the handler parses the body itself.
  public let consumes: String
  /// The media type of the reply, which the request's `Accept` must permit; `*/*` if any `Accept` is permitted.
  public let produces: String
  /// The versions that have the operation.
  public let availability: Availability
  /// How the operation differs from what its method suggests.
  public let kind: Kind
  /// Whether the published descriptions contain the operation. Undocumented operations exist because official client
  /// libraries call them.
  public let isDocumented: Bool
  private let implementation: Implementation
  /// The segments of `path`.
  let segments: [Segment]

  enum Segment: Sendable, Equatable {
    case literal(String)
    case parameter(String)
  }

  private enum Implementation: Sendable {
    case immediate(Handler)
    case sliced(SlicedHandler)
  }

  /// How an operation differs from what its method suggests.
  public enum Kind: Sendable {
    case standard
    /// Searches records, with the search lag of the workspace.
    case search
    /// Lists records although its method is POST.
    case list
    /// Sends an event stream.
    case stream
  }

  /// - Parameters:
  ///   - method: the HTTP method
  ///   - path: the path template: `/contacts/{id}`
  ///   - name: the operation id of the published descriptions, in lower camel case
  ///   - requestSchema: the name of the request body's schema if the body depends on the version
  ///   - consumes: the media type of the request body
  ///   - produces: the media type of the reply
  ///   - kind: how the operation differs from what its method suggests
  ///   - handler: carries out the operation
  ///   - availability: the versions that have the operation
  ///   - isDocumented: whether the published descriptions contain the operation
  public convenience init(
    method: HTTPRequest.Method, path: String, id name: String, requestSchema: String? = nil,
    consumes: String = "application/json", produces: String = "application/json", kind: Kind = .standard,
    handler: @escaping Handler, available availability: Availability = .always, isDocumented: Bool = true
  ) {
    self.init(
      method: method, path: path, id: name, requestSchema: requestSchema, consumes: consumes, produces: produces,
      kind: kind, implementation: .immediate(handler), available: availability, isDocumented: isDocumented)
  }

  private init(
    method: HTTPRequest.Method, path: String, id name: String, requestSchema: String?, consumes: String,
    produces: String, kind: Kind, implementation: Implementation, available availability: Availability,
    isDocumented: Bool
  ) {
    self.kind = kind
    self.isDocumented = isDocumented
    self.method = method
    self.path = path
    self.id = name
    self.requestSchema = requestSchema
    self.consumes = consumes
    self.produces = produces
    self.availability = availability
    self.implementation = implementation
    segments = Self.segments(of: path)
  }

  /// Splits a path template at its slashes. Works on bytes because splitting by `Character` took 5 % of the start time.
  private static func segments(of path: String) -> [Segment] {
    let bytes = path.utf8Span.span
    var segments: [Segment] = []
    segments.reserveCapacity(8)
    var start = 0
    for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "/") {
      if start < index { segments.append(segment(of: bytes.extracting(start..<index))) }
      start = index + 1
    }
    return segments
  }

  /// Parses one segment: `{id}` or `contacts`.
  private static func segment(of bytes: Span<UInt8>) -> Segment {
    let isParameter = bytes[0] == UInt8(ascii: "{")
    let name = isParameter ? bytes.extracting(1..<max(bytes.count - 1, 1)) : bytes
    // The path was split at ASCII bytes, so the segment is valid UTF-8.
    let text = String(copying: UTF8Span(unchecked: name))
    return isParameter ? .parameter(text) : .literal(text)
  }

  /// A copy of the operation that is marked as missing in the published descriptions.
  public var undocumented: Operation {
    Operation(
      method: method, path: path, id: id, requestSchema: requestSchema, consumes: consumes, produces: produces,
      kind: kind, implementation: implementation, available: availability, isDocumented: false)
  }

  /// Whether the operation changes no records.
  public var isReadOnly: Bool {
    method == .get || kind == .search || kind == .list
  }

  /// Starts the handler: an immediate one has finished then, of a sliced one no step is done yet.
  public func begin(_ call: Call) throws -> SlicedWork<Reply> {
    switch implementation {
    case .sliced(let handler): return try handler(call)
    case .immediate(let handler):
      do {
        let reply = try handler(call)
        guard !call.unfinishedChanges.isEmpty else { return .finished(reply) }
        return IsolatedChange(of: call).work.map { reply }
      } catch {
        call.finishChanges()
        throw error
      }
    }
  }

  /// Runs the handler to its end.
  public func callAsFunction(_ call: Call) throws -> Reply {
    try begin(call).value()
  }
}

extension Operation {
  public static func get(
    _ path: String, id name: String, produces: String = "application/json", kind: Kind = .standard,
    handler: @escaping Handler, available availability: Availability = .always
  ) -> Operation {
    Operation(
      method: .get, path: path, id: name, produces: produces, kind: kind, handler: handler, available: availability)
  }

  public static func post(
    _ path: String, id name: String, requestSchema: String? = nil, consumes: String = "application/json",
    kind: Kind = .standard, handler: @escaping Handler, available availability: Availability = .always
  ) -> Operation {
    Operation(
      method: .post, path: path, id: name, requestSchema: requestSchema, consumes: consumes, kind: kind,
      handler: handler, available: availability)
  }

  public static func put(
    _ path: String, id name: String, requestSchema: String? = nil, handler: @escaping Handler,
    available availability: Availability = .always
  ) -> Operation {
    Operation(
      method: .put, path: path, id: name, requestSchema: requestSchema, handler: handler, available: availability)
  }

  public static func patch(
    _ path: String, id name: String, requestSchema: String? = nil, handler: @escaping Handler,
    available availability: Availability = .always
  ) -> Operation {
    Operation(
      method: .patch, path: path, id: name, requestSchema: requestSchema, handler: handler, available: availability)
  }

  public static func delete(
    _ path: String, id name: String, handler: @escaping Handler, available availability: Availability = .always
  ) -> Operation {
    Operation(method: .delete, path: path, id: name, handler: handler, available: availability)
  }

  /// An operation whose handler works in steps.
  public static func get(
    _ path: String, id name: String, kind: Kind = .standard, slicedHandler handler: @escaping SlicedHandler,
    available availability: Availability = .always
  ) -> Operation {
    sliced(.get, path: path, id: name, kind: kind, handler: handler, available: availability)
  }

  /// An operation whose handler works in steps.
  public static func post(
    _ path: String, id name: String, kind: Kind = .standard, slicedHandler handler: @escaping SlicedHandler,
    available availability: Availability = .always
  ) -> Operation {
    sliced(.post, path: path, id: name, kind: kind, handler: handler, available: availability)
  }

  /// An operation whose handler works in steps.
  public static func delete(
    _ path: String, id name: String, slicedHandler handler: @escaping SlicedHandler,
    available availability: Availability = .always
  ) -> Operation {
    sliced(.delete, path: path, id: name, kind: .standard, handler: handler, available: availability)
  }

  private static func sliced(
    _ method: HTTPRequest.Method, path: String, id name: String, kind: Kind, handler: @escaping SlicedHandler,
    available availability: Availability
  ) -> Operation {
    Operation(
      method: method, path: path, id: name, requestSchema: nil, consumes: "application/json",
      produces: "application/json", kind: kind, implementation: .sliced(handler), available: availability,
      isDocumented: true)
  }
}
