import API
import JSON
import Store

extension Behaviour {
  static let repeatsWords = Behaviour("parrots repeat what they learn")
}

/// Parrots: a made-up resource that shows how the vocabulary is used. Routes first, then the model, then what is special.
enum SampleParrots: Resource {
  static let operations: [Operation] = [
    .get("/parrots", id: "listParrots", handler: list),
    .post("/parrots", id: "createParrot", requestSchema: "create_parrot_request", handler: create),
    .post("/parrots/search", id: "searchParrots", handler: search),
    .get("/parrots/{id}", id: "showParrot", handler: retrieve),
    .put("/parrots/{id}", id: "updateParrot", handler: update),
    .delete("/parrots/{id}", id: "deleteParrot", handler: delete),
    .post("/parrots/{id}/words", id: "teachParrot", handler: teach, available: .since(.v2_13)),
  ]

  static let model = Model(
    name: "parrot", collection: "parrots", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "parrot_not_found", message: "Parrot Not Found"),
    references: [Reference("pirate_id", to: "pirates")],
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
      workspace[model].rows(ofIDs: workspace[model].all.filter { $0["pirate_id"].string == id }.map(\.id))
    },
    .counted("words", of: model) { parrot, _ in parrot["words"].strings.count },
    .attributes("custom_attributes"),
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

/// Pirates, in numbered pages of which only the first few can be reached.
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

/// What the versions of the API of parrots changed.
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
