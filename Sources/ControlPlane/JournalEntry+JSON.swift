import API
import HTTPMessage
import HTTPTypes
import JSON
import Server
import Store

extension JournalEntry {
  /// As the journal shows it.
  var json: JSON {
    [
      "type": "request", "id": .string(id), "received_at": .integer(time / 1000),
      "method": .string(request.method.rawValue), "path": .string(path),
      "query": .object(JSONObject(request.query.map { ($0.name, .string($0.value)) })),
      "operation": .optional(operation), "version": .optional(version),
      "headers": .object(JSONObject(request.fields.all.map { ($0.name.rawName, .string($0.value)) })),
      "body": requestBody.json, "body_size": .integer(Int64(requestLength)),
      "body_cut": .boolean(requestBody.isCut), "response": answer,
      "duration_ms": .number(Double(microseconds) / 1000), "fault": .optional(fault),
    ]
  }

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
    response?.allFields ?? []
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
