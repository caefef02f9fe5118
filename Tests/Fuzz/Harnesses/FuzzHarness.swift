import API
import HTTPMessage
import HTTPTypes
import JSON
import Store
import TestSupport
import TimeZones
@testable import API
@testable import HTTPTransport
@testable import Intercom
@testable import Store

/// A parser or server that receives untrusted input, with properties that must hold for every input.
struct FuzzHarness: Sendable {
  /// Checks one input; throws a `FuzzFinding` if a property is violated.
  typealias Check = (_ input: [UInt8]) throws -> Void

  /// The name, also of its folder in `Corpus`.
  let name: String
  /// Creates the check, once for all inputs.
  let prepare: @Sendable () throws -> Check

  static let all = [
    requests, chunks, json, queries, searches, cursors, fixtures, forms, urls, zones, times, answers, texts, masks,
    server,
    operations,
  ]

  /// A harness without preparation.
  static func stateless(named name: String, _ check: @escaping @Sendable (_ input: [UInt8]) throws -> Void)
    -> FuzzHarness
  {
    FuzzHarness(name: name) { check }
  }
}

/// A violated property.
struct FuzzFinding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  /// Throws a finding unless the condition is true.
  static func require(_ condition: Bool, message description: @autoclosure () -> String) throws {
    if !condition { throw FuzzFinding(description()) }
  }
}

extension FuzzHarness {
  /// Formatting a parsed JSON value, compact or pretty, and parsing it again returns the same value.
  static let json = stateless(named: "json") { input in
    guard let value = try? JSON(parsing: input) else { return }
    let text = value.bytes
    try FuzzFinding.require(try JSON(parsing: text) == value, message: "\(value.text) is parsed to another value")
    try FuzzFinding.require(try JSON(parsing: text).bytes == text, message: "\(value.text) is formatted in two ways")
    try FuzzFinding.require(
      try JSON(parsing: value.pretty()) == value, message: "\(value.pretty()) is parsed to another value")
    try FuzzFinding.require(
      value.isEquivalent(to: value) && value.matches(subset: value), message: "\(value.text) is not equal to itself")
    guard let elements = value.array else { return }
    let withLines = try JSON.parseArrayWithLines(from: input)
    try FuzzFinding.require(
      withLines.map(\.value) == elements, message: "\(value.text) has other elements when lines are counted")
  }

  /// Encoding a decoded request target and decoding it again returns the same value.
  static let queries = stateless(named: "queries") { input in
    let (segments, query) = RequestTarget.split(String(decoding: input, as: UTF8.self))
    let path = segments.map { "/" + PercentEncoding.encode($0) }.joined()
    let pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
    let again = RequestTarget.split("\(path)?\(pairs.joined(separator: "&"))")
    try FuzzFinding.require(again.segments == segments, message: "\(segments) became \(again.segments)")
    try FuzzFinding.require(again.query == query, message: "\(query) became \(again.query)")
  }

  /// Formatting the parts of a parsed URL and parsing it again returns the same URL.
  static let urls = stateless(named: "urls") { input in
    guard let url = AbsoluteURL(String(decoding: input, as: UTF8.self)) else { return }
    try FuzzFinding.require(AbsoluteURL(url.description) == url, message: "\(url) is parsed to another URL")
    let scheme = url.isSecure ? "https" : "http"
    let again = AbsoluteURL("\(scheme)://\(url.authority)\(url.target)")
    let isSame = again?.host == url.host && again?.port == url.port && again?.target == url.target
    try FuzzFinding.require(isSame, message: "\(url) became \(again?.description ?? "nothing")")
    try FuzzFinding.require(url.target.hasPrefix("/") && !url.host.isEmpty, message: "\(url) has no target or no host")
  }

