import HTTPTypes

/// One operation of the API: a row of a resource's table.
public final class Operation: Sendable {
  public typealias Handler = @Sendable (Call) throws -> Reply

  public let method: HTTPRequest.Method
  /// `/contacts/{id}`.
  public let path: String
  /// As the published descriptions call it, in lower camel case: `createContact`.
  public let id: String
  /// The published schema of the request body, when versions differ in it.
  public let requestSchema: String?
  /// The media type of its request body; of anything but JSON the handler reads the bytes itself.
  public let consumes: String
  /// The media type of what it answers with; `*/*` when a client need not take any.
  public let produces: String
  public let availability: Availability
  public let kind: Kind
  /// Whether the published descriptions have it; what they lack is served because official libraries call it.
  public let isDocumented: Bool
  let handler: Handler
  /// The literals and parameter names of `path`.
  let segments: [Segment]

  enum Segment: Sendable, Equatable {
    case literal(String)
    case parameter(String)
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

  public init(
    method: HTTPRequest.Method, path: String, id name: String, requestSchema: String? = nil,
    consumes: String = "application/json", produces: String = "application/json", kind: Kind = .standard,
    handler: @escaping Handler, available availability: Availability = .always, isDocumented: Bool = true
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
    self.handler = handler
    segments = Self.segments(of: path)
  }

  /// The parts of a path between its slashes. By its bytes: to look for characters would take a twentieth of the server's
  /// start.
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

  /// `{id}` or `contacts`.
  private static func segment(of bytes: Span<UInt8>) -> Segment {
    let isParameter = bytes[0] == UInt8(ascii: "{")
    let name = isParameter ? bytes.extracting(1..<max(bytes.count - 1, 1)) : bytes
    // Cut beside bytes that are characters by themselves, so it is as valid as the path.
    let text = String(copying: UTF8Span(unchecked: name))
    return isParameter ? .parameter(text) : .literal(text)
  }

  /// The same operation, marked as one that no published description has.
  public var undocumented: Operation {
    Operation(
      method: method, path: path, id: id, requestSchema: requestSchema, consumes: consumes, produces: produces,
      kind: kind, handler: handler, available: availability,
      isDocumented: false)
  }

  /// Whether the operation changes no records.
  public var isReadOnly: Bool {
    method == .get || kind == .search || kind == .list
  }

  /// Runs the handler.
  public func callAsFunction(_ call: Call) throws -> Reply {
    try handler(call)
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
}
