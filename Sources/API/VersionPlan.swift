import JSON
import Store

/// All that one version changes, folded: one look-up per rendered node, however long the history.
public final class VersionPlan: Sendable {
  public let version: APIVersion
  public let behaviours: Set<Behaviour>
  private let models: [ModelPlan]
  private let numbers: SchemaTable
  private let shapes: [String: ShapePlan]

  /// - Parameters:
  ///   - history: what each version changed, in any order
  ///   - models: every model that is rendered
  public init(_ version: APIVersion, history: [VersionChanges], models: [Model]) {
    let shapes = Self.fold(version, history)
    self.version = version
    self.shapes = shapes
    behaviours = Self.behaviours(version, history)
    self.models = models.map { Self.plan($0, shapes[$0.name] ?? ShapePlan()) }
    numbers = SchemaTable(models.map(\.schema))
  }

  func model(_ schema: Schema) -> ModelPlan? {
    numbers[schema].map { models[$0] }
  }

  /// An object in the newest shape of a published schema, as the version shows it.
  public func back(_ object: JSONObject, as name: String) -> JSONObject {
    shapes[name]?.back(object) ?? object
  }

  /// A request's body, lifted to the newest shape.
  public func forward(_ body: JSONObject, as name: String) -> JSONObject {
    shapes[name]?.forward(body) ?? body
  }

  private static func plan(_ model: Model, _ shape: ShapePlan) -> ModelPlan {
    var members: [(name: String, source: ModelPlan.Source)] = []
    for field in model.fields where !field.options.contains(.hidden) && !shape.hidden.contains(field.name) {
      members.append((shape.names[field.name] ?? field.name, source(field, model, shape)))
    }
    return ModelPlan(members, rewrites: shape.rewrites.map(\.back))
  }

  private static func source(_ field: Field, _ model: Model, _ shape: ShapePlan) -> ModelPlan.Source {
    if let show = field.show { return .derived(show) }
    switch field.kind {
    case .constant(let json): return .constant(json.bytes)
    case .derived(let derive): return .derived(derive)
    case .written(let write): return .written(write)
    default:
      let slot = model.schema.slot(field.name) ?? 0
      return shape.back(field.name).map { .retyped(slot, $0) } ?? .slot(slot)
    }
  }
}
