import API
import HTTPTypes
import JSON

enum OpenAPIRoutes {
  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/openapi.json", summary: "This description, OpenAPI 3.1", response: .anyObject,
      handler: showOpenAPI)
  ]

  static func showOpenAPI(in call: ControlCall) -> Reply {
    .ok(.json(OpenAPI.document(of: ControlRouter.routes, version: call.server.configuration.programVersion)))
  }
}

/// The control plane's description, written from the table of its routes.
enum OpenAPI {
  private static let errorMembers: [Shape.Member] = [
    .required("type", as: .string(oneOf: ["error.list"])), .optional("request_id", as: .string()),
    .required(
      "errors",
      as: .array(
        of: .object([
          .required("code", as: .string()), .required("message", as: .either([.string(), .null])),
          .optional("field", as: .string()),
        ]))),
  ]

  static func document(of routes: [ControlRoute], version: String) -> JSON {
    var paths = JSONObject()
    for route in routes {
      var path = paths[route.path]?.object ?? [:]
      path[route.method.rawValue.lowercased()] = operation(for: route)
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
        "schemas": ["error": Shape.object(errorMembers).schema],
        "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
      ],
      "security": [[:], ["token": []]],
    ]
  }

  private static func operation(for route: ControlRoute) -> JSON {
    var operation: JSONObject = ["operationId": .string(operationID(of: route)), "summary": .string(route.summary)]
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
    if let shape = route.requestShape {
      operation["requestBody"] = ["content": ["application/json": ["schema": shape.schema]]]
    }
    operation["responses"] = responses(for: route)
    return .object(operation)
  }

  private static func responses(for route: ControlRoute) -> JSON {
    var responses = JSONObject()
    for status in route.statuses {
      let schema =
        status.code < 400
        ? route.responseShape.schema
        : route.conflictMembers.isEmpty ? errorReference : Shape.object(errorMembers + route.conflictMembers).schema
      responses["\(status.code)"] = response(
        description: status.reasonPhrase, contentType: status.code < 400 ? route.contentType : "application/json",
        schema: schema)
    }
    responses["400"] = response(
      description: "What was sent makes no sense", contentType: "application/json", schema: errorReference)
    if route.path.contains("{") {
      responses["404"] = response(
        description: "There is nothing of this name", contentType: "application/json", schema: errorReference)
    }
    return .object(responses)
  }

  private static var errorReference: JSON { ["$ref": "#/components/schemas/error"] }

  private static func response(description: String, contentType type: String, schema: JSON) -> JSON {
    var content = JSONObject()
    content[type] = ["schema": schema]
    return ["description": .string(description), "content": .object(content)]
  }

  /// `get_mock_requests_id`: each once, for clients that are generated.
  private static func operationID(of route: ControlRoute) -> String {
    let path = route.path.split { !$0.isLetter && !$0.isNumber }.joined(separator: "_")
    return path.isEmpty ? "welcome" : "\(route.method.rawValue.lowercased())_\(path)"
  }
}
