import API
import JSON
import Store

/// Phone call redirects (Switch): sends a caller a text message with a link to continue in the Messenger.
enum PhoneCallRedirects: Resource {
  static let operations: [Operation] = [
    .post("/phone_call_redirects", id: "createPhoneSwitch", handler: redirect)
  ]

  /// The response only; it is not stored.
  static let model = Model(
    name: "phone_switch", fields: [.string("url"), .constant("type", value: "phone_call_redirect"), .string("phone")])

  // These errors have no `error.list` envelope (Documentation.docc/Errors.md, "Other envelopes").
  private static let invalidNumber = APIError(
    status: .badRequest, code: "invalid_phone_number", message: "Invalid phone number",
    envelope: .raw(["error_key": "invalid_phone_number", "message": "Invalid phone number"]))

  /// Unknown: the service's condition for this error; here `custom_attributes` that are not an object.
  private static let unprocessable = APIError(
    status: .unprocessableContent, code: "some_error", message: nil, envelope: .raw(["error_key": "some_error"]))

  // MARK: Behaviour

  /// The description has the member `phone`, its example `url`; the response has both.
  static func redirect(in call: Call) throws -> Reply {
    guard let phone = call.body["phone"]?.string, isPhoneNumber(phone) else { throw invalidNumber }
    _ = try call.body.optional("custom_attributes", as: .object, invalid: unprocessable)
    var record = model.blank()
    record["url"] = .string("\(call.baseURL)/msgr/\(call.workspace.ids.uuid())")
    record["phone"] = .string(phone)
    return .ok(record)
  }

  /// Whether a string is an international phone number: a plus sign and 8 to 15 digits, optionally separated by spaces
  /// or hyphens.
  private static func isPhoneNumber(_ text: String) -> Bool {
    let characters = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
    return characters.first == UInt8(ascii: "+") && (9...16).contains(characters.count)
      && characters.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
