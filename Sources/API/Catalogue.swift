import Store

/// Everything that is served: resources, their models and operations, and what each version changed.
public struct Catalogue: Sendable {
  public let operations: [Operation]
  public let models: [Model]
  public let router: Router
  /// One plan for each version, by its ordinal.
  public let plans: [VersionPlan]
  public let layout: Layout
  /// What falls due in any workspace.
  public let agenda: Agenda

  /// - Parameters:
  ///   - resources: whose operations and models there are
  ///   - history: what each version changed
  public init(_ resources: [any Resource.Type], history: [VersionChanges]) {
    var models: [Model] = []
    var operations: [Operation] = []
    for resource in resources {
      models += Self.nested(resource.model)
      for model in resource.models { models += Self.nested(model) }
      operations += resource.operations
    }
    models = Self.unique(models)
    self.operations = operations
    router = Router(operations)
    plans = APIVersion.allCases.map { [models] in VersionPlan($0, history: history, models: models) }
    layout = Layout(models.compactMap(\.definition))
    self.models = models
    agenda = Agenda(resources.flatMap { $0.agenda })
  }

  public func plan(_ version: APIVersion) -> VersionPlan {
    plans[version.rawValue]
  }

  /// A model and those that its records hold.
  private static func nested(_ model: Model) -> [Model] {
    [model]
      + model.fields.flatMap { field -> [Model] in
        switch field.kind {
        case .model(let inner), .models(let inner): nested(inner)
        default: []
        }
      }
  }

  private static func unique(_ models: [Model]) -> [Model] {
    var seen: Set<ObjectIdentifier> = []
    return models.filter { seen.insert(ObjectIdentifier($0)).inserted }
  }
}
