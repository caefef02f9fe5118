import API
import JSON
import Store

/// Collections of a help center, which group articles and can be nested.
enum Collections: Resource {
  static let operations: [Operation] = [
    .get("/help_center/collections", id: "listAllCollections", handler: list),
    .post(
      "/help_center/collections", id: "createCollection", requestSchema: "create_collection_request", handler: create),
    .get("/help_center/collections/{id}", id: "retrieveCollection", handler: retrieve),
    .put(
      "/help_center/collections/{id}", id: "updateCollection", requestSchema: "update_collection_request",
      handler: update),
    .delete("/help_center/collections/{id}", id: "deleteCollection", handler: delete),
  ]

  static let model = Model(
    name: "collection", collection: "collections", ids: .sequence(from: 1), references: references,
    orders: [rootOrder, Sections.sectionOrder],
    fields: [
      .string("id"), .written("workspace_id", with: WorkspaceProfile.writeID), .string("name", options: .writable),
      .derived("url", from: url),
      .integer("order", initial: 1), .timestamp("created_at"), .timestamp("updated_at", options: .ordered),
      .string("description", options: .writable, initial: ""), .string("icon", initial: "book-bookmark"),
      // Not shown in versions with sections.
      .type("collection"),
      .string("parent_id", options: .indexed), .integer("help_center_id", options: .indexed),
      .string("default_locale").shown(GroupContents.defaultLocale),
      .model("translated_content", of: GroupContents.model).shown(GroupContents.translatedContent),
    ])

  static let models = [GroupContents.model]

  private static let references = [
    // Unknown: what happens to the collections inside a deleted one.
    Reference("parent_id", to: "collections", onDelete: .cascade), Reference("help_center_id", to: "help_centers"),
  ]

  /// Orders top-level collections by their last update.
  private static let rootOrder = CollectionDefinition.Order(name: "roots") { collection in
    collection["parent_id"].isEmpty ? collection["updated_at"].integer ?? 0 : nil
  }

  static let listing = Listing.numbered(
    perPage: 20, order: ListOrder(name: "updated_at", descending: true), members: [.type, .items, .total, .pages])

  private static let rootListing = Listing.numbered(
    perPage: 20, order: ListOrder(name: "roots", descending: true), members: [.type, .items, .total, .pages])

  // MARK: Behaviour

  static func list(in call: Call) throws -> Reply {
    let listing = call.honours(.nestsCollections) ? listing : rootListing
    return try listing.reply(with: call.workspace[model], in: call)
  }

  static func retrieve(in call: Call) throws -> Reply {
    .ok(try find(in: call))
  }

  static func create(in call: Call) throws -> Reply {
    let collection = try CollectionWriting.make(in: call)
    call.workspace[model].insert(collection)
    return .ok(collection)
  }

  static func update(in call: Call) throws -> Reply {
    let collection = try CollectionWriting.updated(try find(in: call), in: call)
    call.workspace[model].replace(collection)
    return .ok(collection)
  }

  static func delete(in call: Call) throws -> Reply {
    let collection = try find(in: call)
    call.delete(collection, of: model)
    return .ok(.json(["id": .string(collection.id), "object": "collection", "deleted": true]))
  }

  // MARK: Shared

  /// The top-level collection that contains a collection.
  static func root(of id: String, in workspace: Workspace) -> Record? {
    var root = workspace[model][id]
    var seen: Set<String> = [id]
    while let parent = root?["parent_id"].string, seen.insert(parent).inserted { root = workspace[model][parent] }
    return root
  }

  /// The help center that a collection belongs to, through its top-level collection.
  static func helpCenter(of id: String, in workspace: Workspace) -> Record? {
    guard let center = root(of: id, in: workspace)?["help_center_id"].integer else { return nil }
    return workspace[HelpCenters.model][String(center)]
  }

  /// The collection that the path identifies. Throws 404 for a section in versions with sections.
  private static func find(in call: Call) throws -> Record {
    let collection = try call.find(model)
    guard call.honours(.nestsCollections) || collection["parent_id"].isEmpty else {
      throw APIError.notFound(for: model)
    }
    return collection
  }

  static func url(of collection: Record, in call: Call) -> Node? {
    let center = helpCenter(of: collection.id, in: call.workspace)
    let locale = GroupContents.locale(of: collection, in: call)
    return .string(
      HelpCenters.url(
        center: center, locale: locale, kind: "collections", id: collection.id, title: collection["name"].string))
  }
}

/// Writes the request members that collections and sections share.
enum CollectionWriting {
  private static let model = Collections.model

