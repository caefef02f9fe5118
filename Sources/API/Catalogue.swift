import HTTPMessage
import Store

/// Everything that is served: resources, their models and operations, and what each version changed.
public struct Catalogue: Sendable {
  /// Turns a call away whatever its operation, by throwing the refusal.
  public typealias Guard = @Sendable (Request, Workspace) throws -> Void

  public let operations: [Operation]
  public let models: [Model]
  public let router: Router
  public let layout: WorkspaceDefinition
  /// The models that have a collection, in the order of the layout.
  private let storedModels: [Model]
  private let history: [VersionChanges]
  /// What the operations are documented to refuse with.
  public let documentedErrors: DocumentedErrors
  /// What the operations are documented to take.
  public let documentedParameters: DocumentedParameters
  /// What falls due in any workspace.
  public let agenda: Agenda
  /// What may have been left for later, by name.
  let deferredTasks: [String: DeferredTask]
  private let guards: [Guard]
  /// What may be notified, in the order in which one write is.
  public let topics: [Topic]
  /// Makes plausible records; nil when it cannot.
  public let generatorFactory: GenerationRequest.Factory?

  /// - Parameters:
  ///   - resources: whose operations and models there are
  ///   - history: what each version changed
  ///   - topics: which writes are notified, and how
  ///   - documented: what the operations are documented to refuse with
  ///   - parameters: what they are documented to take
  ///   - generation: makes plausible records
  public init(
    resources: [any Resource.Type], history: [VersionChanges], topics: [Topic] = [],
    documentedErrors: DocumentedErrors = DocumentedErrors(),
    documentedParameters: DocumentedParameters = DocumentedParameters(),
    generatorFactory: GenerationRequest.Factory? = nil
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
    router = Router(operations: operations)
    self.history = history
    self.documentedErrors = documentedErrors
    self.documentedParameters = documentedParameters
    self.topics = topics
    self.generatorFactory = generatorFactory
    storedModels = models.filter { $0.definition != nil }
    layout = WorkspaceDefinition(collections: storedModels.compactMap(\.definition))
    self.models = models
    agenda = Agenda(
      entries: resources.flatMap { $0.agenda } + [
        Agenda.Entry(handingOver: DeferredTask.model.schema, order: DeferredTask.dueOrder.name)
      ])
    deferredTasks = Dictionary(resources.flatMap { $0.deferredTasks }.map { ($0.name, $0) }) { first, _ in first }
    guards = resources.flatMap { $0.guards }
  }

  /// Throws the refusal of a call that a workspace does not let in, whatever its operation.
  public func admit(_ request: Request, to workspace: Workspace) throws {
    for check in guards { try check(request, workspace) }
  }

  /// Folds what the versions changed into the plan of one; keep it, it is worked out anew each time.
  public func plan(for version: APIVersion) -> VersionPlan {
    VersionPlan(version: version, history: history, models: models)
  }

  /// The model whose records a collection holds.
  func model(storedIn collection: String) -> Model? {
    layout.index(ofCollectionNamed: collection).map { storedModels[$0] }
  }

  /// Adds a model and those that its records hold, each once.
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
