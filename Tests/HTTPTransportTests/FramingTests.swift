import CZlib
import HTTPMessage
import HTTPTypes
import Testing
@testable import HTTPTransport

@Suite struct FramingTests {
  @Test func `A long body is sent in pieces, with its length, and the connection persists`() throws {
    let pieces = (0..<40).map { [UInt8](repeating: UInt8(65 + $0 % 26), count: 50_000 + $0) }
    let body = pieces.flatMap(\.self)
    let wire = try HTTPServerFixture { request in
      let content: Response.Body = request.target == "/pieces" ? .pieces(pieces) : .bytes(body)
      return .now(Response(status: .ok, body: content))
    }
    let client = try wire.connect()
    for target in ["/pieces", "/bytes", "/pieces"] {
      client.send(getRequest(for: target, fields: "Accept-Encoding: gzip"))
      let answer = try #require(client.answer())
      #expect(answer["content-length"] == "\(body.count)" && answer["transfer-encoding"] == nil)
      #expect(answer.bytes == body && answer["content-encoding"] == nil)
    }
    client.send(getRequest(for: "/pieces").replacing("GET", with: "HEAD"))
    #expect(client.answer(bodiless: true)?["content-length"] == "\(body.count)")
    #expect(try wire.connect(sending: "GET /pieces HTTP/1.0\r\n\r\n").readToEnd().utf8.count > body.count)
  }

  @Test func `A fault breaks or slows a body in pieces`() throws {
    let response = Response(status: .ok, body: .pieces([Array("abc".utf8), Array("defgh".utf8)]))
    let wire = try HTTPServerFixture { request in
      request.target == "/half"
        ? .fault(.closeMidBody(response)) : .fault(.drip(response, bytes: 3, milliseconds: 0))
    }
    #expect(try wire.connect(sending: getRequest(for: "/half")).readToEnd().hasSuffix("\r\n\r\nabcd"))
    #expect(try #require(wire.connect(sending: getRequest(for: "/drip")).answer()).body == "abcdefgh")
  }

