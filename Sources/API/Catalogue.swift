import HTTPMessage
import Store

/// The complete API: the resources with their models and operations, and the changes of each version.
public struct Catalogue: Sendable {
  /// A check that runs before every operation. Throws the error to answer with if it rejects the request.
  public typealias Guard = @Sendable (Request, Workspace) throws -> Void

  /// The operations of all resources, in the order of the resources.
  public let operations: [Operation]
  /// Every model that can be rendered, nested ones included. Each appears once.
  public let models: [Model]
  public let router: Router
  /// The collections that a workspace consists of.
  public let layout: WorkspaceDefinition
  /// The models that have a collection, in the order of the layout.
  private let storedModels: [Model]
  /// The properties of a workspace, which fixtures have in `workspace.json`; nil if any are permitted.
  public let profile: Model?
  private let history: [VersionChanges]
  /// The errors that the published descriptions document for each operation.
  public let documentedErrors: DocumentedErrors
  /// The parameters that the published descriptions document for each operation.
  public let documentedParameters: DocumentedParameters
  /// The scheduled work of a workspace: timed changes of records and deferred tasks.
  public let agenda: Agenda
  /// The deferred tasks of all resources, by name.
  let deferredTasks: [String: DeferredTask]
  private let guards: [Guard]
  /// The webhook topics. If one write matches several, their notifications are sent in this order.
  public let topics: [Topic]
  /// The events for the callback URL of a workspace; nil if the service has none.
  public let callbackEvents: CallbackEvents?
  /// Nil if the catalogue cannot generate records.
  public let generation: RecordGeneration?

  /// Collects the operations, models, schedules, deferred tasks and guards of the resources.
  /// - Parameters:
  ///   - resources: the resources to serve
  ///   - profile: the properties of a workspace; nil if any are permitted
  ///   - formerOperations: the operations of versions that are not served; they are routed but not listed
  ///   - history: the changes of each version, in any order
  ///   - topics: the webhook topics, in the order of notification
  ///   - callbackEvents: the events for the callback URL of a workspace
  ///   - documentedErrors: the documented errors of the operations
  ///   - documentedParameters: the documented parameters of the operations
  ///   - generation: which sample records can be generated
  public init(
    resources: [any Resource.Type], profile: Model? = nil, formerOperations: [Operation] = [],
    history: [VersionChanges], topics: [Topic] = [], callbackEvents: CallbackEvents? = nil,
    documentedErrors: DocumentedErrors = DocumentedErrors(),
    documentedParameters: DocumentedParameters = DocumentedParameters(),
    generation: RecordGeneration? = nil
  ) {
    var models: [Model] = []
    var operations: [Operation] = []
    for resource in resources {
      Self.collect(resource.model, into: &models)
      for model in resource.models { Self.collect(model, into: &models) }
      operations += resource.operations
    }
    Self.collect(DeferredTask.model, into: &models)
    self.operations = operations
    router = Router(operations: operations + formerOperations)
    self.profile = profile
    self.history = history
    self.documentedErrors = documentedErrors
    self.documentedParameters = documentedParameters
    self.topics = topics
    self.callbackEvents = callbackEvents
    self.generation = generation
    storedModels = models.filter { $0.definition != nil }
    layout = WorkspaceDefinition(
      collections: storedModels.compactMap(\.definition), derivations: resources.flatMap { $0.derivations })
    self.models = models
    agenda = Agenda(
      entries: resources.flatMap { $0.agenda } + [
        Agenda.Entry(handingOver: DeferredTask.model.schema, order: DeferredTask.dueOrder.name)
      ])
    deferredTasks = Dictionary(resources.flatMap { $0.deferredTasks }.map { ($0.name, $0) }) { first, _ in first }
    guards = resources.flatMap { $0.guards }
  }

  /// Runs the guards of all resources.
  /// - Throws: the error of the first guard that rejects the request
  public func admit(_ request: Request, to workspace: Workspace) throws {
    for check in guards { try check(request, workspace) }
  }

  /// Combines the changes of all versions into the plan of one version.
  ///
  /// The result is not cached; the caller keeps it.
  public func plan(for version: APIVersion) -> VersionPlan {
    VersionPlan(version: version, history: history, models: models)
  }

  /// Returns the topic with this name or alias; nil if there is none.
  public func topic(named name: String) -> Topic? {
    topics.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// Returns the model of the records in a collection; nil if the collection is unknown.
  func model(storedIn collection: String) -> Model? {
    layout.index(ofCollectionNamed: collection).map { storedModels[$0] }
  }

  /// Adds a model and, recursively, the models nested in it, unless already present.
  private static func collect(_ model: Model, into models: inout [Model]) {
    guard !models.contains(where: { $0 === model }) else { return }
    models.append(model)
    for field in model.fields {
      switch field.kind {
      case .model(let inner), .models(let inner): collect(inner, into: &models)
      default: break
      }
    }
  }
}
