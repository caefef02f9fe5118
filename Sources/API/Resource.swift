import JSON
import Store

/// A page of the API reference: its operations, its model, and what it does that is out of the ordinary.
///
/// `list`, `retrieve`, `create`, `update`, `delete` and `search` follow the model, the listing and the search fields; a
/// resource writes only what Intercom does differently.
public protocol Resource {
  static var operations: [Operation] { get }
  static var model: Model { get }
  static var listing: Listing { get }
  static var searchDefinition: SearchDefinition { get }
  /// Further models that the resource keeps or shows.
  static var models: [Model] { get }
  /// What falls due later without being asked for.
  static var agenda: [Agenda.Entry] { get }
  /// What its operations leave to be done after their answers.
  static var deferredTasks: [DeferredTask] { get }
  /// What is asked of every call before its operation.
  static var guards: [Catalogue.Guard] { get }
}

extension Resource {
  public static var listing: Listing { .unpaged() }
  public static var searchDefinition: SearchDefinition { SearchDefinition(fields: []) }
  public static var models: [Model] { [] }
  public static var agenda: [Agenda.Entry] { [] }
  public static var deferredTasks: [DeferredTask] { [] }
  public static var guards: [Catalogue.Guard] { [] }

  public static func list(in call: Call) throws -> Reply {
    try listing.reply(with: call.workspace[model], in: call)
  }

  public static func retrieve(in call: Call) throws -> Reply {
    .ok(try call.find(model))
  }

  public static func create(in call: Call) throws -> Reply {
    let record = try model.makeRecord(from: call.body, in: call)
    call.workspace[model].insert(record)
    return .ok(record)
  }

  public static func update(in call: Call) throws -> Reply {
    var record = try call.find(model)
    try model.write(call.body, to: &record, in: call)
    call.workspace[model].replace(record)
    return .ok(record)
  }

  public static func delete(in call: Call) throws -> Reply {
    let record = try call.find(model)
    call.delete(record, of: model)
    return .ok(.members(["id": .json(record["id"].json ?? .null), "object": .string(model.name), "deleted": true]))
  }

  public static func search(in call: Call) throws -> Reply {
    try searchDefinition.reply(with: call.workspace[model], listing: listing, in: call)
  }
}
