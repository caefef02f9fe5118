import API
import HTTPTypes
import JSON
import Store

/// Boats: a made-up resource for the server to serve, with an operation for each way to answer.
enum SampleBoats: Resource {
  struct UnexpectedError: Error {}

  static let operations: [Operation] = [
    .get("/boats", id: "listBoats", handler: list),
    .post("/boats", id: "createBoat", handler: create),
    .get("/boats/argo", id: "showArgo") { _ in .ok(.json(["name": "Argo"])) },
    .get("/boats/ark", id: "showArk") { _ in .ok(.json(["name": .string(String(repeating: "ark", count: 6000))])) },
    .post("/boats/echo", id: "echoBoat") { call in .ok(.json(.object(call.body))) },
    .post("/boats/search", id: "searchBoats") { call in .ok(.json(.object(call.body))) },
    .get("/boats/{id}", id: "showBoat", handler: retrieve),
    .get("/boats/{id}/crew", id: "listCrew", handler: { _ in .ok(.json([])) }, available: .since(.v2_15)),
    .post("/boats/{id}/sink", id: "sinkBoat") { _ in throw UnexpectedError() },
    .post("/boats/{id}/scuttle", id: "scuttleBoat", handler: scuttle),
    .delete("/boats/{id}", id: "deleteBoat") { _ in Reply(status: .noContent) },
    .get("/boats/{id}/chart", id: "showChart") { _ in Reply(status: .ok, body: .bytes([0x89], contentType: "image/png"))
    },
    .get("/refusals/{kind}", id: "refuse", handler: refuse),
    .get("/captain", id: "showCaptain") { call in .ok(.json(["id": .optional(call.adminID)])) },
  ]

  static let model = Model(
    name: "boat", collection: "boats", ids: .sequence(from: 1),
    fields: [.string("id"), .string("name", options: .writable)])

  /// Refuses, and leaves a trace of it.
  private static func scuttle(in call: Call) throws -> Reply {
    call.workspace[model].insert(try model.makeRecord(from: [:], in: call))
    throw APIError.parameterInvalid("No")
  }

  private static func refuse(in call: Call) throws -> Reply {
    var error = APIError(status: .unprocessableContent, code: "data_invalid", message: "It leaks", field: "hull")
    switch call.pathParameter("kind") {
    case "null": error.envelope = .list(requestID: .null)
    case "absent": error = error.withoutRequestID
    case "raw": error.envelope = .raw(["oops": true])
    case "silent": error.message = nil
    default: error.headerFields = [HTTPField(name: .location, value: "/boats/1")]
    }
    throw error
  }
}
