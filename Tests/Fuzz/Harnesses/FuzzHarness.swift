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

/// Something of ours that reads what anyone may send, and what must hold whatever that is.
struct FuzzHarness: Sendable {
  /// Takes one input; throws a `Finding` when something does not hold.
  typealias Check = (_ input: [UInt8]) throws -> Void

  /// Also that of its folder in `Corpus`.
  let name: String
  /// Makes ready, once for all inputs.
  let prepare: @Sendable () throws -> Check

  static let all = [
    requests, chunks, json, queries, searches, cursors, fixtures, forms, urls, zones, times, answers, texts, server,
    operations,
  ]

  /// One that needs no preparation.
  static func stateless(named name: String, _ check: @escaping @Sendable (_ input: [UInt8]) throws -> Void)
    -> FuzzHarness
  {
    FuzzHarness(name: name) { check }
  }
}

/// What does not hold for some input.
struct FuzzFinding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  /// Throws unless the condition holds.
  static func require(_ condition: Bool, message description: @autoclosure () -> String) throws {
    if !condition { throw FuzzFinding(description()) }
  }
}

extension FuzzHarness {
  /// What is read as JSON is written as JSON, compact or pretty, that reads as the same value.
  static let json = stateless(named: "json") { input in
    guard let value = try? JSON(parsing: input) else { return }
    let text = value.bytes
    try FuzzFinding.require(try JSON(parsing: text) == value, message: "\(value.text) reads as another value")
    try FuzzFinding.require(try JSON(parsing: text).bytes == text, message: "\(value.text) is written in two ways")
    try FuzzFinding.require(
      try JSON(parsing: value.pretty()) == value, message: "\(value.pretty()) reads as another value")
    try FuzzFinding.require(
      value.isEquivalent(to: value) && value.matches(subset: value), message: "\(value.text) is not itself")
    guard let elements = value.array else { return }
    let lined = try JSON.parseArrayWithLines(from: input)
    try FuzzFinding.require(
      lined.map(\.value) == elements, message: "\(value.text) has other elements when lines are counted")
  }

  /// A decoded target is the same when it is encoded and decoded once more.
  static let queries = stateless(named: "queries") { input in
    let (segments, query) = RequestTarget.split(String(decoding: input, as: UTF8.self))
    let path = segments.map { "/" + PercentEncoding.encode($0) }.joined()
    let pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
    let again = RequestTarget.split("\(path)?\(pairs.joined(separator: "&"))")
    try FuzzFinding.require(again.segments == segments, message: "\(segments) became \(again.segments)")
    try FuzzFinding.require(again.query == query, message: "\(query) became \(again.query)")
  }

  /// A URL that is taken apart can be put together again.
  static let urls = stateless(named: "urls") { input in
    guard let url = AbsoluteURL(String(decoding: input, as: UTF8.self)) else { return }
    try FuzzFinding.require(AbsoluteURL(url.description) == url, message: "\(url) reads as another URL")
    let scheme = url.isSecure ? "https" : "http"
    let again = AbsoluteURL("\(scheme)://\(url.authority)\(url.target)")
    let isSame = again?.host == url.host && again?.port == url.port && again?.target == url.target
    try FuzzFinding.require(isSame, message: "\(url) became \(again?.description ?? "nothing")")
    try FuzzFinding.require(url.target.hasPrefix("/") && !url.host.isEmpty, message: "\(url) has no target or no host")
  }

  /// A file of a time zone is refused, or says when the days begin, at any time.
  static let zones = stateless(named: "zones") { input in
    guard let zone = try? TimeZone(named: "fuzz", tzif: input) else { return }
    for power in 0..<63 {
      let step = Int64(1) << power
      for time in [step, -step, .max - step, .min + step] {
        let start = zone.startOfDay(containing: time)
        try FuzzFinding.require(start <= time, message: "the day of \(time) begins at \(start)")
        // Where a file sets the clock back by more than a day, the next day may have begun before: only that it is found.
        _ = zone.startOfNextDay(after: time)
        try FuzzFinding.require(
          zone.startOfDay(containing: start) == start, message: "the day of \(time) begins at \(start) and not")
      }
    }
  }

  /// A time that is read is written as a text that reads as the same time.
  static let times = stateless(named: "times") { input in
    guard let seconds = ISO8601.seconds(from: String(decoding: input, as: UTF8.self)) else { return }
    let text = ISO8601.string(fromSeconds: seconds)
    // Written within the years that have four digits.
    guard (-62_167_219_200...253_402_300_799).contains(seconds) else { return }
    try FuzzFinding.require(ISO8601.seconds(from: text) == seconds, message: "\(seconds) became \(text)")
  }
}

