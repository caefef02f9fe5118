import HTTPMessage
import JSON
import Store
import Testing
@testable import API
@testable import Intercom

/// Deletes and merges the targets of all declared references in the default fixtures.
struct ReferenceTests {
  /// A reference to one of its target collections, with the model that declares it.
  struct Case: CustomTestStringConvertible {
    let model: Model
    let reference: Reference
    let collection: String

    var testDescription: String { "\(model.name).\(reference.field) -> \(collection)" }
  }

  private static let models = ServerFixture.catalogue.models.filter { $0.definition != nil }

  static let cases = models.flatMap { model in
    model.references.flatMap { reference in
      reference.collections.map { Case(model: model, reference: reference, collection: $0) }
    }
  }

  /// Intercom merges only contacts. A merged conversation is closed and keeps its id.
  static let mergeCases = cases.filter { $0.collection == Contacts.model.definition?.name }

  /// Audiences are deleted rarely, and an index of the audiences of all content would cost memory and time in each
  /// write.
  private static let fieldsWithoutIndex = ["audience_ids", "translated_content.*.audience_ids"]

  private static let plan = ServerFixture.catalogue.plan(for: .preview)

  private let workspace: Workspace
  private let call: Call

  init() throws {
    workspace = try ServerFixture.makeWorkspace()
    call = Call(
      workspace: workspace, operation: try #require(Contacts.operations.first),
      plan: Self.plan, request: Request(method: .get, target: "/contacts"))
  }

  // MARK: Declarations

  @Test(arguments: cases)
  func `A reference names a field and a collection, and has an index if deletion needs it`(item: Case) throws {
    let fields = IDField.all(of: item.model).map(\.path)
    let path = item.reference.field.split(separator: ".")
    #expect(item.model.field(named: String(path[0])) != nil)
    #expect(!item.reference.field.hasSuffix("_id") || fields.contains { $0.matches(item.reference.field) })
    #expect(workspace.collection(named: item.collection) != nil)
    let isSearched = ![.keep, .restrict].contains(item.reference.onDelete)
    let isIndexed = item.model.definition?.indexes.contains { $0.name == item.reference.index } ?? false
    #expect(!isSearched || isIndexed || Self.fieldsWithoutIndex.contains(item.reference.field))
  }

  @Test func `Nested models declare no references`() {
    #expect(ServerFixture.catalogue.models.filter { $0.definition == nil && !$0.references.isEmpty }.isEmpty)
  }

  @Test(arguments: models.map(\.name))
  func `A field that looks like an id is a declared reference or is listed with a reason`(name: String) throws {
    let model = try #require(Self.models.first { $0.name == name })
    let unknown = IDField.all(of: model).filter { field in
      !model.references.contains { field.path.matches($0.field) } && IDField.reason(for: field, in: model) == nil
    }
    #expect(unknown.map { "\(model.definition?.name ?? "").\($0.path.text)" } == [])
  }

  // MARK: Deletion

  @Test(arguments: cases)
  func `Deletion applies the declared rule and leaves no dangling ids`(item: Case) throws {
    let (target, referring) = try insertPair(for: item)
    let targetModel = try model(of: item.collection)
    guard item.reference.onDelete != .restrict else {
      #expect(call.dependents(of: target, in: targetModel).contains { $0.id == referring.id })
      return
    }
    call.delete(target, of: targetModel)
    call.finishChanges()
    #expect(workspace[targetModel][target.id] == nil)
    checkDeletion(of: target.id, for: item, referring: referring)
    #expect(danglingIDs() == [])
  }

  @Test(arguments: [Contacts.model, Companies.model])
  func `No other part of the state contains the id of a deleted record`(model: Model) {
    for record in workspace[model].all {
      workspace.withRollback {
        call.delete(record, of: model)
        call.finishChanges()
        #expect(places(of: record.id) == [], "\(model.name) \(record.id)")
      }
    }
  }

