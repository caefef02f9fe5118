import API
import JSON
import Store

/// Switch: sends a caller a text message with a link, to go on in the Messenger.
enum PhoneCallRedirects: Resource {
  static let operations: [Operation] = [
    .post("/phone_call_redirects", id: "createPhoneSwitch", handler: redirect)
  ]

  /// Never kept.
  static let model = Model(
    name: "phone_switch", fields: [.string("url"), .constant("type", value: "phone_call_redirect"), .string("phone")])

  // Its refusals are no error.list (errors.md, 1.2).
  private static let invalidNumber = APIError(
    status: .badRequest, code: "invalid_phone_number", message: "Invalid phone number",
    envelope: .raw(["error_key": "invalid_phone_number", "message": "Invalid phone number"]))

  /// Unknown: what makes the service answer so; here attributes that are no object.
  private static let unprocessable = APIError(
    status: .unprocessableContent, code: "some_error", message: nil, envelope: .raw(["error_key": "some_error"]))

  // MARK: Behaviour

  /// The description promises `phone`, its example has `url`: both are there.
  static func redirect(in call: Call) throws -> Reply {
    guard let phone = call.body["phone"]?.string, isPhoneNumber(phone) else { throw invalidNumber }
    if let attributes = call.body["custom_attributes"], !attributes.isNull, attributes.object == nil {
      throw unprocessable
    }
    var record = model.blank()
    record["url"] = .string("\(call.baseURL)/msgr/\(call.workspace.ids.uuid())")
    record["phone"] = .string(phone)
    return .ok(record)
  }

  /// Whether a text is an international number: a plus sign and 8 to 15 digits, spaces and hyphens between them.
  private static func isPhoneNumber(_ text: String) -> Bool {
    let signs = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
    return signs.first == UInt8(ascii: "+") && (9...16).contains(signs.count)
      && signs.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
