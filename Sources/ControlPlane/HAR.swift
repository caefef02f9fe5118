import HTTPTypes
import JSON
import Server
import Store
import TimeZones

/// A journal in the HTTP Archive format, 1.2: what the network tab of a browser opens.
struct HAR {
  /// The program's version.
  let version: String

  /// - Parameter entries: the oldest first, as the format has them
  func log(of entries: [JournalEntry]) -> JSON {
    [
      "log": [
        "version": "1.2", "creator": ["name": "intercom-mock", "version": .string(version)],
        "entries": .array(entries.map(entry)),
      ]
    ]
  }

  private func entry(_ entry: JournalEntry) -> JSON {
    let time = JSON.number(Double(entry.microseconds) / 1000)
    return [
      "startedDateTime": .string(Self.date(entry.time)), "time": time, "request": request(entry),
      "response": response(entry), "cache": [:], "timings": ["send": 0, "wait": time, "receive": 0],
      "comment": .string(entry.operation ?? ""),
    ]
  }

  private func request(_ entry: JournalEntry) -> JSON {
    let request = entry.request
    var object: JSONObject = [
      "method": .string(request.method.rawValue),
      "url": .string("\(request.scheme)://\(request.authority)\(request.target)"), "httpVersion": "HTTP/1.1",
      "cookies": [], "headers": Self.pairs(request.fields.all.map { ($0.name.rawName, $0.value) }),
      "queryString": Self.pairs(request.query.map { ($0.name, $0.value) }), "headersSize": -1,
      "bodySize": .integer(Int64(entry.requestLength)),
    ]
    if entry.requestLength > 0 {
      object["postData"] = [
        "mimeType": .string(request.fields[.contentType] ?? ""), "params": [],
        "text": .string(entry.requestBody.text), "comment": Self.comment(entry.requestBody),
      ]
    }
    return .object(object)
  }

  /// A request without an answer has the status 0.
  private func response(_ entry: JournalEntry) -> JSON {
    let fields = entry.responseFields
    return [
      "status": .integer(Int64(entry.response?.status.code ?? 0)),
      "statusText": .string(entry.response?.status.reasonPhrase ?? ""), "httpVersion": "HTTP/1.1", "cookies": [],
      "headers": Self.pairs(fields.map { ($0.name.rawName, $0.value) }),
      "content": [
        "size": .integer(Int64(entry.responseLength)),
        "mimeType": .string(fields.first { $0.name == .contentType }?.value ?? ""),
        "text": .string(entry.responseBody.text), "comment": Self.comment(entry.responseBody),
      ],
      "redirectURL": "", "headersSize": -1, "bodySize": .integer(Int64(entry.responseLength)),
    ]
  }

  private static func pairs(_ pairs: [(String, String)]) -> JSON {
    .array(pairs.map { ["name": .string($0.0), "value": .string($0.1)] })
  }

  private static func comment(_ body: KeptBody) -> JSON {
    body.isCut ? .string("cut at \(JournalEntry.longestBody) bytes") : ""
  }

  /// `2024-01-01T00:00:00.000Z`.
  private static func date(_ milliseconds: Int64) -> String {
    let fraction = String(milliseconds % 1000 + 1000).dropFirst()
    return "\(ISO8601.string(fromSeconds: milliseconds / 1000).prefix(19)).\(fraction)Z"
  }
}
