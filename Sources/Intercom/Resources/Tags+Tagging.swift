import API
import JSON
import Store

/// `POST /tags`, which does four things: create, rename, tag companies, tag contacts (state-machine.md, 7).
extension Tags {
  static func createOrTag(_ call: Call) throws -> Reply {
    guard let name = call.body["name"]?.string, !name.isEmpty else { throw invalid }
    let users = try targets(call.body["users"])
    let companies = try targets(call.body["companies"])
    let taggedUsers = try users.map { try resolve($0, Contacts.model, "contact", keys: ["id": "id"], call) }
    let taggedCompanies = try companies.map {
      try resolve($0, Companies.model, "company", keys: ["id": "id", "company_id": "company_id"], call)
    }
    let tag = try tag(named: name, call)
    let report = { (target: Target) in apply(tag.id, target, call) }
    return .ok(
      .shape(
        "tag_with_targets",
        [
          "type": "tag", "id": .string(tag.id), "name": tag["name"].stored ?? .null,
          "users": .array(taggedUsers.map(report)), "companies": .array(taggedCompanies.map(report)),
        ]))
  }

  private static let invalid = APIError.parameterInvalid("invalid tag parameters")

  /// What a request tags or untags.
  private struct Target {
    let type: String
    /// The record's id; nil when there is no such record.
    let id: String?
    /// As the request named it.
    let asked: JSON
    let untag: Bool
  }

  private static func targets(_ json: JSON?) throws -> [JSONObject] {
    guard let json, !json.isNull else { return [] }
    guard let items = json.array else { throw invalid }
    return try items.map { item in
      guard let object = item.object else { throw invalid }
      return object
    }
  }

  /// Finds what a request names by one of `keys` (member of the request, index of the collection).
  private static func resolve(
    _ object: JSONObject, _ model: Model, _ type: String, keys: KeyValuePairs<String, String>, _ call: Call
  ) throws -> Target {
    guard let (member, index) = keys.first(where: { object[$0.key]?.string != nil }),
      let asked = object[member]?.string
    else { throw invalid }
    let collection = call.workspace[model]
    let record = index == "id" ? collection[asked] : collection.first(in: index, under: asked)
    if record == nil, !call.honours(.reportsTaggings) { throw APIError.notFound(model) }
    return Target(
      type: type, id: record?.id, asked: .string(asked),
      untag: object["untag"] == true || object["untag"] == "true")
  }

  private static func apply(_ tag: String, _ target: Target, _ call: Call) -> JSON {
    guard let id = target.id else { return ["id": target.asked, "tagged": false] }
    if target.untag {
      Taggings.find(tag, on: target.type, id, call.workspace).map { _ = call.workspace[Taggings.model].remove($0.id) }
    } else {
      Taggings.add(tag, to: target.type, id, by: nil, call)
    }
    return ["id": .string(id), "tagged": .boolean(!target.untag)]
  }

  /// The tag to work on: renamed when the body has an `id`, found by its name, or made.
  ///
  /// Unknown: how a name that another tag has is refused.
  private static func tag(named name: String, _ call: Call) throws -> Record {
    if let id = call.body["id"], !id.isNull {
      var tag = try named(id, call)
      let namesake = call.workspace[model].first(in: "name", under: name.lowercased())
      guard namesake == nil || namesake?.id == tag.id else { throw invalid }
      tag["name"] = .string(name)
      call.workspace[model].replace(tag)
      return tag
    }
    if let tag = call.workspace[model].first(in: "name", under: name.lowercased()) { return tag }
    let tag = try model.make(from: ["name": .string(name)], call)
    call.workspace[model].insert(tag)
    return tag
  }
}
