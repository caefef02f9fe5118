import API

extension Behaviour {
  /// A message may be addressed to several contacts, with copies.
  static let severalRecipients = Behaviour("messages have several recipients")
  static let sendsWhatsApp = Behaviour("messages go by WhatsApp")
  static let sendsSMS = Behaviour("messages go by SMS")
}

/// By which way a message goes, as answers name it.
enum MessageKind: String {
  case inapp, email, whatsapp, sms

  /// Descriptions say `in_app`, their examples `inapp` and `conversation`: all are taken.
  ///
  /// Throws `parameter_invalid` for another one, or one that the version does not have.
  init(_ call: Call) throws {
    switch call.body["message_type"] ?? .null {
    case .null, "in_app", "inapp", "conversation": self = .inapp
    case "email": self = .email
    case "whatsapp" where call.honours(.sendsWhatsApp): self = .whatsapp
    case "sms" where call.honours(.sendsSMS): self = .sms
    default: throw APIError.parameterInvalid("message_type must be one of \(Self.names(call).joined(separator: ", "))")
    }
  }

  private static func names(_ call: Call) -> [String] {
    ["in_app", "email"] + (call.honours(.sendsWhatsApp) ? ["whatsapp"] : [])
      + (call.honours(.sendsSMS) ? ["sms"] : [])
  }
}
