import HTTPTypes

/// A field name of our own; all of them are legal tokens.
private func name(_ text: String) -> HTTPField.Name {
  HTTPField.Name(text) ?? .server
}

extension HTTPField.Name {
  static let intercomVersion = name("Intercom-Version")
  static let requestID = name("X-Request-Id")
  static let rateLimit = name("X-RateLimit-Limit")
  static let rateRemaining = name("X-RateLimit-Remaining")
  static let rateReset = name("X-RateLimit-Reset")
  static let runtime = name("X-Runtime")
  static let status = name("Status")
  static let queueing = name("X-Request-Queueing")
  static let revision = name("X-Intercom-Version")
  static let machineImage = name("X-Ami-Version")
  static let mockWarning = name("X-Mock-Warning")
  static let prefer = name("Prefer")
  static let preferenceApplied = name("Preference-Applied")
  static let hubSignature = name("X-Hub-Signature")
  static let mockHint = name("X-Mock-Hint")
  static let frameOptions = name("X-Frame-Options")
  static let xssProtection = name("X-XSS-Protection")
  static let referrerPolicy = name("Referrer-Policy")
}
