import API
import HTTPTypes
import JSON
import Server

extension ControlPlane {
  static let openAPIRoutes: [ControlRoute] = [
    ControlRoute(.get, "/_mock/openapi.json", "This description, OpenAPI 3.1", gives: .anyObject, openAPI)
  ]

  func openAPI(_ call: ControlCall) -> Reply {
    .ok(.json(OpenAPI.document(of: Self.routes, version: server.configuration.programVersion)))
  }
}

/// The control plane's description, written from the table of its routes.
enum OpenAPI {
  private static let refusal: [Shape.Member] = [
    .required("type", .string(oneOf: ["error.list"])), .optional("request_id", .string()),
    .required(
      "errors",
      .array(
        of: .object([
          .required("code", .string()), .required("message", .either([.string(), .null])),
          .optional("field", .string()),
        ]))),
  ]

  static func document(of routes: [ControlRoute], version: String) -> JSON {
    var paths = JSONObject()
    for route in routes {
      var path = paths[route.path]?.object ?? [:]
      path[route.method.rawValue.lowercased()] = operation(route)
      paths[route.path] = .object(path)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "The control plane of intercom-mock", "version": .string(version),
        "description": "A call addresses the workspace of its bearer token; without one, that of test-token.",
      ],
      "paths": .object(paths),
      "components": [
        "schemas": ["error": Shape.object(refusal).schema],
        "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
      ],
      "security": [[:], ["token": []]],
    ]
  }

  private static func operation(_ route: ControlRoute) -> JSON {
    var operation: JSONObject = ["operationId": .string(name(of: route)), "summary": .string(route.summary)]
    let parameters = route.segments.filter { $0.hasPrefix("{") }.map { segment -> JSON in
      [
        "name": .string(String(segment.dropFirst().dropLast())), "in": "path", "required": true,
        "schema": ["type": "string"],
      ]
    }
    let query = route.query.map { member -> JSON in
      [
        "name": .string(member.name), "in": "query", "required": .boolean(member.isRequired),
        "schema": member.shape.schema,
      ]
    }
    if !parameters.isEmpty || !query.isEmpty { operation["parameters"] = .array(parameters + query) }
    if let shape = route.takes {
      operation["requestBody"] = ["content": ["application/json": ["schema": shape.schema]]]
    }
    operation["responses"] = responses(route)
    return .object(operation)
  }

  private static func responses(_ route: ControlRoute) -> JSON {
    var responses = JSONObject()
    for status in route.statuses {
      let schema =
        status.code < 400
        ? route.gives.schema : route.conflict.isEmpty ? error : Shape.object(refusal + route.conflict).schema
      responses["\(status.code)"] = answer(
        status.reasonPhrase, status.code < 400 ? route.produces : "application/json", schema)
    }
    responses["400"] = answer("What was sent makes no sense", "application/json", error)
    if route.path.contains("{") {
      responses["404"] = answer("There is nothing of this name", "application/json", error)
    }
    return .object(responses)
  }

  private static var error: JSON { ["$ref": "#/components/schemas/error"] }

  private static func answer(_ description: String, _ type: String, _ schema: JSON) -> JSON {
    var content = JSONObject()
    content[type] = ["schema": schema]
    return ["description": .string(description), "content": .object(content)]
  }

  /// `get_mock_requests_id`: each once, for clients that are generated.
  private static func name(of route: ControlRoute) -> String {
    let path = route.path.split { !$0.isLetter && !$0.isNumber }.joined(separator: "_")
    return path.isEmpty ? "welcome" : "\(route.method.rawValue.lowercased())_\(path)"
  }
}
