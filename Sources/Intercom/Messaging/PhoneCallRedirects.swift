import API
import JSON
import Store

/// Switch: sends a caller a text message with a link, to go on in the Messenger.
enum PhoneCallRedirects: Resource {
  static let operations: [Operation] = [
    .post("/phone_call_redirects", "createPhoneSwitch", redirect)
  ]

  /// Never kept.
  static let model = Model(
    "phone_switch", [.string("url"), .constant("type", "phone_call_redirect"), .string("phone")])

  // Its refusals are no error.list (errors.md, 1.2).
  private static let invalidNumber = APIError(
    .badRequest, "invalid_phone_number", "Invalid phone number",
    envelope: .raw(["error_key": "invalid_phone_number", "message": "Invalid phone number"]))

  /// Unknown: what makes the service answer so; here attributes that are no object.
  private static let unprocessable = APIError(
    .unprocessableContent, "some_error", nil, envelope: .raw(["error_key": "some_error"]))

  // MARK: Behaviour

  /// The description promises `phone`, its example has `url`: both are there.
  static func redirect(_ call: Call) throws -> Reply {
    guard let phone = call.body["phone"]?.string, isNumber(phone) else { throw invalidNumber }
    if let attributes = call.body["custom_attributes"], !attributes.isNull, attributes.object == nil {
      throw unprocessable
    }
    var record = model.blank()
    record["url"] = .string("\(call.baseURL)/msgr/\(call.workspace.ids.uuid())")
    record["phone"] = .string(phone)
    return .ok(record)
  }

  /// Whether a text is an international number: a plus sign and 8 to 15 digits, spaces and hyphens between them.
  private static func isNumber(_ text: String) -> Bool {
    let signs = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
    return signs.first == UInt8(ascii: "+") && (9...16).contains(signs.count)
      && signs.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
