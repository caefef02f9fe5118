@testable import API

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
