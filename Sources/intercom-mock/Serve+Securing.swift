import Glibc
import HTTPTransport

extension Serve {
  /// How connections are secured; nil for HTTP as it is.
  func makeTLS() throws -> ServerTLS? {
    if let tlsCert, let tlsKey {
      return try Failing.with(65) { try ServerTLS(certificate: tlsCert, key: tlsKey) }
    }
    guard tls else { return nil }
    return try Failing.with(73) { try ServerTLS(generatedFor: certificateNames, authorityFile: tlsCaFile) }
  }

  func checkTLS() throws {
    try Choice.check("--tls-cert without --tls-key", tlsCert ?? "", tlsCert == nil || tlsKey != nil)
    try Choice.check("--tls-key without --tls-cert", tlsKey ?? "", tlsKey == nil || tlsCert != nil)
    try Choice.check("--tls-ca-file without --tls", tlsCaFile ?? "", tlsCaFile == nil || (tls && tlsCert == nil))
    // They become a list in one certificate extension.
    for name in tlsName { try Choice.check("--tls-name", name, !name.isEmpty && !name.contains { ",;:".contains($0) }) }
  }

  /// Whom a client may ask for: this machine under each of its names, and Intercom's hosts in each region, for clients
  /// that cannot be told another and are led here by `/etc/hosts`.
  private var certificateNames: [String] {
    var names = tlsName + ["localhost", "127.0.0.1", "::1", hostName]
    names += ["api.intercom.io", "api.eu.intercom.io", "api.au.intercom.io"]
    if !["0.0.0.0", "::"].contains(host) { names.append(host) }
    var seen = Set<String>()
    return names.filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  private var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
