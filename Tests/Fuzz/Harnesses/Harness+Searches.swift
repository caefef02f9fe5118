import HTTPTypes
import JSON

@testable import API

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
