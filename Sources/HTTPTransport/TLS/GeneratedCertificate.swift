import COpenSSL

/// A generated certificate and its private key, which is never written to a file.
final class GeneratedCertificate {
  let key: OpaquePointer
  let x509: OpaquePointer

  /// Generates a certificate authority.
  static func makeAuthority() throws(SystemError) -> GeneratedCertificate {
    let authority = try GeneratedCertificate(commonName: "intercom-mock, made at start")
    try authority.sign(
      by: authority,
      extensions: [
        (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
        (NID_subject_key_identifier, "hash"),
      ])
    return authority
  }

  /// Generates a server certificate.
  ///
  /// - Parameters:
  ///   - names: host names and IP literals
  ///   - authority: the issuer
  convenience init(for names: [String], issuedBy authority: GeneratedCertificate) throws(SystemError) {
    try self.init(commonName: "intercom-mock")
    let list = names.map { (Self.isIPLiteral($0) ? "IP:" : "DNS:") + $0 }.joined(separator: ",")
    // Clients that check strictly require all of these extensions, including the key identifiers (RFC 5280, 4.2.1).
    try sign(
      by: authority,
      extensions: [
        (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
        (NID_ext_key_usage, "serverAuth"), (NID_subject_alt_name, list), (NID_subject_key_identifier, "hash"),
        (NID_authority_key_identifier, "keyid"),
      ])
  }

  private init(commonName name: String) throws(SystemError) {
    key = try Self.makeKey()
    guard let pointer = X509_new() else {
      EVP_PKEY_free(key)
      throw SystemError(attempting: "X509_new")
    }
    self.x509 = pointer
    X509_set_version(pointer, Int(X509_VERSION_3))
    // Clients identify a certificate by issuer and serial number, so each start uses a different number.
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(pointer), .random(in: 1...UInt64(Int64.max)))
    X509_set_pubkey(pointer, key)
    X509_NAME_add_entry_by_txt(X509_get_subject_name(pointer), "CN", MBSTRING_ASC, name, -1, -1, 0)
    X509_gmtime_adj(X509_getm_notBefore(pointer), -3600)
    // Clients accept at most 398 days.
    X509_gmtime_adj(X509_getm_notAfter(pointer), 397 * 86_400)
  }

  deinit {
    X509_free(x509)
    EVP_PKEY_free(key)
  }

  /// The certificate, without its key, as PEM.
  func pem() throws(SystemError) -> String {
    let attempt = "encode the authority's certificate"
    guard let memory = BIO_new(BIO_s_mem()) else { throw SystemError(openSSL: attempt) }
    defer { BIO_free(memory) }
    guard PEM_write_bio_X509(memory, x509) == 1 else { throw SystemError(openSSL: attempt) }
    var start: UnsafeMutableRawPointer?
    let count = withUnsafeMutablePointer(to: &start) { BIO_ctrl(memory, BIO_CTRL_INFO, 0, $0) }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: max(0, count)), as: UTF8.self)
  }

  private func sign(by issuer: GeneratedCertificate, extensions additions: [(Int32, String)]) throws(SystemError) {
    X509_set_issuer_name(x509, X509_get_subject_name(issuer.x509))
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, issuer.x509, x509, nil, nil, 0)
    for (number, value) in additions {
      guard let addition = X509V3_EXT_conf_nid(nil, &context, number, value) else {
        throw SystemError(openSSL: "generate a certificate with \(value)")
      }
      X509_add_ext(x509, addition, -1)
      X509_EXTENSION_free(addition)
    }
    guard X509_sign(x509, issuer.key, EVP_sha256()) > 0 else {
      throw SystemError(openSSL: "sign a certificate")
    }
  }

  /// Generates a key on the curve P-256, which all clients support.
  private static func makeKey() throws(SystemError) -> OpaquePointer {
    var key: OpaquePointer?
    if let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) {
      defer { EVP_PKEY_CTX_free(context) }
      EVP_PKEY_keygen_init(context)
      EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
      EVP_PKEY_keygen(context, &key)
    }
    guard let key else { throw SystemError(openSSL: "generate a key") }
    return key
  }

  private static func isIPLiteral(_ name: String) -> Bool {
    guard let address = a2i_IPADDRESS(name) else { return false }
    ASN1_OCTET_STRING_free(address)
    return true
  }
}