  /// Creates a collection; the caller stores it.
  ///
  /// Throws `parameter_not_found` without a name, and for a section without a parent.
  static func make(in call: Call, isSection: Bool = false) throws -> Record {
    var collection = model.blank()
    collection["created_at"] = .integer(call.now)
    try model.write(givenMembers(of: call.body), to: &collection, in: call)
    collection["default_locale"] = .string(HelpCenters.defaultLocale(in: call.workspace))
    try GroupContents.write(call.body["translated_content"], to: &collection, in: call)
    guard collection["name"].string?.isEmpty == false else {
      throw APIError.parameterMissing("Name is a required parameter.")
    }
    let center = try helpCenterID(in: call)
    try setParent(of: &collection, in: call)
    guard !isSection || !collection["parent_id"].isEmpty else {
      throw APIError.parameterMissing("parent_id is a required parameter")
    }
    if collection["parent_id"].isEmpty { collection["help_center_id"] = .integer(center) }
    collection["order"] = .integer(nextOrder(beside: collection, in: call))
    collection["id"] = .json(call.workspace.nextID(for: model))
    return collection
  }

  /// Returns a collection with the changes of a request applied; the caller stores it.
  static func updated(_ before: Record, in call: Call) throws -> Record {
    var collection = before
    if call.body["name"] == "" { throw APIError.parameterInvalid("name must not be empty") }
    try model.write(givenMembers(of: call.body), to: &collection, in: call)
    try GroupContents.write(call.body["translated_content"], to: &collection, in: call)
    try setParent(of: &collection, in: call)
    // A collection that is moved to the top level stays in its help center.
    if collection["parent_id"].isEmpty, collection["help_center_id"].isEmpty {
      let center =
        Collections.helpCenter(of: before.id, in: call.workspace) ?? HelpCenters.defaultHelpCenter(in: call.workspace)
      collection["help_center_id"] = .integer(center.flatMap { Int64($0.id) })
    }
    return collection
  }

  /// The request members with a value. A null member is ignored, except that it clears the description.
  private static func givenMembers(of body: JSONObject) -> JSONObject {
    var members = body
    members.removeAll { $0.value.isNull && $0.key != "description" }
    return members
  }

  /// Moves a collection to the parent in `parent_id`; null moves it to the top level.
  ///
  /// Unknown: the maximum nesting depth, and the error for moving a collection into itself.
  private static func setParent(of collection: inout Record, in call: Call) throws {
    guard let json = call.body["parent_id"] else { return }
    guard let parent = try call.body.optional("parent_id", as: .id) else {
      if json.isNull { collection["parent_id"] = nil }
      return
    }
    guard call.workspace[model][parent] != nil else { throw APIError.notFound(for: model) }
    guard !isCollection(parent, inside: collection.id, in: call.workspace) else {
      throw APIError.parameterInvalid("A collection cannot be moved into itself")
    }
    collection["parent_id"] = .string(parent)
    collection["help_center_id"] = nil
  }

  /// Whether a collection is another collection or nested in it.
  private static func isCollection(_ id: String, inside other: String, in workspace: Workspace) -> Bool {
    var next: String? = id
    var seen: Set<String> = []
    while let current = next, seen.insert(current).inserted {
      if current == other { return true }
      next = workspace[model][current]?["parent_id"].string
    }
    return false
  }

  /// The id of the requested help center, otherwise of the workspace's default one; nil if there is none.
  ///
  /// Throws 404 for an unknown help center.
  private static func helpCenterID(in call: Call) throws -> Int64? {
    guard let id = try call.body.optional("help_center_id", as: .id) else {
      return HelpCenters.defaultHelpCenter(in: call.workspace).flatMap { Int64($0.id) }
    }
    guard call.workspace[HelpCenters.model][id] != nil else { throw APIError.notFound(for: HelpCenters.model) }
    return Int64(id)
  }

  /// The order after the last sibling.
  private static func nextOrder(beside collection: Record, in call: Call) -> Int64 {
    let (field, key) =
      if let parent = collection["parent_id"].string {
        ("parent_id", parent)
      } else {
        ("help_center_id", collection["help_center_id"].integer.map(String.init) ?? "")
      }
    let siblings = call.workspace[model].records(in: field, under: key)
    return min(siblings.compactMap { $0["order"].integer }.max() ?? 0, Int64.max - 1) + 1
  }
}

/// The name and description of a collection in each language. The collection record holds those of the default
/// language.
enum GroupContents {
  private static let content = Model(
    name: "group_content",
    fields: [
      .type("group_content"), .string("name", options: .writable, initial: ""),
      .string("description", options: .writable, initial: ""),
    ])

  static let model = Translations.model(named: "group_translated_content", of: content)

  /// The `translated_content` of a collection, including its default language; nil in a workspace with a single
  /// language.
  static func translatedContent(of group: Record, in call: Call) -> Node? {
    guard HelpCenters.isMultilingual(in: call.workspace) else { return nil }
    var translations = group["translated_content"].record ?? model.blank()
    var own = content.copy(of: group)
    if own["description"].isEmpty { own["description"] = "" }
    translations[locale(of: group, in: call)] = .record(own)
    return .record(translations)
  }

