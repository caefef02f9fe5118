import COpenSSL
import Testing

/// A certificate that vouches for itself, made for one test.
final class SelfSignedCertificate {
  let privateKey: OpaquePointer
  let x509: OpaquePointer

  /// - Parameter names: whom it stands for: `DNS:localhost,IP:127.0.0.1`
  init(for names: String) throws {
    let maker = try #require(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil))
    defer { EVP_PKEY_CTX_free(maker) }
    var made: OpaquePointer?
    EVP_PKEY_keygen_init(maker)
    EVP_PKEY_keygen(maker, &made)
    privateKey = try #require(made)
    x509 = try #require(X509_new())
    X509_set_version(x509, 2)
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1)
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600)
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600)
    X509_set_pubkey(x509, privateKey)
    let name = X509_get_subject_name(x509)
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, "test", -1, -1, 0)
    X509_set_issuer_name(x509, name)
    for (number, value) in [(NID_subject_alt_name, names), (NID_basic_constraints, "critical,CA:TRUE")] {
      let addition = try #require(X509V3_EXT_conf_nid(nil, nil, number, value))
      X509_add_ext(x509, addition, -1)
      X509_EXTENSION_free(addition)
    }
    try #require(X509_sign(x509, privateKey, nil) > 0)
  }

  deinit {
    X509_free(x509)
    EVP_PKEY_free(privateKey)
  }

  /// Writes the key where a server may read it.
  func writeKey(to path: String) {
    let file = BIO_new_file(path, "w")
    PEM_write_bio_PrivateKey(file, privateKey, nil, nil, 0, nil, nil)
    BIO_free(file)
  }

  /// Writes it where a client may read it.
  func write(to path: String) {
    let file = BIO_new_file(path, "w")
    PEM_write_bio_X509(file, x509)
    BIO_free(file)
  }
}
