import API
import HTTPMessage
import HTTPTypes
import JSON
import Server
import Store

extension JournalEntry {
  /// As the journal shows it; null once it made room.
  var json: JSON {
    guard let contents else { return .null }
    return [
      "type": "request", "id": .string(id), "received_at": .integer(contents.time / 1000),
      "method": .string(contents.request.method.rawValue), "path": .string(contents.path),
      "query": .object(JSONObject(contents.request.query.map { ($0.name, .string($0.value)) })),
      "operation": .optional(contents.operation), "version": .optional(contents.version),
      "headers": .object(JSONObject(contents.request.fields.all.map { ($0.name.rawName, .string($0.value)) })),
      "body": contents.requestBody.json, "body_size": .integer(Int64(contents.requestLength)),
      "body_cut": .boolean(contents.requestBody.isCut), "response": contents.answer,
      "duration_ms": .number(Double(contents.microseconds) / 1000), "fault": .optional(contents.fault),
    ]
  }
}

extension JournalEntry.Contents {
  var path: String { "/" + request.segments.joined(separator: "/") }

  var requestBody: KeptBody {
    KeptBody(request.body, length: requestLength)
  }

  var responseBody: KeptBody {
    if case .bytes(let bytes) = response?.body {
      KeptBody(bytes, length: responseLength)
    } else {
      KeptBody([], length: 0)
    }
  }

  /// The fields of the answer, those that all answers have included.
  var responseFields: [HTTPField] {
    guard let response else { return [] }
    let lines = String(decoding: response.preset?.bytes ?? [], as: UTF8.self).split(separator: "\r\n")
    let preset = lines.compactMap { line -> HTTPField? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else { return nil }
      return HTTPField(name: name, value: String(parts[1].drop { $0 == " " }))
    }
    return preset + response.fields
  }

  fileprivate var answer: JSON {
    guard let response else { return .null }
    return [
      "status": .integer(Int64(response.status.code)),
      "headers": .object(JSONObject(responseFields.map { ($0.name.rawName, .string($0.value)) })),
      "body": responseBody.json, "body_size": .integer(Int64(responseLength)), "body_cut": .boolean(responseBody.isCut),
    ]
  }
}

/// A body as the journal keeps it: perhaps only its beginning.
struct KeptBody {
  let bytes: [UInt8]
  let isCut: Bool

  init(_ bytes: [UInt8], length: Int) {
    self.bytes = bytes
    isCut = bytes.count < length
  }

  /// JSON as what it is, anything else as text; null for none.
  var json: JSON {
    if bytes.isEmpty { return .null }
    if !isCut, let json = try? JSON(parsing: bytes) { return json }
    return .string(text)
  }

  /// Bytes that are no UTF-8 are shown as U+FFFD.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
