import JSON
@testable import MockServer

extension FuzzHarness {
  private static let secret = "sentinel-0123456789"

  /// A masked body shows no secret, and it is still JSON if it was. A host has one standing, however often it is asked.
  static let masks = stateless(named: "masks") { input in
    let mask = SecretMask(showsSecrets: false)
    for path in [[], ["auth", "eagle", "token"]] {
      let masked = mask.body(input, path: path)
      if (try? JSON(parsing: input)) != nil {
        try FuzzFinding.require(
          (try? JSON(parsing: masked)) != nil, message: "\(String(decoding: masked, as: UTF8.self)) is no JSON")
      }
      for separator in [#""client_secret":""#, "&client_secret="] {
        let planted = String(decoding: mask.body(input + Array((separator + secret).utf8), path: path), as: UTF8.self)
        try FuzzFinding.require(!planted.contains(secret), message: "\(planted) shows the secret")
      }
    }
    let authority = String(decoding: input, as: UTF8.self)
    var rule = HostRule(serviceHosts: ["api.example.com"], allowed: [".example.org"])
    let standing = rule.standing(of: authority)
    try FuzzFinding.require(rule.standing(of: authority) == standing, message: "\(authority) changes its standing")
    let host = HostRule.host(of: authority)
    try FuzzFinding.require(
      !host.hasSuffix(".evil.com") || standing == .refused, message: "\(authority) is served")
  }
}
