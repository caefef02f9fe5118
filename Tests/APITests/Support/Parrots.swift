import API
import JSON
import Store

extension Behaviour {
  static let repeatsWords = Behaviour("parrots repeat what they learn")
}

/// Parrots: a made-up resource that shows how the vocabulary is used. Routes first, then the model, then what is special.
enum Parrots: Resource {
  static let operations: [Operation] = [
    .get("/parrots", "listParrots", list),
    .post("/parrots", "createParrot", takes: "create_parrot_request", create),
    .post("/parrots/search", "searchParrots", search),
    .get("/parrots/{id}", "showParrot", retrieve),
    .put("/parrots/{id}", "updateParrot", update),
    .delete("/parrots/{id}", "deleteParrot", delete),
    .post("/parrots/{id}/words", "teachParrot", teach, .since(.v2_13)),
  ]

  static let model = Model(
    "parrot", collection: "parrots", ids: .sequence(from: 1),
    notFound: Model.NotFound("parrot_not_found", "Parrot Not Found"),
    references: [Reference("pirate_id", to: "pirates")],
    [
      .type("parrot"), .string("id"),
      .string("name", [.writable, .required, .indexed]),
      .string("mood", .writable, initial: "calm", oneOf: ["calm", "cross"]),
      .string("pirate_id", .writable),
      .integer("age", .writable),
      .number("weight", .writable),
      .boolean("tame", .writable, initial: false),
      .timestamp("hatched_at", .writable),
      .string("nickname", [.writable, .sparse]),
      .object("custom_attributes", .writable),
      .array("words", .writable),
      .model("cage", cage, .writable),
      .derived("greeting") { parrot, _ in parrot["words"].strings.first.map { "\($0)!" }.map(Node.string) },
      .written("loudness") { parrot, _, writer in writer.write(.integer(Int64(parrot["words"].strings.count))) },
      .timestamp("created_at", .ordered), .timestamp("updated_at"),
      .string("secret", .hidden),
    ])

  static let cage = Model("cage", [.type("cage"), .string("metal"), .integer("bars")])

  static let listing = Listing.cursor(perPage: 3, limit: 5, order: ListOrder("created_at", descending: false))

  static let searching = Searching([
    .text("id", index: "id"), .text("name", index: "name"), .text("metal", at: "cage.metal"),
    .integer("age"), .boolean("tame"), .date("hatched_at"), .date("created_at"),
    .text("mood", .since(.v2_12)),
    .ids("pirate_id") { id, workspace in
      workspace[model].rows(ofIDs: workspace[model].all.filter { $0["pirate_id"].string == id }.map(\.id))
    },
    .counted("words", of: model) { parrot, _ in parrot["words"].strings.count },
    .attributes("custom_attributes"),
  ])

  static func teach(_ call: Call) throws -> Reply {
    var parrot = try call.find(model)
    guard let word = call.body["word"]?.string else { throw APIError.parameterMissing("word is a required parameter") }
    let times = call.honours(.repeatsWords) ? 2 : 1
    parrot["words"] = .strings(parrot["words"].strings + Array(repeating: word, count: times))
    call.workspace[model].replace(parrot)
    return .ok(parrot)
  }
}

/// Pirates, in numbered pages of which only the first few can be reached.
enum Pirates: Resource {
  static let operations: [Operation] = [
    .get("/pirates", "listPirates", list),
    .get("/pirates/{id}", "showPirate", retrieve),
    .get("/pirates/captain", "showCaptain") { _ in .ok(.json(["type": "captain"])) },
  ]

  static let model = Model(
    "pirate", collection: "pirates", ids: .integer(from: 100), [.integer("id"), .string("name")])

  static let listing = Listing.numbered(
    type: "pirate.list", key: "pirates", perPage: 2, limit: 4, order: ListOrder("id", descending: true),
    endsWithNull: true, reach: 6)
}

/// What the versions of the API of parrots changed.
enum ParrotHistory {
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
          "age", in: "parrot", back: { age in age.integer.map { .string(String($0)) } ?? age }),
        VersionChange("A cage tells its bars from its metal").rewrites(
          "cage", back: { cage in ["cage": .string("\(cage["bars"] ?? 0) bars of \(cage["metal"]?.string ?? "air")")] }),
      ]),
  ]
}
