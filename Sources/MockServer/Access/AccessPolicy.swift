/// Who may use the server, besides programs that reach its address: the options `--allow-host`, `--allow-origin`,
/// `--control-token` and `--show-secrets`.
public struct AccessPolicy: Sendable {
  /// Host names that requests may name in addition to the usual ones. A name with a leading dot includes all names below it.
  public var hosts: [String] = []
  /// Origins of web pages, such as `https://app.example.com`, that may use the API and the control plane.
  public var origins: [String] = []
  /// The token that the control plane requires; nil if it requires none.
  public var controlToken: String?
  /// Whether journal, logs and lists show tokens and other secrets.
  public var showsSecrets = false

  public init() {}

  /// Whether a text is an origin as browsers send it: a scheme, a host and an optional port, or `null`.
  public static func isOrigin(_ text: String) -> Bool {
    guard text != "null" else { return true }
    let rest =
      text.hasPrefix("http://") ? text.dropFirst(7) : text.hasPrefix("https://") ? text.dropFirst(8) : ""
    return !rest.isEmpty && rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"/?#@,".utf8.contains($0) }
  }

  /// Whether a text is a host name, with an optional leading dot, without scheme and port.
  public static func isHostName(_ text: String) -> Bool {
    let name = text.hasPrefix(".") ? text.dropFirst() : text[...]
    return !name.isEmpty && !name.hasPrefix(".") && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
      && !name.contains { "/?#@:,*".contains($0) }
  }
}
