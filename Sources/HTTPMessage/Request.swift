public import HTTPTypes

/// A received request. Path and query are percent-decoded; nothing else is interpreted.
public struct Request: Sendable {
  /// The method. Methods are case-sensitive (RFC 9110, 9.1).
  public var method: HTTPRequest.Method
  /// The request target in origin form (RFC 9112, 3.2.1): path and query, still encoded.
  public var target: String
  /// The segments of the path, decoded after splitting. Empty segments are omitted.
  public var segments: [String]
  /// The decoded items of the query, in order, including repeated names.
  public var query: [QueryItem]
  /// The header fields as received.
  public var fields: ReceivedFields
  /// The body without transfer codings; empty if there is none.
  public var body: [UInt8]
  /// `http` or `https`: the scheme of a target in absolute form, otherwise that of the connection.
  public var scheme: String
  /// The host and the optional port: the authority of a target in absolute form, otherwise the `Host` field.
  public var authority: String
  /// The IP address of the peer; empty for a Unix socket.
  public var peer: String

  public init(
    method: HTTPRequest.Method, target: String, fields: ReceivedFields = ReceivedFields(), body: [UInt8] = [],
    scheme: String = "http", authority: String = "", peer: String = ""
  ) {
    self.method = method
    self.target = target
    (self.segments, self.query) = RequestTarget.split(target)
    self.fields = fields
    self.body = body
    self.scheme = scheme
    self.authority = authority
    self.peer = peer
  }
}

/// A decoded `name=value` item of a query. A name without `=` has an empty value.
public struct QueryItem: Sendable, Equatable {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// Splits and decodes request targets (RFC 3986, 2.1, 3.3 and 3.4).
public enum RequestTarget {
  /// The decoded path segments and query items of an origin-form target.
  ///
  /// Invalid percent escapes are not decoded. Invalid UTF-8 becomes U+FFFD. `+` in a query is a space.
  public static func split(_ target: String) -> (segments: [String], query: [QueryItem]) {
    var target = target
    return target.withUTF8 { bytes in
      let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
      var segments: [String] = []
      segments.reserveCapacity(4)
      forEachPart(of: bytes, range: 0..<end, separatedBy: UInt8(ascii: "/")) {
        segments.append(decode(bytes, range: $0, plusIsSpace: false))
      }
      guard end < bytes.count else { return (segments, []) }
      var query: [QueryItem] = []
      forEachPart(of: bytes, range: (end + 1)..<bytes.count, separatedBy: UInt8(ascii: "&")) {
        query.append(parseItem(in: bytes, range: $0))
      }
      return (segments, query)
    }
  }

  private static func parseItem(in bytes: UnsafeBufferPointer<UInt8>, range: Range<Int>) -> QueryItem {
    let equals = bytes[range].firstIndex(of: UInt8(ascii: "="))
    let name = decode(bytes, range: range.lowerBound..<(equals ?? range.upperBound), plusIsSpace: true)
    guard let equals else { return QueryItem(name: name, value: "") }
    return QueryItem(name: name, value: decode(bytes, range: (equals + 1)..<range.upperBound, plusIsSpace: true))
  }

  /// Calls `body` with each part that is not empty.
  @inline(__always)
  private static func forEachPart(
    of bytes: UnsafeBufferPointer<UInt8>, range: Range<Int>, separatedBy separator: UInt8, _ body: (Range<Int>) -> Void
  ) {
    var start = range.lowerBound
    for index in range where bytes[index] == separator {
      if index > start { body(start..<index) }
      start = index + 1
    }
    if range.upperBound > start { body(start..<range.upperBound) }
  }

  /// Decodes a part. Most parts contain no escape and are copied.
  private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, range: Range<Int>, plusIsSpace: Bool) -> String {
    let part = UnsafeBufferPointer(rebasing: bytes[range])
    guard part.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }) else {
      return String(decoding: part, as: UTF8.self)
    }
    return String(decoding: PercentEncoding.decode(part, plusIsSpace: plusIsSpace), as: UTF8.self)
  }
}

/// The reason why the transport refuses a request. The server creates the response.
public enum RequestFailure: Error, Sendable, Equatable {
  /// 400: invalid or ambiguous. The text describes the reason.
  case malformed(String)
  /// 408: not complete within the request timeout.
  case timedOut
  /// 413: the body is larger than the limit, in bytes.
  case bodyTooLarge(limit: Int)
  /// 417: an expectation other than `100-continue`.
  case expectationFailed
  /// 431: the request line or the header section is larger than the limit, in bytes.
  case headTooLarge(limit: Int)
  /// 501: a transfer coding other than `chunked`.
  case unsupportedTransferCoding
  /// 505: a major version other than 1.
  case unsupportedVersion
}
