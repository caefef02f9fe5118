import HTTPMessage
import HTTPTypes
import JSON

/// An answer as it came.
struct ActualResponse {
  let status: HTTPResponse.Status
  private let fields: [HeaderLine]
  let body: [UInt8]

  /// - Parameter bodiless: whether the transport would leave the body out, as it does for HEAD
  init(_ response: Response, bodiless: Bool = false) {
    status = response.status
    fields = response.allFields.map { HeaderLine(name: $0.name.rawName, value: $0.value) }
    if case .bytes(let bytes) = response.body, !bodiless { body = Self.decompressed(bytes) } else { body = [] }
  }

  /// What a gzip file holds, as lines; anything else as it is.
  private static func decompressed(_ bytes: [UInt8]) -> [UInt8] {
    guard let text = Gunzip.decompress(bytes).map({ String(decoding: $0, as: UTF8.self) }) else { return bytes }
    return Array(text.split(separator: "\r\n").joined(separator: "\n").utf8)
  }

  /// The values of a field, joined; nil when it is absent.
  func field(named name: String) -> String? {
    let values = fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  var requestID: String { field(named: "X-Request-Id") ?? "" }

  /// Whether the body is text, to be compared as it stands.
  var isText: Bool {
    let type = field(named: "Content-Type") ?? ""
    return type.hasPrefix("text/plain") || type == "application/octet-stream" || isEventStream
  }

  /// The body as text. A stream of events ends in blank lines, which a story does not show.
  var text: String {
    String(
      decoding: isEventStream ? body[..<((body.lastIndex { $0 != UInt8(ascii: "\n") } ?? -1) + 1)] : body[...],
      as: UTF8.self
    )
  }

  private var isEventStream: Bool { field(named: "Content-Type") == "text/event-stream" }

  var json: JSON? {
    body.isEmpty ? nil : try? JSON(parsing: body)
  }

  /// A field, or a part of the body that is no container.
  func value(of capture: StoryCapture) -> String? {
    if let name = capture.field { return field(named: name) }
    guard let json = json?.value(at: capture.path) else { return nil }
    return json.string ?? json.integer.map(String.init)
  }
}
