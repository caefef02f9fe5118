import HTTPTypes

/// One operation of the API: a row of a resource's table.
public final class Operation: Sendable {
  public typealias Handler = @Sendable (Call) throws -> Reply

  public let method: HTTPRequest.Method
  /// `/contacts/{id}`.
  public let path: String
  /// As the published descriptions call it, in lower camel case: `createContact`.
  public let name: String
  /// The published schema of the request body, when versions differ in it.
  public let takes: String?
  /// The media type of its request body; of anything but JSON the handler reads the bytes itself.
  public let consumes: String
  /// The media type of what it answers with; `*/*` when a client need not take any.
  public let produces: String
  public let availability: Availability
  /// Whether the published descriptions have it; what they lack is served because official libraries call it.
  public let isDocumented: Bool
  let handler: Handler
  /// The literals and parameter names of `path`.
  let segments: [Segment]

  enum Segment: Sendable, Equatable {
    case literal(String)
    case parameter(String)
  }

  public init(
    _ method: HTTPRequest.Method, _ path: String, _ name: String, takes: String? = nil,
    consumes: String = "application/json", produces: String = "application/json", _ handler: @escaping Handler,
    _ availability: Availability = .always, isDocumented: Bool = true
  ) {
    self.isDocumented = isDocumented
    self.method = method
    self.path = path
    self.name = name
    self.takes = takes
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
      if start < index { segments.append(segment(bytes.extracting(start..<index))) }
      start = index + 1
    }
    return segments
  }

  /// `{id}` or `contacts`.
  private static func segment(_ bytes: Span<UInt8>) -> Segment {
    let isParameter = bytes[0] == UInt8(ascii: "{")
    let name = isParameter ? bytes.extracting(1..<max(bytes.count - 1, 1)) : bytes
    // Cut beside bytes that are characters by themselves, so it is as valid as the path.
    let text = String(copying: UTF8Span(unchecked: name))
    return isParameter ? .parameter(text) : .literal(text)
  }

  /// The same operation, marked as one that no published description has.
  public var beyondDescriptions: Operation {
    Operation(
      method, path, name, takes: takes, consumes: consumes, produces: produces, handler, availability,
      isDocumented: false)
  }

  /// Runs the handler.
  public func callAsFunction(_ call: Call) throws -> Reply {
    try handler(call)
  }
}

extension Operation {
  public static func get(
    _ path: String, _ name: String, produces: String = "application/json", _ handler: @escaping Handler,
    _ availability: Availability = .always
  ) -> Operation {
    Operation(.get, path, name, produces: produces, handler, availability)
  }

  public static func post(
    _ path: String, _ name: String, takes: String? = nil, consumes: String = "application/json",
    _ handler: @escaping Handler, _ availability: Availability = .always
  ) -> Operation {
    Operation(.post, path, name, takes: takes, consumes: consumes, handler, availability)
  }

  public static func put(
    _ path: String, _ name: String, takes: String? = nil, _ handler: @escaping Handler,
    _ availability: Availability = .always
  ) -> Operation {
    Operation(.put, path, name, takes: takes, handler, availability)
  }

  public static func patch(
    _ path: String, _ name: String, takes: String? = nil, _ handler: @escaping Handler,
    _ availability: Availability = .always
  ) -> Operation {
    Operation(.patch, path, name, takes: takes, handler, availability)
  }

  public static func delete(
    _ path: String, _ name: String, _ handler: @escaping Handler, _ availability: Availability = .always
  ) -> Operation {
    Operation(.delete, path, name, handler, availability)
  }
}
