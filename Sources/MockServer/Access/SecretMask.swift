import ASCII
import Digest
import HTTPMessage
import HTTPTypes

/// Replaces tokens and secrets in what the journal, the log and lists show.
struct SecretMask: Sendable {
  private static let stars = "****"
  /// Names of members and parameters whose values are secrets.
  private static let names = ["client_secret", "secret", "access_token", "refresh_token", "accessToken"]
  /// Further names in the requests of OAuth.
  private static let authorizationNames = names + ["token"]
  private static let tokenFields: [HTTPField.Name] = [.authorization, .proxyAuthorization]
  private static let secretFields: [HTTPField.Name] = [.cookie, .setCookie, .mockControlToken]

  /// Whether secrets are shown as they are.
  let showsSecrets: Bool

  /// The last characters of a secret, at most four and not more than half of it: enough to tell two apart. None if an escape
  /// of a JSON string is among them, because a part of an escape would make the string invalid.
  func mask(_ secret: String) -> String {
    guard !showsSecrets else { return secret }
    let end = secret.suffix(min(4, secret.count / 2))
    return end.utf8.contains { $0 == Self.backslash || $0 == Self.quote } ? Self.stars : Self.stars + end
  }

  /// The value of a header field. The scheme of `Authorization` stays.
  func value(of field: HTTPField) -> String {
    guard !showsSecrets else { return field.value }
    if Self.secretFields.contains(field.name) { return Self.stars }
    guard Self.tokenFields.contains(field.name) else { return field.value }
    let scheme = field.value.prefix { $0 != " " }
    let credentials = field.value.dropFirst(scheme.count).drop { $0 == " " }
    guard !credentials.isEmpty else { return mask(String(scheme)) }
    // The credentials of Basic are encoded, so that their end tells nothing.
    return scheme.lowercased() == "bearer" ? "\(scheme) \(mask(String(credentials)))" : "\(scheme) \(Self.stars)"
  }

  func value(of item: QueryItem) -> String {
    Self.isSecret(item.name) ? mask(item.value) : item.value
  }

  /// A request target, with the secrets in its query masked.
  func target(_ target: String) -> String {
    guard !showsSecrets, target.utf8.contains(UInt8(ascii: "=")) else { return target }
    return String(decoding: body(Array(target.utf8), path: []), as: UTF8.self)
  }

  static func isSecret(_ name: some StringProtocol) -> Bool {
    names.contains { $0 == name }
  }

  /// A value that the description of a difference shows; `path` ends with the name of its member.
  static func difference(_ value: String, at path: String) -> String {
    let name = path[(path.lastIndex(of: ".").map { path.index(after: $0) } ?? path.startIndex)...]
    return isSecret(name) ? SecretMask(showsSecrets: false).mask(value) : value
  }
}

extension SecretMask {
  /// A JSON, form or event stream body, with the values of secret members and parameters masked. It may be cut or invalid.
  /// - Parameter path: the segments of the request
  func body(_ bytes: [UInt8], path: [String]) -> [UInt8] {
    guard !showsSecrets else { return bytes }
    let isAuthorization = path.first == "auth" || path.first == "oauth"
    let names = (isAuthorization ? Self.authorizationNames : Self.names).map { Array($0.utf8) }
    var masked: [UInt8] = []
    var copied = 0
    for position in bytes.indices where bytes[position] == Self.colon || bytes[position] == Self.equals {
      guard position >= copied, let value = Self.secretRange(in: bytes, after: position, names: names) else { continue }
      masked += bytes[copied..<value.lowerBound]
      masked += mask(String(decoding: bytes[value], as: UTF8.self)).utf8
      copied = value.upperBound
    }
    return copied == 0 ? bytes : masked + bytes[copied...]
  }

  private static let colon = UInt8(ascii: ":")
  private static let equals = UInt8(ascii: "=")
  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")

  /// The value after a separator, if the name before it is one of the names: `"name": "value"`, also inside a JSON string,
  /// or `name=value`.
  private static func secretRange(in bytes: [UInt8], after separator: Int, names: [[UInt8]]) -> Range<Int>? {
    var (end, start) = (separator, separator + 1)
    var isNested = false
    if bytes[separator] == colon {
      while end > 0, isBlank(bytes[end - 1]) { end -= 1 }
      guard end > 0, bytes[end - 1] == quote else { return nil }
      end -= 1
      isNested = end > 0 && bytes[end - 1] == backslash
      if isNested { end -= 1 }
      while start < bytes.count, isBlank(bytes[start]) || bytes[start] == backslash { start += 1 }
      guard start < bytes.count, bytes[start] == quote else { return nil }
      start += 1
    }
    guard let name = names.first(where: { bytes[..<end].suffix($0.count) == $0[...] }),
      end == name.count || !isNameByte(bytes[end - name.count - 1])
    else { return nil }
    let isJSON = bytes[separator] == colon
    return
      start..<(isJSON ? stringEnd(in: bytes, from: start, isNested: isNested) : parameterEnd(in: bytes, from: start))
  }

  /// - Parameter isNested: whether the JSON is itself a JSON string, in which each quotation mark is escaped
  private static func stringEnd(in bytes: [UInt8], from start: Int, isNested: Bool) -> Int {
    var end = start
    while end < bytes.count, bytes[end] != quote {
      if bytes[end] == backslash, end + 1 < bytes.count {
        if isNested, bytes[end + 1] == quote { break }
        end += 1
      }
      end += 1
    }
    return min(end, bytes.count)
  }

  private static func parameterEnd(in bytes: [UInt8], from start: Int) -> Int {
    bytes[start...].firstIndex { isBlank($0) || "&#\"'<\\".utf8.contains($0) } ?? bytes.count
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\t")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}

/// The name of a workspace is the token that opens it, unless `access_tokens.json` gives another, so it is not shown.
enum WorkspaceID {
  private static let length = 12

  /// An id that identifies a workspace without its token: the first digits of the SHA-256 of its name.
  static func id(ofName name: String) -> String {
    Digest.withSHA256(of: Array(name.utf8)) { digest in
      String(decoding: digest.prefix(length / 2).flatMap { [($0 >> 4).hexDigit, $0.hexDigit] }, as: UTF8.self)
    }
  }
}

extension Server {
  var secretMask: SecretMask { SecretMask(showsSecrets: configuration.access.showsSecrets) }
}