  @Test func `Records that refer to each other in a cycle are deleted once`() throws {
    for (id, parent) in [("9001", "9002"), ("9002", "9001")] {
      workspace[Collections.model].insert(
        Collections.model.record(from: ["id": .string(id), "parent_id": .string(parent)]))
    }
    call.delete(try #require(workspace[Collections.model]["9001"]), of: Collections.model)
    call.finishChanges()
    #expect(workspace[Collections.model]["9002"] == nil)
  }

  // MARK: Merging

  @Test(arguments: mergeCases)
  func `A merge applies the declared rule and leaves no dangling ids`(item: Case) throws {
    let (source, referring) = try insertPair(for: item)
    let target = try #require(workspace[Contacts.model].all.last { $0.id != source.id })
    call.merge(source, into: target, of: Contacts.model)
    call.finishChanges()
    #expect(workspace[Contacts.model][source.id] == nil)
    switch item.reference.onMerge {
    case .likeDeletion: checkDeletion(of: source.id, for: item, referring: referring)
    case .follow, .followUnlessEqual, .call:
      let moved = workspace[item.model].all.filter { ids(in: $0, for: item).contains(target.id) }
      #expect(!moved.isEmpty)
      #expect(!workspace[item.model].all.contains { ids(in: $0, for: item).contains(source.id) })
    }
    #expect(danglingIDs() == [])
  }

  @Test func `No other part of the state contains the id of a merged contact`() throws {
    let contacts = workspace[Contacts.model].all
    let target = try #require(contacts.first)
    for source in contacts.dropFirst() {
      workspace.withRollback {
        call.merge(source, into: target, of: Contacts.model)
        call.finishChanges()
        #expect(places(of: source.id) == [], "contact \(source.id)")
      }
    }
  }

  @Test func `A record does not follow if the target has one with the same value`() throws {
    let contacts = workspace[Contacts.model].all
    let (source, target) = (try #require(contacts.first), try #require(contacts.last))
    let type = try #require(workspace[SubscriptionTypes.model].all.first)
    for (contact, consent) in [(source, "opt_in"), (target, "opt_out")] {
      Subscriptions.setConsent(consent, toType: type.id, for: contact.id, in: call)
    }
    call.merge(source, into: target, of: Contacts.model)
    call.finishChanges()
    let choices = Subscriptions.subscriptions(of: target.id, in: workspace).filter {
      $0["subscription_type_id"].string == type.id
    }
    #expect(choices.map { $0["consent_type"].string } == ["opt_out"])
  }
}

extension ReferenceTests {
  private func model(of collection: String) throws -> Model {
    try #require(Self.models.first { $0.definition?.name == collection })
  }

  private func ids(in record: Record, for item: Case) -> [String] {
    item.reference.ids(in: record, to: item.collection)
  }

  /// A target in the default fixtures that may be deleted, and a new record that refers to it only by this reference.
  private func insertPair(for item: Case) throws -> (target: Record, referring: Record) {
    let targetModel = try model(of: item.collection)
    let target =
      workspace[targetModel].all.first { call.dependents(of: $0, in: targetModel).isEmpty }
      ?? insertBlank(of: targetModel)
    var object = IDField.object(
      along: item.reference.field.split(separator: ".").map(String.init)[...], of: item.model, for: item, id: target.id)
    object["id"] = item.model.field(named: "id")?.isInteger == true ? 987_654 : "987654"
    let referring = item.model.record(from: object)
    workspace[item.model].insert(referring)
    #expect(ids(in: referring, for: item) == [target.id])
    return (target, referring)
  }

  private func insertBlank(of model: Model) -> Record {
    let record = model.record(from: ["id": model.field(named: "id")?.isInteger == true ? 987_653 : "987653"])
    workspace[model].insert(record)
    return record
  }

  private func checkDeletion(of id: String, for item: Case, referring: Record) {
    let after = workspace[item.model][referring.id]
    switch item.reference.onDelete {
    case .cascade: #expect(after == nil)
    case .remove: #expect(after.map { ids(in: $0, for: item) } == [])
    case .removeAndTouch:
      #expect(after.map { ids(in: $0, for: item) } == [])
      #expect(after?["updated_at"].integer == call.now)
    case .keep: #expect(after.map { ids(in: $0, for: item) } == [id])
    case .restrict: break
    }
  }

  /// The ids in the state without a record, except those of references with the rule `keep`, and 0 for no admin.
  private func danglingIDs() -> [String] {
    Self.models.flatMap { model -> [String] in
      let records = workspace[model].all
      return model.references.filter { $0.isChecked || ![.keep, .restrict].contains($0.onDelete) }.flatMap {
        reference in
        let targets = reference.collections.compactMap(workspace.collection)
        return records.flatMap { record in
          reference.collections.flatMap { reference.ids(in: record, to: $0) }
            .filter { id in !targets.contains { $0[id] != nil } }
            .map { "\(model.name) \(record.id): \(reference.field) \($0)" }
        }
      }
    }
  }

  /// The paths in the state document that contain a unique id, except those of references that keep it.
  private func places(of id: String) -> [String] {
    Self.models.flatMap { model -> [String] in
      let kept = model.references.filter { $0.onDelete == .keep }.map(\.field)
      return workspace[model].all.flatMap { record in
        IDField.paths(of: .string(id), in: record.storedJSON).filter { path in !kept.contains { path.matches($0) } }
          .map { "\(model.name) \(record.id): \($0.text)" }
      }
    }
  }
}

/// A stored field whose name ends like the name of an id field.
struct IDField {
  /// The names of a field and of the enclosing fields. Elements of lists have no name.
  struct Path {
    let names: [String]

    var text: String { names.joined(separator: ".") }

    /// Whether a path, in which `*` matches any name, matches this path.
    func matches(_ pattern: String) -> Bool {
      let components = pattern.split(separator: ".")
      return components.count == names.count && zip(components, names).allSatisfy { $0 == "*" || $0 == $1 }
    }
  }

  let path: Path

  static func all(of model: Model, inside names: [String] = []) -> [IDField] {
    model.fields.filter(\.isStored).flatMap { field -> [IDField] in
      let path = names + [field.name]
      switch field.kind {
      case .model(let inner), .models(let inner): return all(of: inner, inside: path)
      default:
        let isID = field.name.hasSuffix("_id") || field.name.hasSuffix("_ids")
        return isID ? [IDField(path: Path(names: path))] : []
      }
    }
  }

  /// The reason why a field is not a reference although it looks like an id; nil if it should be one.
  static func reason(for field: IDField, in model: Model) -> String? {
    reasons.first { field.path.matches($0.path) && ($0.collection == "*" || $0.collection == model.definition?.name) }?
      .reason
  }

  private static let reasons: [(collection: String, path: String, reason: String)] = [
    ("*", "external_id", "an id that the client chose"),
    ("*", "email_message_metadata.message_id", "the Message-ID of an e-mail"),
    ("activity_logs", "metadata.*", "a record of the past, as Intercom wrote it"),
    ("articles", "content_id", "the id of this article's content"),
    ("banners", "view_id", "the id of this view of a banner"),
    ("banners", "action.tour_id", "product tours are not served"),
    ("companies", "company_id", "an id that the client chose"),
    ("company_scrolls", "after_id", "a position in a list, valid without the company"),
    ("conversations", "source.email_message_metadata.message_id", "the Message-ID of an e-mail"),
    ("custom_channel_conversations", "event_ids", "ids of another platform"),
    ("data_connectors", "token_ids", "tokens of connectors are not served"),
    ("ecommerce_products", "product_id", "an id that the client chose"),
    ("errands", "admin_id", "the admin of the call to repeat, who need not exist"),
    ("fin_conversations", "user_id", "an id that the client chose"),
    ("fin_voice_calls", "external_call_id", "an id of another telephony provider"),
    ("merges", "source_external_id", "an id that the client chose"),
    ("procedure_runs", "step_id", "a step is a part of its procedure"),
    ("receipts", "content_id", "content of messages and series is not served"),
    ("receipts", "ruleset_version_id", "versions of rulesets are not served"),
    ("receipts", "series_id", "series are not served"),
    ("receipts", "node_id", "series are not served"),
    ("reporting_data", "dataset_id", "datasets are fixed"),
    ("reporting_data", "attribute_ids", "the attributes of datasets are fixed"),
    ("side_conversations", "conversation_parts.conversation_id", "null in a side conversation"),
    ("side_conversations", "conversation_parts.external_id", "an id that the client chose"),
    (
      "side_conversations", "conversation_parts.email_message_metadata.message_id", "the Message-ID of an e-mail"
    ),
    ("tickets", "ticket_id", "the number of this ticket"),
    ("visitors", "user_id", "an id that the client chose"),
    ("whatsapp_messages", "event_id", "the id of this event"),
  ]

  /// The members of a record that refers to an id at a path.
  static func object(along path: ArraySlice<String>, of model: Model, for item: ReferenceTests.Case, id: String)
    -> JSONObject
  {
    let name = path.first == "*" ? "fr" : path.first ?? ""
    switch model.fields.first(where: { $0.name == name })?.kind {
    case .model(let inner): return [name: .object(object(along: path.dropFirst(), of: inner, for: item, id: id))]
    case .models(let inner):
      return [name: .array([.object(object(along: path.dropFirst(), of: inner, for: item, id: id))])]
    case .array:
      let isString = item.reference.index == name && item.model.field(named: name)?.options.contains(.indexed) == true
      return [name: .array([isString ? .string(id) : Int64(id).map(JSON.integer) ?? .string(id)])]
    case .integer: return [name: Int64(id).map(JSON.integer) ?? .null]
    default: return withDiscriminator(of: item, beside: [name: .string(id)])
    }
  }

  private static func withDiscriminator(of item: ReferenceTests.Case, beside object: JSONObject) -> JSONObject {
    guard case .selected(let discriminator, let table) = item.reference.path.targets,
      let value = table.first(where: { $0.collection == item.collection })?.value
    else { return object }
    var object = object
    object[discriminator] = .string(value)
    return object
  }

  /// The paths of a value in a document, except the member `id` of the record itself.
  static func paths(of value: JSON, in json: JSON, at names: [String] = []) -> [Path] {
    switch json {
    case .object(let object): return object.flatMap { paths(of: value, in: $0.value, at: names + [$0.key]) }
    case .array(let items): return items.flatMap { paths(of: value, in: $0, at: names) }
    default: return json == value ? [Path(names: names)] : []
    }
  }
}

extension Field {
  fileprivate var isInteger: Bool {
    if case .integer = kind { true } else { false }
  }
}
