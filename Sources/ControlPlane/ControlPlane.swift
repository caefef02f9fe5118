import API
import HTTPMessage
import HTTPTypes
import JSON
import Server
import Store

/// What a test suite needs beside the API itself: everything under `/_mock`, and `GET /`.
///
/// A call addresses the workspace of its token; without one, the default workspace.
public final class ControlPlane {
  private typealias Answer = @Sendable (ControlPlane, ControlCall) throws -> Reply

  private struct Route {
    let method: HTTPRequest.Method
    let path: [String]
    let answer: Answer
  }

  private static let routes: [(HTTPRequest.Method, String, Answer)] = [
    (.get, "", { plane, _ in plane.welcome() }),
    (.get, "_mock/health", { plane, _ in plane.health() }),
    (.get, "_mock/operations", { plane, _ in plane.operations() }),
    (.post, "_mock/reset", { plane, call in try plane.reset(call) }),
    (.get, "_mock/state", { plane, call in try plane.state(call) }),
    (.get, "_mock/workspaces", { plane, _ in plane.workspaces() }),
    (.delete, "_mock/workspaces/{token}", { plane, call in try plane.forget(call) }),
  ]

  let server: Server
  private let routes: [Route]
  private let started = ContinuousClock.now

  public init(_ server: Server) {
    self.server = server
    routes = Self.routes.map { method, path, answer in
      Route(method: method, path: path.split(separator: "/").map(String.init), answer: answer)
    }
  }

  /// Answers one request.
  ///
  /// Throws 404 for what is not here and `parameter_invalid` for what makes no sense.
  public func respond(to request: Request) throws -> Reply {
    let method = request.method == .head ? .get : request.method
    for route in routes where route.method == method {
      guard let parameters = Self.match(route.path, request.segments) else { continue }
      return try route.answer(self, ControlCall(request, parameters: parameters))
    }
    let known = routes.filter { Self.match($0.path, request.segments) != nil }.map(\.method.rawValue)
    var error = APIError.resourceNotFound
    error.hint = known.isEmpty ? "GET / says what there is" : "this path has \(known.joined(separator: ", ")) only"
    throw error
  }

  /// Seconds since the server came up.
  var uptime: Int64 {
    started.duration(to: .now).components.seconds
  }

  private static func match(_ path: [String], _ segments: [String]) -> [String]? {
    guard path.count == segments.count else { return nil }
    var parameters: [String] = []
    for (part, segment) in zip(path, segments) {
      if part.hasPrefix("{") { parameters.append(segment) } else if part != segment { return nil }
    }
    return parameters
  }
}
