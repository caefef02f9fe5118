import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// A workspace of parrots and pirates with a minimal server: routes a request, upgrades the body, runs the handler and
/// renders the reply.
struct APIFixture {
  static let catalogue = Catalogue(
    resources: [SampleParrots.self, SamplePirates.self], history: SampleParrotHistory.all)
  /// 2023-11-14 22:13:20 UTC.
  static let startTime: Int64 = 1_700_000_000

  let workspace = Workspace(
    definition: catalogue.layout, state: WorkspaceState(definition: catalogue.layout, ids: IDGenerator(seed: 1)),
    clock: Clock(frozenAtMilliseconds: startTime * 1000))

  struct NoRoute: Error {}

  /// Creates the call for a request.
  func makeCall(
    _ method: HTTPRequest.Method, to target: String, body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> Call {
    let request = Request(method: method, target: target, authority: "127.0.0.1:4020")
    guard let match = Self.catalogue.router.match(method: method, segments: request.segments, version: version) else {
      throw NoRoute()
    }
    let plan = Self.catalogue.plan(for: version)
    return Call(
      workspace: workspace, operation: match.operation, plan: plan, parameters: match.parameters, request: request,
      body: match.operation.requestSchema.map { plan.upgrade(body, as: $0) } ?? body)
  }

  /// Sends a request; returns the body of the reply.
  func sendForText(
    _ method: HTTPRequest.Method, to target: String, body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> String {
    let call = try makeCall(method, to: target, body: body, version: version)
    guard case .node(let node) = try call.operation(call).body else { return "" }
    return Self.render(node, in: call)
  }

  /// Sends a request; returns the body of the reply as JSON, null if it is empty.
  func send(
    _ method: HTTPRequest.Method, to target: String, body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> JSON {
    let text = try sendForText(method, to: target, body: body, version: version)
    return text.isEmpty ? .null : try JSON(parsing: Array(text.utf8))
  }

  static func render(_ node: Node, in call: Call) -> String {
    var renderer = Renderer(in: call, to: JSONWriter())
    renderer.write(node)
    return String(decoding: renderer.finish().bytes, as: UTF8.self)
  }

  /// Inserts parrots with ids from 1, each created one day after the previous one.
  @discardableResult
  func insert(parrots: [JSONObject]) throws -> [Record] {
    try parrots.enumerated().map { place, body in
      let call = try makeCall(.post, to: "/parrots")
      var parrot = try SampleParrots.model.makeRecord(from: body, in: call)
      parrot["created_at"] = .integer(Self.startTime + Int64(place) * 86_400)
      workspace[SampleParrots.model].insert(parrot)
      return parrot
    }
  }

  func insertParrots(named names: String...) throws {
    try insert(parrots: names.map { ["name": .string($0)] })
  }
}

extension JSON {
  /// Returns the ids of the items under a key.
  func ids(at key: String = "data") -> [String] {
    self[key]?.array?.compactMap { $0["id"]?.string ?? $0["id"]?.integer.map(String.init) } ?? []
  }
}

extension Behaviour {
  static let repeatsWords = Behaviour("parrots repeat what they learn")
}

/// Parrots: an example resource. Operations first, then the model, then the custom handlers.
enum SampleParrots: Resource {
  static let operations: [Operation] = [
    .get("/parrots", id: "listParrots", handler: list),
    .post("/parrots", id: "createParrot", requestSchema: "create_parrot_request", handler: create),
    .post("/parrots/search", id: "searchParrots", slicedHandler: search),
    .get("/parrots/{id}", id: "showParrot", handler: retrieve),
    .put("/parrots/{id}", id: "updateParrot", handler: update),
    .delete("/parrots/{id}", id: "deleteParrot", handler: delete),
    .post("/parrots/{id}/words", id: "teachParrot", handler: teach, available: .since(.v2_13)),
  ]

  static let model = Model(
    name: "parrot", collection: "parrots", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "parrot_not_found", message: "Parrot Not Found"),
    references: [Reference("pirate_id", to: "pirates")], indexes: [.caseVariants(of: "id"), .caseVariants(of: "name")],
    fields: [
      .type("parrot"), .string("id"),
      .string("name", options: [.writable, .required, .indexed]),
      .string("mood", options: .writable, initial: "calm", oneOf: ["calm", "cross"]),
      .string("pirate_id", options: .writable),
      .integer("age", options: .writable),
      .number("weight", options: .writable),
      .boolean("tame", options: .writable, initial: false),
      .timestamp("hatched_at", options: .writable),
      .string("nickname", options: [.writable, .sparse]),
      .object("custom_attributes", options: .writable),
      .array("words", options: .writable),
      .model("cage", of: cage, options: .writable),
      .derived("greeting") { parrot, _ in parrot["words"].strings.first.map { "\($0)!" }.map(Node.string) },
      .written("loudness") { parrot, _, writer in writer.write(.integer(Int64(parrot["words"].strings.count))) },
      .timestamp("created_at", options: .ordered), .timestamp("updated_at"),
      .string("secret", options: .hidden),
    ])

  static let cage = Model(name: "cage", fields: [.type("cage"), .string("metal"), .integer("bars")])

  static let listing = Listing.cursor(perPage: 3, limit: 5, order: ListOrder(name: "created_at", descending: false))

  static let searchDefinition = SearchDefinition(fields: [
    .text("id", index: "id"), .text("name", index: "name"), .text("metal", at: "cage.metal"),
    .integer("age"), .boolean("tame"), .date("hatched_at"), .date("created_at"),
    .text("mood", available: .since(.v2_12)),
    .ids("pirate_id") { id, workspace in
      .rows(workspace[model].rows(ofIDs: workspace[model].all.filter { $0["pirate_id"].string == id }.map(\.id)))
    },
    .counted("words") { parrot, _ in parrot["words"].strings.count },
    .attributes("custom_attributes") { name, _ in
      ["flights": .integer, "wingspan": .decimal, "talks": .boolean, "friends": .list, "motto": .text][name]
    },
  ])

  static func teach(in call: Call) throws -> Reply {
    var parrot = try call.find(model)
    guard let word = call.body["word"]?.string else { throw APIError.parameterMissing("word is a required parameter") }
    let times = call.honours(.repeatsWords) ? 2 : 1
    parrot["words"] = .strings(parrot["words"].strings + Array(repeating: word, count: times))
    call.workspace[model].replace(parrot)
    return .ok(parrot)
  }
}

/// Pirates: a resource with numbered pages and a record limit.
enum SamplePirates: Resource {
  static let operations: [Operation] = [
    .get("/pirates", id: "listPirates", handler: list),
    .get("/pirates/{id}", id: "showPirate", handler: retrieve),
    .get("/pirates/captain", id: "showCaptain") { _ in .ok(.json(["type": "captain"])) },
  ]

  static let model = Model(
    name: "pirate", collection: "pirates", ids: .integer(from: 100), fields: [.integer("id"), .string("name")])

  static let listing = Listing.numbered(
    type: "pirate.list", key: "pirates", perPage: 2, limit: 4, order: ListOrder(name: "id", descending: true),
    endsWithNull: true, recordLimit: 6)
}

/// The changes of the versions of the parrot API.
enum SampleParrotHistory {
  static let all = [
    VersionChanges(
      version: .v2_12,
      changes: [
        VersionChange("Parrots have moods").adds("mood", to: "parrot"),
        VersionChange("Parrots may be born in a mood").adds("mood", to: "create_parrot_request"),
      ]),
    VersionChanges(
      version: .v2_14,
      changes: [
        VersionChange("A parrot's name is called so").renames("label", to: "name", in: "parrot")
          .renames("label", to: "name", in: "create_parrot_request"),
        VersionChange("Parrots repeat what they learn").turnsOn(.repeatsWords),
      ]),
    VersionChanges(
      version: .v2_16,
      changes: [
        VersionChange("An age is a number").retypes(
          "age", in: "parrot", downgrade: { age in age.integer.map { .string(String($0)) } ?? age }),
        VersionChange("A cage tells its bars from its metal").rewrites(
          "cage",
          downgrade: { cage in ["cage": .string("\(cage["bars"] ?? 0) bars of \(cage["metal"]?.string ?? "air")")] }),
      ]),
  ]
}
