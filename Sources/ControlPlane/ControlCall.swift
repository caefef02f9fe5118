import API
import HTTPMessage
import JSON
import Server

/// One call to the control plane.
struct ControlCall {
  let request: Request
  let parameters: [String]

  init(_ request: Request, parameters: [String]) {
    self.request = request
    self.parameters = parameters
  }

  /// The token whose workspace is addressed.
  var token: String {
    Authentication.token(of: request) ?? Tenants.defaultToken
  }

  func query(_ name: String) -> String? {
    request.query.first { $0.name == name }?.value
  }

  /// The body as an object; throws `parameter_invalid` for anything else.
  func body() throws -> JSONObject {
    try RequestBody.object(request.body)
  }
}
