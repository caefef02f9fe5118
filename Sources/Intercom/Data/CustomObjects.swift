import API
import JSON
import Store

extension Behaviour {
  /// Attributes may refer to instances of custom objects.
  static let customObjects = Behaviour("custom objects")
  /// Instances are listed, and filtered by what refers to them; before, one is asked for by its external id.
  static let listsCustomObjects = Behaviour("custom objects are listed")
}

/// Instances of custom objects: orders, subscriptions, whatever a workspace defines.
enum CustomObjectInstances: Resource {
  static let operations: [Operation] = [
    .post(path, "createCustomObjectInstances", upsert, .since(.v2_13)),
    .get(path, "listCustomObjectInstances", list, .since(.v2_13)),
    // The descriptions have swapped the names of these two.
    .delete(path, "deleteCustomObjectInstancesById", deleteByExternalID, .since(.v2_13)),
    .get("\(path)/{id}", "getCustomObjectInstancesById", retrieve, .since(.v2_13)),
    .delete("\(path)/{id}", "deleteCustomObjectInstancesByExternalId", delete, .since(.v2_13)),
  ]

  private static let path = "/custom_object_instances/{custom_object_type_identifier}"

  static let model = Model(
    "custom_object_instance", collection: "custom_object_instances", ids: .sequence(from: 21),
    notFound: Model.NotFound("not_found", "Custom object instance not found"),
    [
      .string("id"), .string("type", .indexed), .object("custom_attributes"),
      .string("external_id", [.writable, .indexed, .required]),
      .timestamp("external_created_at", .writable), .timestamp("external_updated_at", .writable),
      .timestamp("created_at", .ordered), .timestamp("updated_at"),
    ])

  static let models = [CustomObjectTypes.model]

  static let listing = Listing.numbered(
    perPage: 20, limit: 150, order: ListOrder("created_at", descending: true), members: [.type, .pages, .total, .items])

  // MARK: Behaviour

  /// One with the same external id is changed; its other attributes stay.
  static func upsert(_ call: Call) throws -> Reply {
    let type = try type(call)
    guard let json = call.body["external_id"], !json.isNull, json != "" else {
      throw APIError.parameterMissing("external_id is a required parameter")
    }
    let known = find(type, json.string ?? json.integral.map(String.init) ?? "", call)
    var instance: Record
    if let known {
      instance = known
      try model.write(call.body, to: &instance, call)
    } else {
      instance = try model.make(from: call.body, call)
      instance["type"] = .string(type)
    }
    instance["custom_attributes"] = .json(.object(try attributes(of: instance, call)))
    call.workspace[model].insert(instance)
    return .ok(instance)
  }

  static func list(_ call: Call) throws -> Reply {
    let type = try type(call)
    guard call.honours(.listsCustomObjects) else { return .ok(try named(type, call)) }
    var found = call.workspace[model].records(in: "type", under: type)
    if let id = call.query("external_id") { found = found.filter { $0["external_id"].string == id } }
    for (name, owners) in [
      ("references_contact_id", Contacts.model), ("references_conversation_id", Conversations.model),
    ] {
      guard let id = call.query(name) else { continue }
      let ids = call.workspace[owners][id].map { CustomObjectReferences.ids(in: $0["custom_attributes"]) } ?? []
      found = found.filter { ids.contains($0.id) }
    }
    found.sort { ($0["created_at"].integer ?? 0, number($0)) > ($1["created_at"].integer ?? 0, number($1)) }
    return try listing.reply(found, call)
  }

  static func retrieve(_ call: Call) throws -> Reply {
    .ok(try byID(call))
  }

  static func delete(_ call: Call) throws -> Reply {
    remove(try byID(call), call)
  }

  static func deleteByExternalID(_ call: Call) throws -> Reply {
    remove(try named(try type(call), call), call)
  }

  // MARK: Parts

  private static func number(_ instance: Record) -> Int64 {
    Int64(instance.id) ?? 0
  }

  private static func type(_ call: Call) throws -> String {
    let identifier = call.parameter("custom_object_type_identifier")
    guard CustomObjectTypes.named(identifier, call) != nil else {
      throw APIError(.notFound, "not_found", "Custom object type `\(identifier)` not found")
    }
    return identifier
  }

  private static func find(_ type: String, _ externalID: String, _ call: Call) -> Record? {
    call.workspace[model].records(in: "external_id", under: externalID).first { $0["type"].string == type }
  }

  private static func byID(_ call: Call) throws -> Record {
    let type = try type(call)
    let instance = try call.find(model)
    guard instance["type"].string == type else { throw APIError.notFound(model) }
    return instance
  }

  /// The instance that the query's `external_id` names.
  private static func named(_ type: String, _ call: Call) throws -> Record {
    guard let id = call.query("external_id"), !id.isEmpty else {
      throw APIError.parameterMissing("external_id is a required parameter")
    }
    guard let instance = find(type, id, call) else { throw APIError.notFound(model) }
    return instance
  }

