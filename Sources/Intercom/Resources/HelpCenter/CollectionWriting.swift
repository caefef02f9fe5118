import API
import JSON
import Store

/// What requests write to collections and sections alike.
enum CollectionWriting {
  private static let model = Collections.model

  /// A new collection, checked and not stored yet. Throws `parameter_not_found` without a name, and for a section without
  /// a collection to be in.
  static func new(_ call: Call, isSection: Bool = false) throws -> Record {
    var collection = model.blank()
    collection["created_at"] = .integer(call.now)
    try model.write(told(call.body), to: &collection, call)
    collection["default_locale"] = .string(HelpCenters.defaultLocale(call.workspace))
    try GroupContents.write(call.body["translated_content"], to: &collection, call)
    guard collection["name"].string?.isEmpty == false else {
      throw APIError.parameterMissing("Name is a required parameter.")
    }
    let center = try helpCenter(call)
    try place(&collection, call)
    guard !isSection || !collection["parent_id"].isEmpty else {
      throw APIError.parameterMissing("parent_id is a required parameter")
    }
    if collection["parent_id"].isEmpty { collection["help_center_id"] = .integer(center) }
    collection["order"] = .integer(nextOrder(beside: collection, call))
    collection["id"] = .json(call.workspace.nextID(for: model))
    return collection
  }

  /// A collection with what a request says, checked and not stored yet.
  static func changed(_ before: Record, _ call: Call) throws -> Record {
    var collection = before
    if call.body["name"] == "" { throw APIError.parameterInvalid("name must not be empty") }
    try model.write(told(call.body), to: &collection, call)
    try GroupContents.write(call.body["translated_content"], to: &collection, call)
    try place(&collection, call)
    // One that was inside another belongs to the same help center still.
    if collection["parent_id"].isEmpty, collection["help_center_id"].isEmpty {
      let center = Collections.helpCenter(of: before.id, call.workspace) ?? HelpCenters.main(call.workspace)
      collection["help_center_id"] = .integer(center.flatMap { Int64($0.id) })
    }
    return collection
  }

  /// The members that say something: null says nothing, but that there is no description.
  private static func told(_ body: JSONObject) -> JSONObject {
    var told = body
    told.removeAll { $0.value.isNull && $0.key != "description" }
    return told
  }

  /// Puts a collection where `parent_id` says; null puts it outside all others.
  ///
  /// Unknown: how deep collections nest, and how one is refused that would go into itself.
  private static func place(_ collection: inout Record, _ call: Call) throws {
    guard let json = call.body["parent_id"] else { return }
    guard let parent = try call.id("parent_id") else {
      if json.isNull { collection["parent_id"] = nil }
      return
    }
    guard call.workspace[model][parent] != nil else { throw APIError.notFound(model) }
    guard !isInside(parent, collection.id, call.workspace) else {
      throw APIError.parameterInvalid("A collection cannot be moved into itself")
    }
    collection["parent_id"] = .string(parent)
    collection["help_center_id"] = nil
  }

  /// Whether a collection is another or somewhere inside it.
  private static func isInside(_ id: String, _ other: String, _ workspace: Workspace) -> Bool {
    var next: String? = id
    var seen: Set<String> = []
    while let place = next, seen.insert(place).inserted {
      if place == other { return true }
      next = workspace[model][place]?["parent_id"].string
    }
    return false
  }

  /// The help center that a request names, or the workspace's own; nil when there is none. Throws 404.
  private static func helpCenter(_ call: Call) throws -> Int64? {
    guard let id = try call.id("help_center_id") else {
      return HelpCenters.main(call.workspace).flatMap { Int64($0.id) }
    }
    guard call.workspace[HelpCenters.model][id] != nil else { throw APIError.notFound(HelpCenters.model) }
    return Int64(id)
  }

  /// After those that stand beside it.
  private static func nextOrder(beside collection: Record, _ call: Call) -> Int64 {
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
