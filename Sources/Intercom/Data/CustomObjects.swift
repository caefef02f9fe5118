import API
import JSON
import Store

/// Instances of the custom object types that a workspace defines, such as orders or subscriptions.
enum CustomObjectInstances: Resource {
  static let operations: [Operation] = [
    .post(path, id: "createCustomObjectInstances", handler: upsert, available: .since(.v2_13)),
    .get(path, id: "listCustomObjectInstances", handler: list, available: .since(.v2_13)),
    // The descriptions have swapped the ids of the two delete operations.
    .delete(path, id: "deleteCustomObjectInstancesById", handler: deleteByExternalID, available: .since(.v2_13)),
    .get("\(path)/{id}", id: "getCustomObjectInstancesById", handler: retrieve, available: .since(.v2_13)),
    .delete("\(path)/{id}", id: "deleteCustomObjectInstancesByExternalId", handler: delete, available: .since(.v2_13)),
  ]

  private static let path = "/custom_object_instances/{custom_object_type_identifier}"

  static let model = Model(
    name: "custom_object_instance", collection: "custom_object_instances", ids: .sequence(from: 21),
    notFound: Model.NotFound(code: "not_found", message: "Custom object instance not found"),
    fields: [
      .string("id"), .string("type", options: .indexed), .object("custom_attributes"),
      .string("external_id", options: [.writable, .indexed, .required]),
      .timestamp("external_created_at", options: .writable), .timestamp("external_updated_at", options: .writable),
      .timestamp("created_at", options: .ordered), .timestamp("updated_at"),
    ])

  static let models = [CustomObjectTypes.model]

  static let listing = Listing.numbered(
    perPage: 20, limit: 150, order: ListOrder(name: "created_at", descending: true),
    members: [.type, .pages, .total, .items])

  // MARK: Behaviour

  /// Creates an instance, or updates the instance with the same external id; attributes absent from the request keep
  /// their values.
  static func upsert(in call: Call) throws -> Reply {
    let type = try typeIdentifier(in: call)
    let json = try call.body.required("external_id", as: .nonEmpty)
    let known = find(type: type, externalID: json.asID ?? "", in: call)
    var instance: Record
    if let known {
      instance = known
      try model.write(call.body, to: &instance, in: call)
    } else {
      instance = try model.makeRecord(from: call.body, in: call)
      instance["type"] = .string(type)
    }
    instance["custom_attributes"] = .json(.object(try mergedAttributes(of: instance, in: call)))
    call.workspace[model].insert(instance)
    return .ok(instance)
  }

  static func list(in call: Call) throws -> Reply {
    let type = try typeIdentifier(in: call)
    // An external id selects one instance, also where instances are listed
    // (Documentation.docc/Data-and-Other-Resources.md, "Custom objects").
    guard call.honours(.listsCustomObjects), call.queryParameter("external_id") == nil else {
      return .ok(try findByExternalID(type: type, in: call))
    }
    var found = call.workspace[model].records(in: "type", under: type)
    for (name, owners) in [
      ("references_contact_id", Contacts.model), ("references_conversation_id", Conversations.model),
    ] {
      guard let id = call.queryParameter(name) else { continue }
      let ids = call.workspace[owners][id].map { CustomObjectReferences.ids(in: $0["custom_attributes"]) } ?? []
      found = found.filter { ids.contains($0.id) }
    }
    found.sort { $0.isNewer(than: $1, by: "created_at") }
    return try listing.reply(with: found, in: call)
  }

  static func retrieve(in call: Call) throws -> Reply {
    .ok(try find(in: call))
  }

  static func delete(in call: Call) throws -> Reply {
    remove(try find(in: call), in: call)
  }

  /// Deletes the instance with the external id given in the `external_id` query parameter.
  static func deleteByExternalID(in call: Call) throws -> Reply {
    remove(try findByExternalID(type: try typeIdentifier(in: call), in: call), in: call)
  }

  // MARK: Parts

  private static func typeIdentifier(in call: Call) throws -> String {
    let identifier = call.pathParameter("custom_object_type_identifier")
    guard CustomObjectTypes.find(identifier: identifier, in: call) != nil else {
      throw APIError(status: .notFound, code: "not_found", message: "Custom object type `\(identifier)` not found")
    }
    return identifier
  }

  private static func find(type: String, externalID: String, in call: Call) -> Record? {
    call.workspace[model].records(in: "external_id", under: externalID).first { $0["type"].string == type }
  }

  private static func find(in call: Call) throws -> Record {
    let type = try typeIdentifier(in: call)
    let instance = try call.find(model)
    guard instance["type"].string == type else { throw APIError.notFound(for: model) }
    return instance
  }

  /// The instance with the external id given in the `external_id` query parameter.
  ///
  /// Throws `parameter_not_found` without that parameter, and 404 if the type has no such instance.
  private static func findByExternalID(type: String, in call: Call) throws -> Record {
    guard let id = call.queryParameter("external_id"), !id.isEmpty else {
      throw APIError.parameterMissing("external_id is a required parameter")
    }
    guard let instance = find(type: type, externalID: id, in: call) else { throw APIError.notFound(for: model) }
    return instance
  }

  private static func remove(_ instance: Record, in call: Call) -> Reply {
    call.delete(instance, of: model)
    return .ok(
      .members(["id": .string(instance.id), "object": .string(instance["type"].string), "deleted": true]))
  }