  private static func remove(_ instance: Record, _ call: Call) -> Reply {
    call.workspace[model].remove(instance.id)
    return .ok(
      .members(["id": .string(instance.id), "object": .string(instance["type"].string), "deleted": true]))
  }

  /// The attributes with those of the request written to them; null takes one away.
  ///
  /// Unknown: whether the service refuses attributes that the type does not define; here all plain values are kept.
  private static func attributes(of instance: Record, _ call: Call) throws -> JSONObject {
    var attributes = instance["custom_attributes"].object ?? [:]
    guard let json = call.body["custom_attributes"], !json.isNull else { return attributes }
    guard let given = json.object else { throw APIError.parameterInvalid("custom_attributes must be an object") }
    for (name, value) in given {
      guard value.object == nil, value.array == nil else {
        throw APIError.parameterInvalid("Custom attribute '\(name)' must be a string, a number or a boolean")
      }
      if value.isNull { attributes.removeValue(forKey: name) } else { attributes[name] = value }
    }
    return attributes
  }
}

/// The kinds of custom objects that a workspace has. Nothing in the API makes or shows them: fixtures do.
enum CustomObjectTypes {
  static let model = Model(
    "custom_object_type", collection: "custom_object_types", ids: .sequence(from: 1),
    [
      .string("id"), .string("identifier", .indexed), .string("name"),
      // Which attributes of contacts, conversations and tickets hold instances of it.
      .models("references", reference),
    ])

  private static let reference = Model(
    "custom_object_reference",
    [.string("owner", oneOf: ["contact", "conversation", "ticket"]), .string("attribute")])

  static func named(_ identifier: String, _ call: Call) -> Record? {
    call.workspace[model].first(in: "identifier", under: identifier)
  }

  /// The identifier of the type that an attribute refers to; nil for an attribute of another kind.
  static func identifier(of attribute: String, _ owner: CustomObjectReferences.Owner, _ call: Call) -> String? {
    call.workspace[model].all.first { type in
      type["references"].records.contains {
        $0["owner"].string == owner.rawValue && $0["attribute"].string == attribute
      }
    }?["identifier"].string
  }
}

/// Attributes that refer to instances of custom objects: written and kept as a list of ids, shown as
/// `{"type": "Order.list", "instances": [...]}`.
enum CustomObjectReferences {
  enum Owner: String {
    case contact, conversation, ticket
  }

  /// Writes what a request gives a reference attribute to an owner's attributes: a list of ids, or null to take it
  /// away. False for an attribute of another kind, which stays as it was.
  ///
  /// Throws `parameter_invalid` for what is no list of ids, and 404 for an instance that is not there.
  /// Unknown: whether the ids join those that are there; here they take their place.
  static func write(
    _ json: JSON, _ attribute: String, to attributes: inout JSONObject, of owner: Owner, _ call: Call
  ) throws -> Bool {
    guard call.honours(.customObjects), let type = CustomObjectTypes.identifier(of: attribute, owner, call) else {
      return false
    }
    if json.isNull {
      attributes.removeValue(forKey: attribute)
    } else {
      attributes[attribute] = .array(try ids(json, attribute, type, call))
    }
    return true
  }

  private static func ids(_ json: JSON, _ attribute: String, _ type: String, _ call: Call) throws -> [JSON] {
    guard let items = json.array else {
      throw APIError.parameterInvalid("Custom attribute '\(attribute)' must be an array of ids")
    }
    var ids: [JSON] = []
    for item in items {
      let id = item.string ?? item.integral.map(String.init) ?? ""
      guard let instance = call.workspace[CustomObjectInstances.model][id], instance["type"].string == type else {
        throw APIError.notFound(CustomObjectInstances.model)
      }
      if !ids.contains(.string(id)) { ids.append(.string(id)) }
    }
    return ids
  }

  /// The instances that an owner's attributes refer to, by id.
  static func ids(in attributes: Value) -> Set<String> {
    Set((attributes.object ?? [:]).flatMap { $0.value.array ?? [] }.compactMap(\.string))
  }

  /// How a field of attributes is shown: references as lists of instances, all else as it is.
  static func shown(_ field: String, of owner: Owner) -> @Sendable (Record, Call) -> Node? {
    { record, call in
      let kept = record[field]
      guard let attributes = kept.object, attributes.contains(where: { $0.value.array != nil }) else {
        return kept.stored.map(Node.json)
      }
      return .object(
        attributes.compactMap { name, value in
          guard let ids = value.array, let type = CustomObjectTypes.identifier(of: name, owner, call) else {
            return Node.Member(name, .json(value))
          }
          return call.honours(.customObjects) ? Node.Member(name, list(ids, type, call)) : nil
        })
    }
  }

  /// Instances that were deleted meanwhile are passed over.
  private static func list(_ ids: [JSON], _ type: String, _ call: Call) -> Node {
    let instances = ids.compactMap { $0.string.flatMap { call.workspace[CustomObjectInstances.model][$0] } }
    return .members(["type": .string("\(type).list"), "instances": .records(instances)])
  }
}
