import API
import HTTPMessage
import HTTPTypes
import JSON
import Store
import TimeZones

extension JournalEntry {
  /// The entry in the format of `/_mock/requests`.
  func json(masking mask: SecretMask) -> JSON {
    [
      "type": "request", "id": .string(id), "received_at": .integer(time / 1000),
      "method": .string(request.method.rawValue), "path": .string(path),
      "query": .object(JSONObject(request.query.map { ($0.name, .string(mask.value(of: $0))) })),
      "operation": .optional(operation), "version": .optional(version),
      "headers": .object(JSONObject(request.fields.all.map { ($0.name.rawName, .string(mask.value(of: $0))) })),
      "body": requestBody(masking: mask).json, "body_size": .integer(Int64(requestLength)),
      "body_cut": .boolean(requestBody(masking: mask).isCut), "response": responseJSON(masking: mask),
      "duration_ms": .number(Double(microseconds) / 1000), "fault": .optional(faultID),
    ]
  }

  var path: String { "/" + request.segments.joined(separator: "/") }

  func requestBody(masking mask: SecretMask) -> JournalBody {
    JournalBody(bytes: request.body, length: requestLength, masking: mask, path: request.segments)
  }

  func responseBody(masking mask: SecretMask) -> JournalBody {
    guard case .bytes(let bytes) = response?.body else {
      return JournalBody(bytes: [], length: 0, masking: mask, path: [])
    }
    return JournalBody(bytes: bytes, length: responseLength, masking: mask, path: request.segments)
  }

  /// All fields of the response.
  var responseFields: [HTTPField] {
    response?.allFields ?? []
  }

  fileprivate func responseJSON(masking mask: SecretMask) -> JSON {
    guard let response else { return .null }
    let body = responseBody(masking: mask)
    return [
      "status": .integer(Int64(response.status.code)),
      "headers": .object(JSONObject(responseFields.map { ($0.name.rawName, .string(mask.value(of: $0))) })),
      "body": body.json, "body_size": .integer(Int64(responseLength)), "body_cut": .boolean(body.isCut),
    ]
  }
}

/// A stored body, which may be cut.
struct JournalBody {
  let bytes: [UInt8]
  let isCut: Bool

  /// - Parameters:
  ///   - length: the original length
  ///   - path: the segments of the request
  init(bytes: [UInt8], length: Int, masking mask: SecretMask, path: [String]) {
    self.bytes = mask.body(bytes, path: path)
    isCut = bytes.count < length
  }

  /// The parsed value of a JSON body, otherwise a string; null if the body is empty.
  var json: JSON {
    if bytes.isEmpty { return .null }
    if !isCut, let json = try? JSON(parsing: bytes) { return json }
    return .string(text)
  }

  /// Invalid UTF-8 becomes U+FFFD.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Exports a journal in the HTTP Archive format 1.2, which the network tab of a browser can import.
struct HARExport {
  /// The name and the version of the program.
  let creator: String
  let version: String
  let mask: SecretMask

  /// The members of the log before its entries.
  var opening: JSONObject {
    ["version": "1.2", "creator": ["name": .string(creator), "version": .string(version)]]
  }

  func entry(for entry: JournalEntry) -> JSON {
    let time = JSON.number(Double(entry.microseconds) / 1000)
    return [
      "startedDateTime": .string(Self.timestamp(milliseconds: entry.time)), "time": time,
      "request": request(for: entry),
      "response": response(for: entry), "cache": [:], "timings": ["send": 0, "wait": time, "receive": 0],
      "comment": .string(entry.operation ?? ""),
    ]
  }

  private func request(for entry: JournalEntry) -> JSON {
    let request = entry.request
    var object: JSONObject = [
      "method": .string(request.method.rawValue),
      "url": .string("\(request.scheme)://\(request.authority)\(mask.target(request.target))"),
      "httpVersion": "HTTP/1.1",
      "cookies": [], "headers": Self.pairs(request.fields.all.map { ($0.name.rawName, mask.value(of: $0)) }),
      "queryString": Self.pairs(request.query.map { ($0.name, mask.value(of: $0)) }), "headersSize": -1,
      "bodySize": .integer(Int64(entry.requestLength)),
    ]
    if entry.requestLength > 0 {
      let body = entry.requestBody(masking: mask)
      object["postData"] = [
        "mimeType": .string(request.fields[.contentType] ?? ""), "params": [],
        "text": .string(body.text), "comment": Self.comment(for: body),
      ]
    }
    return .object(object)
  }

  /// A request without a response has the status 0.
  private func response(for entry: JournalEntry) -> JSON {
    let (fields, body) = (entry.responseFields, entry.responseBody(masking: mask))
    return [
      "status": .integer(Int64(entry.response?.status.code ?? 0)),
      "statusText": .string(entry.response?.status.reasonPhrase ?? ""), "httpVersion": "HTTP/1.1", "cookies": [],
      "headers": Self.pairs(fields.map { ($0.name.rawName, mask.value(of: $0)) }),
      "content": [
        "size": .integer(Int64(entry.responseLength)),
        "mimeType": .string(fields.first { $0.name == .contentType }?.value ?? ""),
        "text": .string(body.text), "comment": Self.comment(for: body),
      ],
      "redirectURL": "", "headersSize": -1, "bodySize": .integer(Int64(entry.responseLength)),
    ]
  }

  private static func pairs(_ pairs: [(String, String)]) -> JSON {
    .array(pairs.map { ["name": .string($0.0), "value": .string($0.1)] })
  }

  private static func comment(for body: JournalBody) -> JSON {
    body.isCut ? .string("cut at \(JournalEntry.bodyLimit) bytes") : ""
  }

  /// `2024-01-01T00:00:00.000Z`.
  private static func timestamp(milliseconds: Int64) -> String {
    let fraction = String(milliseconds % 1000 + 1000).dropFirst()
    return "\(ISO8601.string(fromSeconds: milliseconds / 1000).prefix(19)).\(fraction)Z"
  }
}