  /// Returns the instance's attributes merged with those of the request; a null value removes an attribute.
  ///
  /// Throws `parameter_invalid` if a value is not a scalar.
  /// Unknown: whether the service refuses attributes that the type does not define; here every scalar value is stored.
  private static func mergedAttributes(of instance: Record, in call: Call) throws -> JSONObject {
    var attributes = instance["custom_attributes"].object ?? [:]
    guard let given = try call.body.optional("custom_attributes", as: .object) else { return attributes }
    for (name, value) in given {
      guard value.object == nil, value.array == nil else {
        throw APIError.parameterInvalid("Custom attribute '\(name)' must be a string, a number or a boolean")
      }
      if value.isNull { attributes.removeValue(forKey: name) } else { attributes[name] = value }
    }
    return attributes
  }
}

/// The custom object types of a workspace. The API neither creates nor shows them; only fixtures define them.
enum CustomObjectTypes {
  static let model = Model(
    name: "custom_object_type", collection: "custom_object_types", ids: .sequence(from: 1),
    fields: [
      .string("id"), .string("identifier", options: .indexed), .string("name"),
      // The attributes of contacts, conversations and tickets that hold instances of this type.
      .models("references", of: reference),
    ])

  private static let reference = Model(
    name: "custom_object_reference",
    fields: [.string("owner", oneOf: ["contact", "conversation", "ticket"]), .string("attribute")])

  /// The type with this identifier, or nil if there is none.
  static func find(identifier: String, in call: Call) -> Record? {
    call.workspace[model].first(in: "identifier", under: identifier)
  }

  /// Returns the identifier of the custom object type that an attribute refers to, or nil if the attribute is not a
  /// reference.
  static func identifier(of attribute: String, owner: CustomObjectReferences.Owner, in call: Call) -> String? {
    identifier(of: attribute, owner: owner, in: call.workspace)
  }

  static func identifier(
    of attribute: String, owner: CustomObjectReferences.Owner, in workspace: Workspace
  ) -> String? {
    workspace[model].all.first { type in
      type["references"].records.contains {
        $0["owner"].string == owner.rawValue && $0["attribute"].string == attribute
      }
    }?["identifier"].string
  }
}

/// Attributes that refer to instances of custom objects. Requests write them, and records store them, as a list of ids;
/// responses show `{"type": "Order.list", "instances": [...]}`.
enum CustomObjectReferences {
  /// The kind of record that has the attributes.
  enum Owner: String {
    case contact, conversation, ticket
  }

  /// Writes the value of a reference attribute: a list of instance ids, or null to remove the attribute.
  ///
  /// Returns false, without a change, if the attribute is not a reference.
  /// Throws `parameter_invalid` if the value is not a list of ids, and 404 if an instance does not exist.
  /// Unknown: whether the given ids are added to the existing ones; here they replace them.
  static func write(
    _ json: JSON, attribute: String, to attributes: inout JSONObject, of owner: Owner, in call: Call
  ) throws -> Bool {
    guard call.honours(.customObjects), let type = CustomObjectTypes.identifier(of: attribute, owner: owner, in: call)
    else {
      return false
    }
    if json.isNull {
      attributes.removeValue(forKey: attribute)
    } else {
      attributes[attribute] = .array(try ids(from: json, attribute: attribute, type: type, in: call))
    }
    return true
  }

  private static func ids(from json: JSON, attribute: String, type: String, in call: Call) throws -> [JSON] {
    let items = try json.read(
      as: .array, orThrow: .parameterInvalid("Custom attribute '\(attribute)' must be an array of ids"))
    var ids: [JSON] = []
    for item in items {
      let id = item.asID ?? ""
      guard let instance = call.workspace[CustomObjectInstances.model][id], instance["type"].string == type else {
        throw APIError.notFound(for: CustomObjectInstances.model)
      }
      if !ids.contains(.string(id)) { ids.append(.string(id)) }
    }
    return ids
  }

  /// The ids of all instances that an owner's attributes refer to.
  static func ids(in attributes: Value) -> Set<String> {
    Set((attributes.object ?? [:]).flatMap { $0.value.array ?? [] }.compactMap(\.string))
  }

  /// Renders a field of attributes: references as lists of instances, other attributes unchanged.
  static func rendering(field: String, of owner: Owner) -> @Sendable (Record, Call) -> Node? {
    { record, call in
      let value = record[field]
      return value.object.map { node(for: $0, of: owner, in: call) } ?? value.json.map(Node.json)
    }
  }

  /// Renders attributes: references as lists of instances, other attributes unchanged.
  static func node(for attributes: JSONObject, of owner: Owner, in call: Call) -> Node {
    guard attributes.contains(where: { $0.value.array != nil }) else { return .json(.object(attributes)) }
    return .object(
      attributes.compactMap { name, value in
        guard let ids = value.array, let type = CustomObjectTypes.identifier(of: name, owner: owner, in: call) else {
          return Node.Member(key: name, value: .json(value))
        }
        return call.honours(.customObjects) ? Node.Member(key: name, value: list(of: ids, type: type, in: call)) : nil
      })
  }

  /// A list of instances. Omits ids of deleted instances.
  private static func list(of ids: [JSON], type: String, in call: Call) -> Node {
    let instances = ids.compactMap { $0.string.flatMap { call.workspace[CustomObjectInstances.model][$0] } }
    return .members(["type": .string("\(type).list"), "instances": .records(instances)])
  }
}
