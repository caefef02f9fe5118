import API
import HTTPTypes
import JSON
import Store

/// Boats: a made-up resource for the server to serve, with an operation for each way to answer.
enum Boats: Resource {
  struct Leak: Error {}

  static let operations: [Operation] = [
    .get("/boats", "listBoats", list),
    .post("/boats", "createBoat", create),
    .get("/boats/argo", "showArgo") { _ in .ok(.json(["name": "Argo"])) },
    .get("/boats/ark", "showArk") { _ in .ok(.json(["name": .string(String(repeating: "ark", count: 6000))])) },
    .post("/boats/echo", "echoBoat") { call in .ok(.json(.object(call.body))) },
    .post("/boats/search", "searchBoats") { call in .ok(.json(.object(call.body))) },
    .get("/boats/{id}", "showBoat", retrieve),
    .get("/boats/{id}/crew", "listCrew", { _ in .ok(.json([])) }, .since(.v2_15)),
    .post("/boats/{id}/sink", "sinkBoat") { _ in throw Leak() },
    .post("/boats/{id}/scuttle", "scuttleBoat", scuttle),
    .delete("/boats/{id}", "deleteBoat") { _ in Reply(.noContent) },
    .get("/boats/{id}/chart", "showChart") { _ in Reply(.ok, body: .bytes([0x89], contentType: "image/png")) },
    .get("/refusals/{kind}", "refuse", refuse),
    .get("/captain", "showCaptain") { call in .ok(.json(["id": .optional(call.adminID)])) },
  ]

  static let model = Model(
    "boat", collection: "boats", ids: .sequence(from: 1), [.string("id"), .string("name", .writable)])

  /// Refuses, and leaves a trace of it.
  private static func scuttle(_ call: Call) throws -> Reply {
    call.workspace[model].insert(try model.make(from: [:], call))
    throw APIError.parameterInvalid("No")
  }

  private static func refuse(_ call: Call) throws -> Reply {
    var error = APIError(.unprocessableContent, "data_invalid", "It leaks", field: "hull")
    switch call.parameter("kind") {
    case "null": error.envelope = .list(requestID: .null)
    case "absent": error = error.withoutRequestID
    case "raw": error.envelope = .raw(["oops": true])
    case "silent": error.message = nil
    default: error.headerFields = [HTTPField(name: .location, value: "/boats/1")]
    }
    throw error
  }
}
