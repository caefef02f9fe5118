import COpenSSL

/// Hash functions of libcrypto.
public enum Digest {
  /// Calls `body` with the 32 bytes of a SHA-256 digest. The buffer is on the stack: entity tags are computed for most
  /// responses.
  public static func withSHA256<Result>(
    of bytes: [UInt8], _ body: (UnsafeMutableBufferPointer<UInt8>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(SHA256_DIGEST_LENGTH)) { digest in
      var context = SHA256_CTX()
      SHA256_Init(&context)
      SHA256_Update(&context, bytes, bytes.count)
      SHA256_Final(digest.baseAddress, &context)
      return body(digest)
    }
  }

  /// HMAC-SHA1 (RFC 2104).
  public static func hmacSHA1(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    hmac(of: bytes, key: key, hash: EVP_sha1())
  }

  /// HMAC-SHA256 (RFC 2104).
  public static func hmacSHA256(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    hmac(of: bytes, key: key, hash: EVP_sha256())
  }

  private static func hmac(of bytes: [UInt8], key: [UInt8], hash: OpaquePointer?) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    HMAC(hash, key, Int32(clamping: key.count), bytes, bytes.count, &digest, &count)
    return Array(digest.prefix(Int(count)))
  }
}