  /// A time zone file is rejected, or the zone returns the start of the day for any time.
  static let zones = stateless(named: "zones") { input in
    guard let zone = try? TimeZone(named: "fuzz", tzif: input) else { return }
    for power in 0..<63 {
      let step = Int64(1) << power
      for time in [step, -step, .max - step, .min + step] {
        let start = zone.startOfDay(containing: time)
        try FuzzFinding.require(start <= time, message: "the day of \(time) begins at \(start)")
        // If a file sets the clock back by more than a day, the next day may begin earlier; check only that it returns.
        _ = zone.startOfNextDay(after: time)
        try FuzzFinding.require(
          zone.startOfDay(containing: start) == start, message: "the day of \(time) begins at \(start) and not")
      }
    }
  }

  /// Formatting a parsed time and parsing it again returns the same time.
  static let times = stateless(named: "times") { input in
    guard let seconds = ISO8601.seconds(from: String(decoding: input, as: UTF8.self)) else { return }
    let text = ISO8601.string(fromSeconds: seconds)
    // Only times in years of four digits can be formatted.
    guard (-62_167_219_200...253_402_300_799).contains(seconds) else { return }
    try FuzzFinding.require(ISO8601.seconds(from: text) == seconds, message: "\(seconds) became \(text)")
  }
}

extension FuzzHarness {
  /// Text is converted to all formats, and no output is much longer than the input.
  static let texts = stateless(named: "texts") { input in
    let text = String(decoding: input, as: UTF8.self)
    let html = HTML.paragraphs(from: text)
    let markdown = Markdown.markdown(from: text)
    let shown = [
      html, HTML.articleBody(from: text), HTML.escaped(text), PlainText.text(from: text), markdown,
      Markdown.html(from: text),
      Markdown.html(from: markdown), PlainText.text(from: html), CSV.text(rows: [[text, text]]),
    ]
    for one in shown {
      try FuzzFinding.require(
        one.utf8.count <= 100 * input.count + 1000, message: "\(input.count) bytes became \(one.utf8.count)")
    }
    let search = WordSearch(phrase: String(text.prefix(40)))
    _ = Highlights.wholeText(PlainText.text(from: html), for: search)
    _ = Highlights.excerpts(of: text, for: search)
    _ = search.score(of: [WordSearch.WeightedText(html, weight: 1, isHTML: true)])
  }
}

extension FuzzHarness {
  /// Formatting a parsed form and parsing it again returns the same form. The first line is the `Content-Type`.
  static let forms = stateless(named: "forms") { input in
    let type = String(decoding: input.prefix { $0 != 10 }, as: UTF8.self)
    let body = Array(input.drop { $0 != 10 }.dropFirst())
    guard let form = try? MultipartForm(body: body, contentType: type) else { return }
    var written: [UInt8] = []
    for part in form.parts {
      let file = part.fileName.map { "; filename=\(quoted($0))" } ?? ""
      written += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\(quoted(part.name))\(file)\r\n\r\n".utf8)
      written += part.bytes + Array("\r\n".utf8)
    }
    written += Array("--\(boundary)--".utf8)
    let again = try MultipartForm(body: written, contentType: "multipart/form-data; boundary=\(boundary)")
    let isSame = again.parts.elementsEqual(form.parts) { one, other in
      one.name == other.name && one.fileName == other.fileName && one.bytes == other.bytes
    }
    try FuzzFinding.require(isSame, message: "\(form.parts) became \(again.parts)")
  }

  private static let boundary = "a-boundary-that-no-input-has-but-on-purpose"

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "\""
  }
}

extension FuzzHarness {
  /// A search body is rejected or answered. The first byte selects the resource, the second the version.
  static let searches = FuzzHarness(name: "searches") {
    let site = try FuzzServer()
    return { input in
      guard input.count > 2, let body = try? JSON(parsing: Array(input[2...])) else { return }
      let path = ["/contacts", "/conversations", "/tickets"][Int(input[0]) % 3] + "/search"
      let version = APIVersion.allCases[Int(input[1]) % APIVersion.allCases.count]
      try site.send(.post, to: path, body: body.bytes, version: version)
    }
  }

