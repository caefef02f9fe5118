import API
import Glibc
import HTTPMessage
import HTTPTypes
import JSON
import TestSupport
@testable import HTTPTransport

/// An executable in a process of its own, called over HTTP.
struct ExecutableServer: StoryServer {
  /// Seconds after which the process ends even if the tests do not stop it, or a response is not awaited any longer.
  private static let (lifetime, timeout) = (60, 20)

  private let process: ChildProcess
  private let port: UInt16

  init(program: String, fixtures name: String) throws {
    let folders = FixtureSet.folders(of: name).flatMap { ["--fixtures", "\(TestFiles.root)/fixtures/\($0)"] }
    process = try ChildProcess(
      arguments: [
        "timeout", "\(Self.lifetime)", program, "--port", "0", "--log", "off", "--seed", "\(FixtureSet.randomSeed)",
        "--clock", "frozen:\(FixtureSet.startTime)",
      ] + folders)
    let line = process.read(line: true, seconds: Self.timeout)
    guard let ready = try? JSON(parsing: Array(line.utf8)), let port = ready["port"]?.integer else {
      process.stop()
      throw StoryError("\(program) printed no ready line: \(line)")
    }
    self.port = UInt16(clamping: port)
  }

  func stop() {
    process.stop()
  }

  func advanceClock(bySeconds seconds: Int64, before request: Request) throws {
    var fields: HTTPFields = [.contentType: "application/json"]
    fields[.authorization] = request.fields[.authorization]
    let advance = Request(
      method: .post, target: "/_mock/clock/advance", fields: ReceivedFields(fields),
      body: JSON.object(["seconds": .integer(seconds)]).bytes, authority: request.authority)
    guard try response(to: advance)?.status == .ok else { throw StoryError("the clock was not advanced") }
  }

  func response(to request: Request) throws -> Response? {
    let connection = try Connection(toPort: port, timeoutSeconds: Self.timeout)
    defer { connection.close() }
    try connection.send(Self.bytes(of: request))
    var parser = ResponseParser(limits: Self.limits, isBodiless: request.method == .head)
    do {
      while parser.completeResponse == nil, try connection.receive({ try parser.consume($0) }) {}
      try parser.handleEndOfInput()
    } catch HTTPClientError.closedEarly {
      return nil
    }
    return parser.completeResponse.map {
      Response(status: $0.status, fields: Array($0.fields), body: .bytes($0.body))
    }
  }

  private static var limits: ClientLimits {
    var limits = ClientLimits()
    limits.bodyBytes = 1 << 26
    return limits
  }

  private static func bytes(of request: Request) -> [UInt8] {
    var head =
      "\(request.method.rawValue) \(request.target) HTTP/1.1\r\nHost: \(request.authority)\r\nConnection: close\r\n"
    if !request.body.isEmpty || ![.get, .head].contains(request.method) {
      head += "Content-Length: \(request.body.count)\r\n"
    }
    return Array(head.utf8) + request.fields.bytes + Array("\r\n".utf8) + request.body
  }
}

/// A blocking TCP connection to a port of this machine.
private struct Connection {
  private let descriptor: Int32

  /// - Parameter seconds: the maximum time of each call
  init(toPort port: UInt16, timeoutSeconds seconds: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_in(
      sin_family: sa_family_t(AF_INET), sin_port: port.bigEndian, sin_addr: in_addr(s_addr: INADDR_LOOPBACK.bigEndian),
      sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw failure("connect") }
  }

  func close() {
    _ = Glibc.close(descriptor)
  }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw failure("send") }
      rest = rest.dropFirst(count)
    }
  }

  /// Passes the next bytes to a function; returns false at the end of the input. A reset ends the input, too.
  func receive(_ consume: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else {
      guard count == 0 || errno == ECONNRESET else { throw failure("receive") }
      return false
    }
    try buffer[..<count].withUnsafeBytes(consume)
    return true
  }

  private func failure(_ call: String) -> StoryError {
    StoryError("\(call): \(String(cString: strerror(errno)))")
  }
}
