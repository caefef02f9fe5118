import API
import HTTPTypes
import JSON
import Store

extension ConversationAttributes {
  /// Fewest options that a list keeps.
  private static let fewest = 2

  static func addOption(_ call: Call) throws -> Reply {
    var attribute = try listAttribute(call)
    let label = try label(call)
    attribute["options"] = .records(attribute["options"].records + [newOption(label, call)])
    return store(attribute, call)
  }

  static func renameOption(_ call: Call) throws -> Reply {
    var attribute = try listAttribute(call)
    let (options, place) = try option(of: attribute, call)
    var changed = options
    changed[place]["label"] = .string(try label(call))
    attribute["options"] = .records(changed)
    return store(attribute, call)
  }

  /// Archives it; two must stay.
  static func archiveOption(_ call: Call) throws -> Reply {
    var attribute = try listAttribute(call)
    let (options, place) = try option(of: attribute, call)
    var changed = options
    changed[place]["archived"] = true
    guard changed.filter({ $0["archived"] != true }).count >= fewest else {
      throw invalid("A list attribute must have at least 2 active options")
    }
    attribute["options"] = .records(changed)
    return store(attribute, call)
  }

  private static func listAttribute(_ call: Call) throws -> Record {
    let attribute = try call.find(model)
    guard attribute["data_type"] == "list" else { throw invalid("Options can only be managed on list attributes") }
    return attribute
  }

  private static func option(of attribute: Record, _ call: Call) throws -> ([Record], Int) {
    let options = attribute["options"].records
    guard let place = options.firstIndex(where: { $0.id == call.parameter("option_id") }) else {
      throw APIError(.notFound, "conversation_attribute_not_found", "List option not found")
    }
    return (options, place)
  }

  private static func label(_ call: Call) throws -> String {
    guard !call.body.contains(where: { $0.key != "label" }) else { throw invalid("only 'label' is accepted") }
    guard let json = call.body["label"], !json.isNull else { throw invalid("label is required") }
    guard let label = json.string else { throw invalid("label must be a string") }
    guard !label.isEmpty else { throw invalid("label is required") }
    return label
  }

  private static func store(_ attribute: Record, _ call: Call) -> Reply {
    var attribute = attribute
    attribute["updated_at"] = .integer(call.now)
    call.workspace[model].replace(attribute)
    return .ok(attribute)
  }
}