  /// A cursor is rejected, or formatting and parsing it again returns the same cursor. Lists handle both.
  static let cursors = FuzzHarness(name: "cursors") {
    let site = try FuzzServer()
    return { input in
      try FuzzFinding.require(
        Base64.decode(Base64.encode(input)) == input, message: "\(input) is other bytes in base64")
      let text = String(decoding: input, as: UTF8.self)
      // Most inputs are not valid base64, so the encoded input is tested too.
      for text in [text, Base64.encode(input)] {
        if let cursor = try? Cursor(text) {
          let again = try Cursor(cursor.text)
          try FuzzFinding.require(again == cursor, message: "\(cursor) became \(again)")
        }
        let encoded = PercentEncoding.encode(text)
        for list in ["contacts", "conversations", "articles", "companies", "tickets"] {
          try site.send(.get, to: "/\(list)?starting_after=\(encoded)&per_page=2", body: [], version: .preview)
        }
        let body: JSON = [
          "query": ["field": "name", "operator": "!=", "value": "x"], "sort": ["field": "name"],
          "pagination": ["starting_after": .string(text)],
        ]
        try site.send(.post, to: "/contacts/search", body: body.bytes, version: .preview)
      }
    }
  }
}

extension FuzzHarness {
  /// The parsed requests and the error do not depend on how the bytes are split.
  static let requests = stateless(named: "requests") { input in
    guard let first = input.first else { return }
    let bytes = input.dropFirst()
    let cut = bytes.startIndex + Int(first) * bytes.count / 256
    let whole = ParsedRequests(parsing: [bytes])
    for other in [
      ParsedRequests(parsing: [bytes[..<cut], bytes[cut...]]),
      ParsedRequests(parsing: bytes.indices.map { bytes[$0...$0] }),
    ] {
      try FuzzFinding.require(whole == other, message: "parsed at once: \(whole), parsed in pieces: \(other)")
    }
  }

  /// The body of an accepted chunked request is the same as the one that the response parser returns, which is less
  /// strict.
  static let chunks = stateless(named: "chunks") { input in
    let head = Array("POST / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    let whole = ParsedRequests(parsing: [head + input], limits: .tight)
    let pieces = ParsedRequests(parsing: (head + input).map { [$0] }, limits: .tight)
    try FuzzFinding.require(whole == pieces, message: "parsed at once: \(whole), parsed in pieces: \(pieces)")
    guard let body = whole.bodies.first else { return }
    var parser = ResponseParser(limits: .wide, isBodiless: false)
    do {
      let answer = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8) + input
      try answer.withUnsafeBytes { try parser.consume($0) }
    } catch HTTPClientError.malformed("invalid chunk size") {
      // Chunk sizes of more than fifteen digits, which the response parser does not accept.
      return
    }
    try FuzzFinding.require(
      parser.completeResponse?.body == body, message: "\(parser.completeResponse?.body ?? []) is not \(body)")
  }

  /// The parsed response does not depend on how the bytes are split.
  static let answers = stateless(named: "answers") { input in
    guard let first = input.first else { return }
    let bytes = Array(input.dropFirst())
    let whole = ParsedResponse(parsing: [bytes[...]], isBodiless: first & 1 == 1)
    let pieces = ParsedResponse(parsing: bytes.indices.map { bytes[$0...$0] }, isBodiless: first & 1 == 1)
    try FuzzFinding.require(whole == pieces, message: "parsed at once: \(whole), parsed in pieces: \(pieces)")
  }
}

extension HTTPServerLimits {
  /// Limits that short inputs reach.
  fileprivate static var tight: HTTPServerLimits {
    var limits = HTTPServerLimits()
    (limits.bodyBytes, limits.requestLineBytes, limits.headerBytes) = (256, 128, 192)
    return limits
  }
}

extension ClientLimits {
  fileprivate static var wide: ClientLimits {
    var limits = ClientLimits()
    (limits.bodyBytes, limits.headBytes) = (1 << 24, 1 << 24)
    return limits
  }
}

/// The result of parsing a response that arrives in pieces.
private struct ParsedResponse: Equatable {
  private var status = 0
  private var fields = ""
  private var body: [UInt8] = []
  private var failure: HTTPClientError?

