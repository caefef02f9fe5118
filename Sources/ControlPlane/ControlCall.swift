import API
import HTTPMessage
import JSON
import Server

/// One call to the control plane, checked against its route.
struct ControlCall {
  let request: Request
  /// The values of the path's parameters, in order.
  let parameters: [String]
  /// The parameters of the query, each in the form that the route says.
  let query: JSONObject
  /// The body; empty when there was none.
  let body: JSONObject

  /// Throws `parameter_invalid` for what the route does not take.
  init(_ request: Request, _ route: ControlRoute, parameters: [String]) throws {
    self.request = request
    self.parameters = parameters
    query = JSONObject(
      request.query.map { item in
        (item.name, Self.value(item.value, route.query.first { $0.name == item.name }?.shape))
      })
    try Shape.object(route.query).check(.object(query))
    guard let shape = route.takes else {
      body = [:]
      return
    }
    body = try RequestBody.object(request.body)
    // The API takes an empty list for an empty object, as some of its clients send it; nobody sends it here on purpose.
    if body.isEmpty, request.body.first == UInt8(ascii: "[") {
      throw APIError.parameterInvalid("the body must be \(shape.expectation)")
    }
    try shape.check(.object(body))
  }

  /// The token whose workspace is addressed.
  var token: String {
    Authentication.token(of: request) ?? Tenants.defaultToken
  }

  /// The first parameter of the path.
  var name: String {
    parameters.first ?? ""
  }

  /// A text of the query, as its shape has it.
  private static func value(_ text: String, _ shape: Shape?) -> JSON {
    switch shape {
    case .integer: Int64(text).map(JSON.integer) ?? .string(text)
    case .number: Double(text).map(JSON.number) ?? .string(text)
    case .boolean:
      ["true": true, "1": true, "": true, "false": false, "0": false][text].map(JSON.boolean) ?? .string(text)
    case .noted(let shape, _): value(text, shape)
    default: .string(text)
    }
  }
}