extension FuzzHarness {
  /// Texts that people write are shown in every way there is, and none is much longer than what was sent.
  static let texts = stateless(named: "texts") { input in
    let text = String(decoding: input, as: UTF8.self)
    let html = HTML.paragraphs(from: text)
    let markdown = Markdown.markdown(from: text)
    let shown = [
      html, HTML.articleBody(from: text), HTMLEscaping.escape(text), PlainText.text(from: text), markdown,
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
  /// A form that is taken is the same when it is written and read once more. The first line is its `Content-Type`.
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
  /// A search body is refused or answered. The first byte says what is searched, the second in which version.
  static let searches = FuzzHarness(name: "searches") {
    let site = try FuzzServer()
    return { input in
      guard input.count > 2, let body = try? JSON(parsing: Array(input[2...])) else { return }
      let path = ["/contacts", "/conversations", "/tickets"][Int(input[0]) % 3] + "/search"
      let version = APIVersion.allCases[Int(input[1]) % APIVersion.allCases.count]
      try site.send(.post, to: path, body: body.bytes, version: version)
    }
  }

  /// A cursor is refused, or is the same when it is written and read once more; lists take it either way.
  static let cursors = FuzzHarness(name: "cursors") {
    let site = try FuzzServer()
    return { input in
      try FuzzFinding.require(
        Base64.decode(Base64.encode(input)) == input, message: "\(input) is other bytes in base64")
      let text = String(decoding: input, as: UTF8.self)
      // Most inputs are no base64 of anything, so the same bytes are tried as what stands in it.
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
  /// However a connection's bytes are cut up, the same requests are read, and the same refusal ends them.
  static let requests = stateless(named: "requests") { input in
    guard let first = input.first else { return }
    let bytes = input.dropFirst()
    let cut = bytes.startIndex + Int(first) * bytes.count / 256
    let whole = ParsedRequests(parsing: [bytes])
    for other in [
      ParsedRequests(parsing: [bytes[..<cut], bytes[cut...]]),
      ParsedRequests(parsing: bytes.indices.map { bytes[$0...$0] }),
    ] {
      try FuzzFinding.require(whole == other, message: "read whole: \(whole), read in pieces: \(other)")
    }
  }

  /// A chunked body that is taken is what the reader of answers, which is less strict, makes of it.
  static let chunks = stateless(named: "chunks") { input in
    let head = Array("POST / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    let whole = ParsedRequests(parsing: [head + input], limits: .tight)
    let pieces = ParsedRequests(parsing: (head + input).map { [$0] }, limits: .tight)
    try FuzzFinding.require(whole == pieces, message: "read whole: \(whole), read in pieces: \(pieces)")
    guard let body = whole.bodies.first else { return }
    var parser = ResponseParser(limits: .wide, isBodiless: false)
    do {
      let answer = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8) + input
      try answer.withUnsafeBytes { try parser.consume($0) }
    } catch HTTPClientError.malformed("invalid chunk size") {
      // More than fifteen digits, all but a few of them zeros: only servers of ours would send them.
      return
    }
    try FuzzFinding.require(
      parser.completeResponse?.body == body, message: "\(parser.completeResponse?.body ?? []) is not \(body)")
  }

  /// However the bytes of another server's answer are cut up, the same is read.
  static let answers = stateless(named: "answers") { input in
    guard let first = input.first else { return }
    let bytes = Array(input.dropFirst())
    let whole = ParsedResponse(parsing: [bytes[...]], isBodiless: first & 1 == 1)
    let pieces = ParsedResponse(parsing: bytes.indices.map { bytes[$0...$0] }, isBodiless: first & 1 == 1)
    try FuzzFinding.require(whole == pieces, message: "read whole: \(whole), read in pieces: \(pieces)")
  }
}

extension HTTPServerLimits {
  /// Limits that a short input reaches.
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

/// What the reader of answers made of some pieces.
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
  /// Whatever a connection sends, each request is answered decently.
  static let server = FuzzHarness(name: "server") {
    let site = try FuzzServer()
    return { input in
      site.reset()
      try site.receive(input)
    }
  }

  /// The same for bodies that make more sense: the input chooses operations and what is wrong with their bodies.
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

  /// What a fixture file says is refused, or is exported as it was loaded and can be shown.
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
        throw FuzzFinding("\(JSON.object(exported)) is refused")
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

  /// Puts the records among those of the default world, and asks for whatever shows them, before and after a day.
  private static func exercise(_ document: JSONObject, on site: FuzzServer) throws {
    site.reset()
    var requests = RequestGenerator.request(method: "PATCH", target: "/_mock/state", body: JSON.object(document).bytes)
    let reading = FuzzServer.catalogue.operations.filter { $0.method == .get }
    for operation in reading where document.keys.contains(where: { operation.path.contains($0) }) {
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