  init(parsing pieces: [ArraySlice<UInt8>], isBodiless: Bool) {
    var parser = ResponseParser(limits: ClientLimits(), isBodiless: isBodiless)
    do {
      for piece in pieces { try piece.withUnsafeBytes { try parser.consume($0) } }
      if parser.completeResponse == nil { try parser.handleEndOfInput() }
    } catch {
      failure = error as? HTTPClientError
    }
    guard let answer = parser.completeResponse else { return }
    (status, fields, body) = (answer.status.code, "\(answer.fields)", answer.body)
  }
}

extension FuzzHarness {
  /// Each request on a connection has a well-formed response that is not a 5xx.
  static let server = FuzzHarness(name: "server") {
    let site = try FuzzServer()
    return { input in
      site.reset()
      try site.receive(input)
    }
  }

  /// The same for generated requests: the input selects operations and invalid members of their bodies.
  static let operations = FuzzHarness(name: "operations") {
    let site = try FuzzServer()
    return { input in
      site.reset()
      let requests = RequestGenerator(input: input).requests
      do {
        try site.receive(requests)
      } catch {
        throw FuzzFinding("\(error)\n\(String(decoding: requests, as: UTF8.self))")
      }
    }
  }

  /// Fixtures are rejected, or they are exported unchanged and can be rendered.
  static let fixtures = FuzzHarness(name: "fixtures") {
    let site = try FuzzServer()
    return { input in
      guard let document = try? JSON(parsing: input).object else { return }
      let files = document.map { FixtureLoader.File(path: $0.key, name: $0.key, bytes: $0.value.bytes) }
      var fixtures = FixtureLoader(
        catalogue: FuzzServer.catalogue, clock: Clock(frozenAtMilliseconds: FuzzServer.startMilliseconds))
      guard let state = try load(files, with: &fixtures) else { return try exercise(document, on: site) }
      let exported = export(state)
      let again = exported.map { FixtureLoader.File(path: $0.key, name: $0.key, bytes: $0.value.bytes) }
      guard let second = try load(again, with: &fixtures) else {
        throw FuzzFinding("\(JSON.object(exported)) is rejected")
      }
      try FuzzFinding.require(
        export(second) == exported, message: "\(JSON.object(exported)) became \(JSON.object(export(second)))")
      try exercise(document, on: site)
    }
  }

  private static func load(_ files: [FixtureLoader.File], with fixtures: inout FixtureLoader) throws -> WorkspaceState?
  {
    do { return try fixtures.load(files, seed: 1) } catch is FixtureError { return nil }
  }

  private static func export(_ state: WorkspaceState) -> JSONObject {
    let layout = FuzzServer.catalogue.layout
    let workspace = Workspace(
      definition: layout, state: state, clock: Clock(frozenAtMilliseconds: FuzzServer.startMilliseconds))
    var object = JSONObject()
    for name in layout.collections.map(\.name) {
      guard let collection = workspace.collection(named: name), collection.count > 0 else { continue }
      object.append(key: name, value: .array(collection.all.map(\.storedJSON)))
    }
    return object
  }

  /// Inserts the records into the default fixtures, calls the operations that render them, and advances the clock by a
  /// day.
  private static func exercise(_ document: JSONObject, on site: FuzzServer) throws {
    site.reset()
    var requests = RequestGenerator.request(method: "PATCH", target: "/_mock/state", body: JSON.object(document).bytes)
    let readOperations = FuzzServer.catalogue.operations.filter { $0.method == .get }
    for operation in readOperations where document.keys.contains(where: { operation.path.contains($0) }) {
      requests += RequestGenerator.request(method: "GET", target: InvalidBodies.path(for: operation), body: [])
      for id in RequestGenerator.ids(in: document) {
        guard operation.path.contains("{") else { continue }
        requests += RequestGenerator.request(
          method: "GET", target: RequestGenerator.path(of: operation, id: id), body: [])
      }
    }
    requests += RequestGenerator.request(
      method: "POST", target: "/_mock/clock/advance", body: Array(#"{"seconds":86400}"#.utf8))
    try site.receive(requests)
  }
}
