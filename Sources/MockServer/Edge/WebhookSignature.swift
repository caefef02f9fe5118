import COpenSSL

/// How a notification proves whom it is from (webhooks.md, 2).
enum WebhookSignature {
  /// `sha1=` and the HMAC-SHA1 of the raw body, keyed with the app's secret.
  static func text(of body: [UInt8], secret: String) -> String {
    let key = Array(secret.utf8)
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    HMAC(EVP_sha1(), key, Int32(clamping: key.count), body, body.count, &digest, &count)
    let digits = Array("0123456789abcdef".utf8)
    let hex = digest.prefix(Int(count)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return "sha1=" + String(decoding: hex, as: UTF8.self)
  }
}
