import API
import JSON
import Store

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