  @Test func `A response is its status line, Date, preset fields, own fields and length`() throws {
    let preset = FieldBlock([.contentType: "application/json"])
    let wire = try HTTPServerFixture { _ in
      .now(
        Response(
          status: .created, presetFields: preset,
          fields: [HTTPField(name: .location, value: "/a"), HTTPField(name: .contentLength, value: "99")],
          body: .bytes(Array("{}".utf8))))
    }
    let text = try wire.connect(sending: getRequest(for: "/", fields: "Connection: close")).readToEnd()
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(lines.first == "HTTP/1.1 201 Created")
    #expect(lines[1].hasPrefix("Date: ") && lines[1].hasSuffix(" GMT"))
    #expect(
      lines[2...] == [
        "Content-Type: application/json", "Location: /a", "Content-Length: 2", "Connection: close", "", "{}",
      ])
  }

  @Test func `Request bodies of any size are read by Content-Length and in chunks`() throws {
    let wire = try HTTPServerFixture { .now(.text("\($0.body.count)")) }
    let client = try wire.connect()
    let body = String(repeating: "x", count: 1_000_000)
    client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n\(body)")
    #expect(client.answer()?.body == "1000000")
    client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nF4240\r\n\(body)\r\n0\r\n\r\n")
    #expect(client.answer()?.body == "1000000")
  }

  @Test func `A streamed body is sent in chunks, and an empty chunk does not end it`() throws {
    let client = try HTTPServerFixture { _ in .now(Self.counting(to: 100)) }.connect(
      sending: getRequest(for: "/") + getRequest(for: "/"))
    let answer = try #require(client.answer())
    #expect(answer["transfer-encoding"] == "chunked" && answer["content-length"] == nil)
    #expect(answer.body == (1...100).map { $0 % 7 == 0 ? "" : "\($0)," }.joined())
    #expect(client.answer()?.body == answer.body)
  }

  @Test func `A streamed body for HTTP/1.0 ends with the connection`() throws {
    let client = try HTTPServerFixture { _ in .now(Self.counting(to: 3)) }.connect(
      sending: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    let text = client.readToEnd()
    #expect(text.contains("Connection: close\r\n") && !text.contains("Transfer-Encoding"))
    #expect(text.hasSuffix("\r\n\r\n1,2,3,"))
  }

  @Test func `A large body is sent whole over several writes`() throws {
    let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let client = try HTTPServerFixture { _ in .now(Response(status: .ok, body: .bytes(body))) }.connect(
      sending: getRequest(for: "/") + getRequest(for: "/"))
    #expect(client.answer()?.bytes == body)
    #expect(client.answer()?.bytes == body)
  }

  @Test func `HEAD returns the Content-Length of GET and no body`() throws {
    let wire = try HTTPServerFixture { _ in .now(.text("twelve bytes")) }
    let client = try wire.connect(sending: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + getRequest(for: "/"))
    #expect(client.answer(bodiless: true)?["content-length"] == "12")
    #expect(client.answer()?.body == "twelve bytes")
  }

  @Test(arguments: [204, 304]) func `204 and 304 have no body and no Content-Length`(code: Int) throws {
    let wire = try HTTPServerFixture { .now(.text("x", status: $0.target == "/" ? .init(code: code) : .ok)) }
    let client = try wire.connect(sending: getRequest(for: "/") + getRequest(for: "/next"))
    let answer = try #require(client.answer(bodiless: true))
    #expect(answer.status == code)
    #expect(answer["content-length"] == nil && answer["transfer-encoding"] == nil)
    #expect(client.answer()?.status == 200)
  }

  @Test func `100 Continue is sent once, before the body`() throws {
    let client = try HTTPServerFixture().connect(
      sending: "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    #expect(client.answer()?.statusLine == "HTTP/1.1 100 Continue")
    client.send("hi")
    #expect(client.answer()?.body == "POST / hi")
  }

  @Test func `No 100 Continue is sent for a request that is refused without its body; the connection closes`() throws {
    let wire = try HTTPServerFixture(refusesWithoutBody: { $0.target == "/refused" })
    let client = try wire.connect(
      sending: "POST /refused HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    let answer = try #require(client.answer())
    #expect(answer.status == 200 && answer.body == "POST /refused ")
    #expect(answer["connection"] == "close")
    // The client may have begun to send the body.
    client.send("hiGET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(client.readToEnd().isEmpty)
  }

  @Test(arguments: ["GET /page HTTP/1.0\r\n\r\n", "GET /page HTTP/1.1\r\nHost:\r\n\r\n"])
  func `A request without a host is for the address at which it arrived`(text: String) throws {
    let wire = try HTTPServerFixture { .now(.text($0.authority)) }
    #expect(try wire.connect(sending: text).answer()?.body == wire.listener.address.description)
  }

  @Test func `A large body is compressed if the client accepts gzip`() throws {
    let text = String(repeating: "Intercom ", count: 2_000)
    let wire = try HTTPServerFixture { .now(.text($0.target == "/long" ? text : String(text.prefix(100)))) }
    let client = try wire.connect(sending: getRequest(for: "/long", fields: "Accept-Encoding: gzip"))
    for _ in 0..<2 {
      let answer = try #require(client.answer())
      #expect(answer["content-encoding"] == "gzip" && answer.bytes.count < 1_000)
      #expect(unzipped(answer.bytes, capacity: 20_000) == Array(text.utf8))
      client.send(getRequest(for: "/long", fields: "Accept-Encoding: gzip"))
    }
    let length = try #require(client.answer()?["content-length"])
    client.send("HEAD /long HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
    #expect(client.answer(bodiless: true)?["content-length"] == length)
    for plain in [
      getRequest(for: "/long"), getRequest(for: "/long", fields: "Accept-Encoding: gzip;q=0"),
      getRequest(for: "/", fields: "Accept-Encoding: gzip"),
    ] {
      client.send(plain)
      #expect(client.answer()?["content-encoding"] == nil)
    }
  }

  @Test func `Compression can be disabled by the configuration and by a response`() throws {
    let body = [UInt8](repeating: 0x61, count: 10_000)
    let off = try HTTPServerFixture(configuration: .with { $0.compression.isOn = false }) { _ in
      .now(Response(status: .ok, body: .bytes(body)))
    }
    let never = try HTTPServerFixture { _ in .now(Response(status: .ok, body: .bytes(body), compressible: false)) }
    for wire in [off, never] {
      #expect(try wire.connect(sending: getRequest(for: "/", fields: "Accept-Encoding: gzip")).answer()?.bytes == body)
    }
  }

  @Test func `A date has the IMF-fixdate format of RFC 9110`() {
    var line = DateField()
    line.format(secondsSince1970: 784_111_777)
    #expect(String(decoding: line.bytes, as: UTF8.self) == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n")
  }

  /// `1,2,3,…`, with an empty chunk in place of each seventh number.
  private static func counting(to last: Int) -> Response {
    let numbers = NumberedChunks(last: last)
    return Response(status: .ok, body: .chunks { numbers.next() })
  }

  private func unzipped(_ bytes: [UInt8], capacity: Int) -> [UInt8] {
    var (input, stream) = (bytes, z_stream())
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return [] }
    defer { inflateEnd(&stream) }
    return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      input.withUnsafeMutableBufferPointer {
        (stream.next_in, stream.avail_in) = ($0.baseAddress, UInt32($0.count))
        (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(capacity))
        inflate(&stream, Z_FINISH)
      }
      count = capacity - Int(stream.avail_out)
    }
  }
}
