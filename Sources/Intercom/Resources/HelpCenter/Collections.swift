import API
import JSON
import Store

extension Behaviour {
  /// Collections nest; before, those inside another were its sections.
  static let nestsCollections = Behaviour("collections nest")
}

/// Collections of a help center: what articles are sorted into, one inside the other.
enum Collections: Resource {
  static let operations: [Operation] = [
    .get("/help_center/collections", "listAllCollections", list),
    .post("/help_center/collections", "createCollection", takes: "create_collection_request", create),
    .get("/help_center/collections/{id}", "retrieveCollection", retrieve),
    .put("/help_center/collections/{id}", "updateCollection", takes: "update_collection_request", update),
    .delete("/help_center/collections/{id}", "deleteCollection", delete),
  ]

  static let model = Model(
    "collection", collection: "collections", ids: .sequence(from: 1), references: references,
    orders: [roots, Sections.order],
    [
      .string("id"), .written("workspace_id", Profile.writeID), .string("name", .writable), .derived("url", url),
      .integer("order", initial: 1), .timestamp("created_at"), .timestamp("updated_at", .ordered),
      .string("description", .writable, initial: ""), .string("icon", initial: "book-bookmark"),
      // Showed itself as long as sections were there, too.
      .type("collection"),
      .string("parent_id", .indexed), .integer("help_center_id", .indexed),
      .string("default_locale").shown(GroupContents.defaultLocale),
      .model("translated_content", GroupContents.model).shown(GroupContents.show),
    ])

  static let models = [GroupContents.model]

  private static let references = [
    Reference("parent_id", to: "collections"), Reference("help_center_id", to: "help_centers"),
  ]

  /// Those inside no other, by the time of their last change.
  private static let roots = CollectionDefinition.Order("roots") { collection in
    collection["parent_id"].isEmpty ? collection["updated_at"].integer ?? 0 : nil
  }

  static let listing = Listing.numbered(
    perPage: 20, order: ListOrder("updated_at", descending: true), members: [.type, .items, .total, .pages])

  private static let listingOfRoots = Listing.numbered(
    perPage: 20, order: ListOrder("roots", descending: true), members: [.type, .items, .total, .pages])

  // MARK: Behaviour

  static func list(_ call: Call) throws -> Reply {
    let listing = call.honours(.nestsCollections) ? listing : listingOfRoots
    return try listing.reply(call.workspace[model], call)
  }

  static func retrieve(_ call: Call) throws -> Reply {
    .ok(try find(call))
  }

  static func create(_ call: Call) throws -> Reply {
    let collection = try CollectionWriting.new(call)
    call.workspace[model].insert(collection)
    return .ok(collection)
  }

  static func update(_ call: Call) throws -> Reply {
    let collection = try CollectionWriting.changed(try find(call), call)
    call.workspace[model].replace(collection)
    return .ok(collection)
  }

  static func delete(_ call: Call) throws -> Reply {
    let collection = try find(call)
    remove(collection.id, call)
    return .ok(.json(["id": .string(collection.id), "object": "collection", "deleted": true]))
  }

  // MARK: Shared

  /// Takes a collection out with those inside it; its articles stay, without it.
  ///
  /// Unknown: what becomes of the collections inside.
  static func remove(_ id: String, _ call: Call) {
    var doomed = [id]
    while let next = doomed.popLast() {
      doomed += call.workspace[model].records(in: "parent_id", under: next).map(\.id)
      Articles.leave(collection: next, call)
      Redirects.removeAll(to: "collection", next, call)
      call.workspace[model].remove(next)
    }
  }

  /// The collection outside which the one of this id is in no other.
  static func root(of id: String, _ workspace: Workspace) -> Record? {
    var root = workspace[model][id]
    var seen: Set<String> = [id]
    while let parent = root?["parent_id"].string, seen.insert(parent).inserted { root = workspace[model][parent] }
    return root
  }

  /// The help center that a collection belongs to, by way of those around it.
  static func helpCenter(of id: String, _ workspace: Workspace) -> Record? {
    guard let center = root(of: id, workspace)?["help_center_id"].integer else { return nil }
    return workspace[HelpCenters.model][String(center)]
  }

  /// The collection that the path names; while there are sections, those are none.
  private static func find(_ call: Call) throws -> Record {
    let collection = try call.find(model)
    guard call.honours(.nestsCollections) || collection["parent_id"].isEmpty else { throw APIError.notFound(model) }
    return collection
  }

  static func url(_ collection: Record, _ call: Call) -> Node? {
    let center = helpCenter(of: collection.id, call.workspace)
    let locale = GroupContents.locale(of: collection, call)
    return .string(
      HelpCenters.url(center, locale, "collections", collection.id, title: collection["name"].string))
  }
}
