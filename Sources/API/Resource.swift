import JSON
import Store

/// One resource of the API reference: its operations and its model.
///
/// The default `list`, `retrieve`, `create`, `update`, `delete` and `search` are derived from the model, the listing
/// and the search definition; a resource implements only operations that differ from them.
public protocol Resource {
  static var operations: [Operation] { get }
  static var model: Model { get }
  static var listing: Listing { get }
  static var searchDefinition: SearchDefinition { get }
  /// Models that the resource stores or renders besides `model`.
  static var models: [Model] { get }
  /// Scheduled changes that happen without a request.
  static var agenda: [Agenda.Entry] { get }
  /// The deferred tasks that its operations schedule.
  static var deferredTasks: [DeferredTask] { get }
  /// Checks that run before every operation of the API, not only those of this resource.
  static var guards: [Catalogue.Guard] { get }
  /// Writes that follow from writes to its records.
  static var derivations: [Derivation] { get }
}

extension Resource {
  public static var listing: Listing { .unpaged() }
  public static var searchDefinition: SearchDefinition { SearchDefinition(fields: []) }
  public static var models: [Model] { [] }
  public static var agenda: [Agenda.Entry] { [] }
  public static var deferredTasks: [DeferredTask] { [] }
  public static var guards: [Catalogue.Guard] { [] }
  public static var derivations: [Derivation] { [] }

  /// Returns a page of the collection.
  /// - Throws: `parameter_invalid` or `client_error` (400) for invalid paging parameters
  public static func list(in call: Call) throws -> Reply {
    try listing.reply(with: call.workspace[model], in: call)
  }

  /// Returns the record that the path parameter `id` names.
  /// - Throws: the model's 404 error
  public static func retrieve(in call: Call) throws -> Reply {
    .ok(try call.find(model))
  }

  /// Creates a record from the writable members of the body and stores it.
  /// - Throws: `parameter_invalid` or `parameter_not_found` (400)
  public static func create(in call: Call) throws -> Reply {
    let record = try model.makeRecord(from: call.body, in: call)
    call.workspace[model].insert(record)
    return .ok(record)
  }

  /// Writes the writable members of the body to the record that the path parameter `id` names.
  /// - Throws: the model's 404 error, or `parameter_invalid` (400)
  public static func update(in call: Call) throws -> Reply {
    var record = try call.find(model)
    try model.write(call.body, to: &record, in: call)
    call.workspace[model].replace(record)
    return .ok(record)
  }

  /// Deletes the record that the path parameter `id` names. Replies with its `id`, `object` and `deleted: true`.
  /// - Throws: the model's 404 error
  public static func delete(in call: Call) throws -> Reply {
    let record = try call.find(model)
    call.delete(record, of: model)
    return .ok(.members(["id": .json(record["id"].json ?? .null), "object": .string(model.name), "deleted": true]))
  }

  /// Runs the search in the request body.
  /// - Throws: the errors of `SearchDefinition.reply`
  public static func search(in call: Call) throws -> SlicedWork<Reply> {
    try searchDefinition.reply(with: call.workspace[model], listing: listing, in: call)
  }
}
