import HTTPMessage
import HTTPTypes
import JSON

/// An answer as it came.
struct Received {
  let status: HTTPResponse.Status
  private let fields: [FieldLine]
  let body: [UInt8]

  /// - Parameter bodiless: whether the transport would leave the body out, as it does for HEAD
  init(_ response: Response, bodiless: Bool = false) {
    status = response.status
    fields = response.allFields.map { FieldLine($0.name.rawName, $0.value) }
    if case .bytes(let bytes) = response.body, !bodiless { body = Self.unpacked(bytes) } else { body = [] }
  }

  /// What a gzip file holds, as lines; anything else as it is.
  private static func unpacked(_ bytes: [UInt8]) -> [UInt8] {
    guard let text = Gunzip.bytes(bytes).map({ String(decoding: $0, as: UTF8.self) }) else { return bytes }
    return Array(text.split(separator: "\r\n").joined(separator: "\n").utf8)
  }

  /// The values of a field, joined; nil when it is absent.
  func field(_ name: String) -> String? {
    let values = fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  var requestID: String { field("X-Request-Id") ?? "" }

  /// Whether the body is text, to be compared as it stands.
  var isText: Bool {
    let type = field("Content-Type") ?? ""
    return type.hasPrefix("text/plain") || type == "application/octet-stream" || isStream
  }

  /// The body as text. A stream of events ends in blank lines, which a story does not show.
  var text: String {
    String(
      decoding: isStream ? body[..<((body.lastIndex { $0 != UInt8(ascii: "\n") } ?? -1) + 1)] : body[...], as: UTF8.self
    )
  }

  private var isStream: Bool { field("Content-Type") == "text/event-stream" }

  var json: JSON? {
    body.isEmpty ? nil : try? JSON(parsing: body)
  }

  /// A field, or a part of the body that is no container.
  func value(of capture: Capture) -> String? {
    if let name = capture.field { return field(name) }
    guard let json = json?.at(capture.path) else { return nil }
    return json.string ?? json.integer.map(String.init)
  }
}
