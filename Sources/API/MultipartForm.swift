/// The fields and files of a `multipart/form-data` body (RFC 7578).
///
/// Strict: the body begins with the boundary, every line ends in CR LF, every part says its name, and the last boundary
/// is there.
public struct MultipartForm: Sendable {
  /// One field, or one file.
  public struct Part: Sendable {
    public let name: String
    /// What the client calls the file; nil for a plain field.
    public let fileName: String?
    public let bytes: [UInt8]

    /// The bytes as UTF-8.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  public let parts: [Part]

  /// Reads a body whose boundary stands in its `Content-Type`.
  public init(_ body: [UInt8], contentType: String) throws(MultipartError) {
    guard let type = MultipartParameters(contentType), type.value == "multipart/form-data" else {
      throw MultipartError("the Content-Type must be multipart/form-data")
    }
    guard let boundary = type["boundary"], (1...70).contains(boundary.utf8.count) else {
      throw MultipartError("the Content-Type must name a boundary of 1 to 70 characters")
    }
    var reader = MultipartReader(body, boundary: boundary)
    parts = try reader.read()
  }

  /// The first part of this name.
  public subscript(name: String) -> Part? {
    parts.first { $0.name == name }
  }
}
