import API
import HTTPTypes
import JSON

enum OpenAPIRoutes {
  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/openapi.json", id: "showOpenAPI", summary: "This description, OpenAPI 3.1",
      response: .anyObject,
      handler: showOpenAPI)
  ]

  static func showOpenAPI(in call: ControlCall) -> Reply {
    .ok(.json(OpenAPI(server: call.server).document(of: call.server.controlRouter.routes)))
  }
}

/// Generates the OpenAPI description of the control plane from its routes.
struct OpenAPI {
  private let programName: String
  private let programVersion: String
  private let errorSchema: JSONObject

  init(server: Server) {
    programName = server.programName
    programVersion = server.configuration.programVersion
    errorSchema = server.edge.errorSchema
  }

  func document(of routes: [ControlRoute]) -> JSON {
    var paths = JSONObject()
    for route in routes {
      var path = paths[route.path]?.object ?? [:]
      path[route.method.rawValue.lowercased()] = operation(for: route)
      paths[route.path] = .object(path)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": .string("The control plane of \(programName)"), "version": .string(programVersion),
        "description": "A call addresses the workspace of its bearer token; without one, the default workspace.",
      ],
      "paths": .object(paths),
      "components": [
        "schemas": ["error": .object(errorSchema)],
        "securitySchemes": [
          "token": ["type": "http", "scheme": "bearer"],
          "controlToken": ["type": "apiKey", "in": "header", "name": .string(HTTPField.Name.mockControlToken.rawName)],
        ],
      ],
      "security": [[:], ["token": []], ["controlToken": []], ["controlToken": [], "token": []]],
    ]
  }

  private func operation(for route: ControlRoute) -> JSON {
    var operation: JSONObject = [
      "operationId": .string(route.id), "tags": [.string(route.tag)], "summary": .string(route.summary),
    ]
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

  private func responses(for route: ControlRoute) -> JSON {
    var responses = JSONObject()
    for status in route.statuses {
      let schema =
        status.code < 400
        ? route.responseShape.schema
        : route.conflictMembers.isEmpty ? Self.errorReference : errorSchema(adding: route.conflictMembers)
      responses["\(status.code)"] = Self.response(
        description: status.reasonPhrase, contentType: status.code < 400 ? route.contentType : "application/json",
        schema: schema)
    }
    responses["400"] = Self.response(
      description: "The request is invalid", contentType: "application/json", schema: Self.errorReference)
    for (status, reason) in Self.accessRefusals where status != 415 || route.requestShape != nil {
      responses["\(status)"] = Self.response(
        description: reason, contentType: "application/json", schema: Self.errorReference)
    }
    if route.path.contains("{") {
      responses["404"] = Self.response(
        description: "Not found", contentType: "application/json", schema: Self.errorReference)
    }
    return .object(responses)
  }

  private func errorSchema(adding members: [Shape.Member]) -> JSON {
    let own = Shape.object(members).schema
    var schema = errorSchema
    schema["properties"] = .object(
      JSONObject([schema, own.object ?? [:]].flatMap { ($0["properties"]?.object ?? [:]).map { ($0.key, $0.value) } }))
    schema["required"] = .array((schema["required"]?.array ?? []) + (own["required"]?.array ?? []))
    return .object(schema)
  }

  private static let accessRefusals = [
    (401, "The token of the control plane is missing"), (403, "The host or the origin is not allowed"),
    (415, "The body is not JSON"),
  ]

  private static var errorReference: JSON { ["$ref": "#/components/schemas/error"] }

  private static func response(description: String, contentType type: String, schema: JSON) -> JSON {
    var content = JSONObject()
    content[type] = ["schema": schema]
    return ["description": .string(description), "content": .object(content)]
  }
}
