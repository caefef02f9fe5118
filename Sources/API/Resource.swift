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
  static var searching: Searching { get }
  /// Further models that the resource keeps or shows.
  static var models: [Model] { get }
  /// What falls due later without being asked for.
  static var agenda: [Agenda.Entry] { get }
  /// What its operations leave to be done after their answers.
  static var errands: [Errand] { get }
  /// What is asked of every call before its operation.
  static var guards: [Catalogue.Guard] { get }
}

extension Resource {
  public static var listing: Listing { .whole() }
  public static var searching: Searching { Searching([]) }
  public static var models: [Model] { [] }
  public static var agenda: [Agenda.Entry] { [] }
  public static var errands: [Errand] { [] }
  public static var guards: [Catalogue.Guard] { [] }

  public static func list(_ call: Call) throws -> Reply {
    try listing.reply(call.workspace[model], call)
  }

  public static func retrieve(_ call: Call) throws -> Reply {
    .ok(try call.find(model))
  }

  public static func create(_ call: Call) throws -> Reply {
    let record = try model.make(from: call.body, call)
    call.workspace[model].insert(record)
    return .ok(record)
  }

  public static func update(_ call: Call) throws -> Reply {
    var record = try call.find(model)
    try model.write(call.body, to: &record, call)
    call.workspace[model].replace(record)
    return .ok(record)
  }

  public static func delete(_ call: Call) throws -> Reply {
    let record = try call.find(model)
    call.workspace[model].remove(record.id)
    return .ok(.members(["id": .json(record["id"].stored ?? .null), "object": .string(model.name), "deleted": true]))
  }

  public static func search(_ call: Call) throws -> Reply {
    try searching.reply(call.workspace[model], listing, call)
  }
}