  /// The `default_locale` of a collection; nil in a workspace with a single language.
  static func defaultLocale(of group: Record, in call: Call) -> Node? {
    HelpCenters.isMultilingual(in: call.workspace) ? .string(locale(of: group, in: call)) : nil
  }

  /// The default locale of a collection, or the workspace's if it has none of its own.
  static func locale(of group: Record, in call: Call) -> String {
    group["default_locale"].string ?? HelpCenters.defaultLocale(in: call.workspace)
  }

  /// Writes a request's `translated_content` to a collection. Throws `parameter_invalid` if it is invalid.
  static func write(_ json: JSON?, to group: inout Record, in call: Call) throws {
    let contents = try Translations.contents(from: json)
    guard !contents.isEmpty else { return }
    var translations = group["translated_content"].record ?? model.blank()
    for (locale, members) in contents {
      var members = members
      members.removeAll { $0.value.isNull }
      if locale == self.locale(of: group, in: call) {
        try Collections.model.write(defaultLocaleMembers(members, unlessIn: call.body), to: &group, in: call)
      } else {
        var translation = translations[locale].record ?? content.blank()
        try content.write(members, to: &translation, in: call)
        translations[locale] = .record(translation)
      }
    }
    group["translated_content"] = .record(translations)
  }

  /// The name and description of the default language, as far as the body does not specify them itself.
  private static func defaultLocaleMembers(_ members: JSONObject, unlessIn body: JSONObject) -> JSONObject {
    var own = members
    own.removeAll { !["name", "description"].contains($0.key) || !(body[$0.key] ?? .null).isNull }
    return own
  }
}

/// Sections: the name of nested collections up to 2.9.
enum Sections: Resource {
  static let operations: [Operation] = [
    .get("/help_center/sections", id: "listAllSections", handler: list, available: .through(.v2_9)),
    .post("/help_center/sections", id: "createSection", handler: create, available: .through(.v2_9)),
    .get("/help_center/sections/{id}", id: "retrieveSection", handler: retrieve, available: .through(.v2_9)),
    .put("/help_center/sections/{id}", id: "updateSection", handler: update, available: .through(.v2_9)),
    .delete("/help_center/sections/{id}", id: "deleteSection", handler: delete, available: .through(.v2_9)),
  ]

  /// A collection in the shape of a section. The examples show the id of its collection as a number and as a string.
  static let model = Model(
    name: "section",
    fields: [
      .string("id"), .written("workspace_id", with: WorkspaceProfile.writeID), .string("name"),
      .derived("url", from: Collections.url),
      .integer("order"), .timestamp("created_at"), .timestamp("updated_at"), .string("icon"), .type("section"),
      .string("parent_id").shown { section, _ in .json(.optional(section["parent_id"].string.flatMap { Int64($0) })) },
      .string("default_locale").shown(GroupContents.defaultLocale),
      .model("translated_content", of: GroupContents.model).shown(GroupContents.translatedContent),
    ])

  /// Orders sections by their last update.
  static let sectionOrder = CollectionDefinition.Order(name: "sections") { collection in
    collection["parent_id"].isEmpty ? nil : collection["updated_at"].integer ?? 0
  }

  static let listing = Listing.numbered(
    perPage: 20, order: ListOrder(name: "sections", descending: true), members: [.type, .items, .total, .pages]
  ).showing { sections, _ in .records(sections.map(model.copy)) }

  // MARK: Behaviour

  static func list(in call: Call) throws -> Reply {
    try listing.reply(with: call.workspace[Collections.model], in: call)
  }

  static func retrieve(in call: Call) throws -> Reply {
    .ok(model.copy(of: try find(in: call)))
  }

  static func create(in call: Call) throws -> Reply {
    let section = try CollectionWriting.make(in: call, isSection: true)
    call.workspace[Collections.model].insert(section)
    return .ok(model.copy(of: section))
  }

  /// Updates a section. A null `parent_id` is ignored, because a section must belong to a collection.
  static func update(in call: Call) throws -> Reply {
    let before = try find(in: call)
    var section = try CollectionWriting.updated(before, in: call)
    if section["parent_id"].isEmpty {
      section["parent_id"] = before["parent_id"]
      section["help_center_id"] = nil
    }
    call.workspace[Collections.model].replace(section)
    return .ok(model.copy(of: section))
  }

  static func delete(in call: Call) throws -> Reply {
    let section = try find(in: call)
    call.delete(section, of: Collections.model)
    return .ok(.json(["id": .string(section.id), "object": "section", "deleted": true]))
  }

  private static func find(in call: Call) throws -> Record {
    let section = try call.find(Collections.model)
    guard !section["parent_id"].isEmpty else { throw APIError.notFound(for: Collections.model) }
    return section
  }
}
