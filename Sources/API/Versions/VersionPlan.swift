import JSON
import Store

/// The combined changes that convert between the newest version and one other version.
///
/// Rendering takes one look-up per record, independent of the number of versions.
public final class VersionPlan: Sendable {
  public let version: APIVersion
  public let behaviours: Set<Behaviour>
  private let models: [ModelPlan]
  private let modelIndexes: [ObjectIdentifier: Int]
  private let shapes: [String: ShapePlan]
  /// How this version shows the members of the records in collections, by schema.
  private let shownMembers: [ObjectIdentifier: ShownMembers]
  /// The same in every version; a call has no other access to all models.
  let references: ReferenceTable

  /// - Parameters:
  ///   - version: the version to convert to
  ///   - history: the changes of each version, in any order
  ///   - models: every model that can be rendered
  public init(version: APIVersion, history: [VersionChanges], models: [Model]) {
    let shapes = Self.shapes(for: version, history: history)
    self.version = version
    self.shapes = shapes
    behaviours = Self.behaviours(of: version, history: history)
    shownMembers = Self.shownMembers(of: models, shapes: shapes)
    self.models = models.map { Self.makePlan(for: $0, shape: shapes[$0.name] ?? ShapePlan()) }
    let numbered = models.enumerated().map { (ObjectIdentifier($1.schema), $0) }
    modelIndexes = Dictionary(numbered) { first, _ in first }
    references = ReferenceTable(models: models)
  }

  /// Returns the plan for records of a schema; nil if the schema belongs to no model.
  func modelPlan(for schema: Schema) -> ModelPlan? {
    modelIndexes[ObjectIdentifier(schema)].map { models[$0] }
  }

  /// Converts an object of a response from the newest version to this version.
  /// - Parameters:
  ///   - object: the object in the newest version
  ///   - name: the name of its published schema
  public func downgrade(_ object: JSONObject, as name: String) -> JSONObject {
    shapes[name]?.downgrade(object) ?? object
  }

  /// Converts a request body from this version to the newest version.
  /// - Parameters:
  ///   - body: the body in this version
  ///   - name: the name of its published schema
  public func upgrade(_ body: JSONObject, as name: String) -> JSONObject {
    shapes[name]?.upgrade(body) ?? body
  }

  /// Returns how this version shows the members of a collection's records; nil if it shows them as stored.
  func shownMembers(of schema: Schema) -> ShownMembers? {
    shownMembers[ObjectIdentifier(schema)]
  }

  private static func shownMembers(of models: [Model], shapes: [String: ShapePlan]) -> [ObjectIdentifier: ShownMembers]
  {
    let pairs = models.filter { $0.definition != nil }.compactMap { model in
      ShownMembers(of: model, shapes: shapes).map { (ObjectIdentifier(model.schema), $0) }
    }
    return Dictionary(pairs) { first, _ in first }
  }

  private static func makePlan(for model: Model, shape: ShapePlan) -> ModelPlan {
    var members: [(name: String, source: ModelPlan.Source)] = []
    for field in model.fields where !field.options.contains(.hidden) && !shape.hidden.contains(field.name) {
      members.append((shape.names[field.name] ?? field.name, source(of: field, in: model, shape: shape)))
    }
    return ModelPlan(members: members, rewrites: shape.rewrites.map(\.back))
  }

  private static func source(of field: Field, in model: Model, shape: ShapePlan) -> ModelPlan.Source {
    if let show = field.show { return .derived(show) }
    switch field.kind {
    case .constant(let json): return .constant(json.bytes)
    case .derived(let derive): return .derived(derive)
    case .written(let write): return .written(write)
    default:
      let slot = model.schema.slot(named: field.name) ?? 0
      return shape.retyping(of: field.name).map { .retyped(slot, $0) } ?? .slot(slot)
    }
  }
}

extension VersionPlan {
  /// The differences between the newest version and `version`, by schema name.
  static func shapes(for version: APIVersion, history: [VersionChanges]) -> [String: ShapePlan] {
    let newestFirst = history.sorted { $0.version > $1.version }
    var plans: [String: ShapePlan] = [:]
    for (name, fields) in visibilityChanges(in: history) {
      for (field, changes) in fields where !isVisible(after: changes, in: version) {
        plans[name, default: ShapePlan()].hidden.insert(field)
      }
    }
    for step in newestFirst where step.version > version {
      for effect in step.changes.flatMap(\.effects) { undo(effect, in: &plans) }
    }
    return plans
  }

  static func behaviours(of version: APIVersion, history: [VersionChanges]) -> Set<Behaviour> {
    let effects = history.filter { $0.version <= version }.flatMap(\.changes).flatMap(\.effects)
    return Set(
      effects.compactMap { effect in
        if case .turnsOn(let behaviour) = effect { behaviour } else { nil }
      })
  }

  private static func undo(_ effect: VersionChange.Effect, in plans: inout [String: ShapePlan]) {
    switch effect {
    case .renames(let old, let new, let model):
      let newest = plans[model]?.names.first { $0.value == new }?.key ?? new
      plans[model, default: ShapePlan()].names[newest] = old
    case .retypes(let field, let model, let back, let forward):
      let newest = plans[model]?.names.first { $0.value == field }?.key ?? field
      plans[model, default: ShapePlan()].retypings[newest, default: []].append((back, forward))
    case .rewrites(let model, let back, let forward):
      plans[model, default: ShapePlan()].rewrites.append((back, forward))
    case .adds, .removes, .turnsOn: break
    }
  }

  /// The version that added (`isAddition`) or removed a field.
  private typealias VisibilityChange = (version: APIVersion, isAddition: Bool)

  /// The additions and removals of all fields, by schema and by the field's newest name, oldest change first.
  private static func visibilityChanges(in history: [VersionChanges]) -> [String: [String: [VisibilityChange]]] {
    let oldestFirst = history.sorted { $0.version < $1.version }
    var changes: [String: [String: [VisibilityChange]]] = [:]
    for step in oldestFirst {
      for effect in step.changes.flatMap(\.effects) {
        guard let (fields, model, isAddition) = visibilityChange(of: effect) else { continue }
        for field in fields {
          let name = newestName(of: field, in: model, since: step.version, oldestFirst: oldestFirst)
          changes[model, default: [:]][name, default: []].append((step.version, isAddition))
        }
      }
    }
    return changes
  }

  private static func visibilityChange(of effect: VersionChange.Effect) -> (
    fields: Set<String>, model: String, isAddition: Bool
  )? {
    switch effect {
    case .adds(let fields, let model): (fields, model, true)
    case .removes(let fields, let model): (fields, model, false)
    default: nil
    }
  }

  /// Returns the newest name of a field that is called `field` in `version`.
  private static func newestName(
    of field: String, in model: String, since version: APIVersion, oldestFirst: [VersionChanges]
  ) -> String {
    var name = field
    for step in oldestFirst where step.version > version {
      for case .renames(name, let new, model) in step.changes.flatMap(\.effects) { name = new }
    }
    return name
  }

  /// The latest change at or before the version decides. Before the first change, a field that it adds is hidden and
  /// one that it removes is visible.
  private static func isVisible(after changes: [VisibilityChange], in version: APIVersion) -> Bool {
    if let latest = changes.last(where: { $0.version <= version }) { return latest.isAddition }
    return !(changes.first?.isAddition ?? false)
  }
}

/// The differences between one version and the newest version of one published schema.
struct ShapePlan: Sendable {
  /// The members that the version lacks, by their newest names.
  var hidden: Set<String> = []
  /// The version's name of each renamed member, by newest name.
  var names: [String: String] = [:] {
    didSet { newestNames = Dictionary(names.map { ($1, $0) }) { first, _ in first } }
  }
  /// The inverse of `names`.
  private var newestNames: [String: String] = [:]
  /// The conversions of each member by newest name; those of the newest version come first.
  var retypings: [String: [(back: VersionChange.Retyping, forward: VersionChange.Retyping)]] = [:]
  /// The conversions of whole objects; those of the newest version come first.
  var rewrites: [(back: VersionChange.Rewriting, forward: VersionChange.Rewriting)] = []

  var isEmpty: Bool {
    hidden.isEmpty && names.isEmpty && retypings.isEmpty && rewrites.isEmpty
  }

  /// Returns the conversion of a member's value in a response; nil if its type did not change.
  func retyping(of key: String) -> VersionChange.Retyping? {
    guard let steps = retypings[key] else { return nil }
    return { value in steps.reduce(value) { $1.back($0) } }
  }

  /// Converts an object of a response from the newest version to this version.
  func downgrade(_ object: JSONObject) -> JSONObject {
    var out = JSONObject()
    for (key, value) in object where !hidden.contains(key) {
      out.append(key: names[key] ?? key, value: retyping(of: key)?(value) ?? value)
    }
    return rewrites.reduce(out) { $1.back($0) }
  }

  /// Converts an object of a request from this version to the newest version. Removes members that this version lacks;
  /// Intercom ignores them.
  func upgrade(_ object: JSONObject) -> JSONObject {
    let object = rewrites.isEmpty ? object : rewrites.reversed().reduce(object) { $1.forward($0) }
    if newestNames.isEmpty, retypings.isEmpty, !object.contains(where: { hidden.contains($0.key) }) { return object }
    var out = JSONObject()
    for (key, value) in object {
      let name = newestNames.isEmpty ? key : newestNames[key] ?? key
      guard !hidden.contains(name) else { continue }
      out[name] = retypings.isEmpty ? value : upgrade(value, named: name)
    }
    return out
  }

  private func upgrade(_ value: JSON, named name: String) -> JSON {
    (retypings[name] ?? []).reversed().reduce(value) { $1.forward($0) }
  }
}

/// The rendering of one model's records in one version: the visible members in order, with encoded keys.
final class ModelPlan: Sendable {
  /// The source of a member's value.
  enum Source: Sendable {
    case slot(Int)
    case constant([UInt8])
    case derived(@Sendable (Record, Call) -> Node?)
    case written(@Sendable (Record, Call, inout JSONWriter) -> Void)
    case retyped(Int, VersionChange.Retyping)
  }

  /// One visible member.
  struct Step: Sendable {
    let key: JSONKey
    /// The slot of a member that is rendered as stored (most members); nil if the source is in `otherSources`.
    let slot: Int?
    /// The index in `otherSources` if `slot` is nil.
    let otherIndex: Int
    /// The range of `,"key":null` in `encodedNulls`. Ranges of consecutive members are adjacent, so that a run of nulls
    /// is written with one copy.
    let nullRange: Range<Int>
  }

  let steps: [Step]
  /// The sources of the members that are not rendered as stored.
  let otherSources: [Source]
  /// The concatenation of `,"key":null` for all members that are rendered as stored.
  let encodedNulls: [UInt8]
  /// The conversions of the rendered object; those of the newest version come first.
  let rewrites: [VersionChange.Rewriting]

  /// - Parameters:
  ///   - members: the visible members with their names in the version; at most 60 bytes per name
  ///   - rewrites: the conversions of the rendered object
  init(members: [(name: String, source: Source)], rewrites: [VersionChange.Rewriting]) {
    var (steps, others, nulls): ([Step], [Source], [UInt8]) = ([], [], [])
    for (name, source) in members {
      guard let key = JSONKey(name) else {
        assertionFailure("\(name) is too long for a key")
        continue
      }
      let start = nulls.count
      if case .slot(let slot) = source {
        nulls += [UInt8(ascii: ",")] + JSON.encodedKey(name) + Array("null".utf8)
        steps.append(Step(key: key, slot: slot, otherIndex: 0, nullRange: start..<nulls.count))
      } else {
        steps.append(Step(key: key, slot: nil, otherIndex: others.count, nullRange: start..<start))
        others.append(source)
      }
    }
    (self.steps, self.otherSources, self.encodedNulls) = (steps, others, nulls)
    self.rewrites = rewrites
  }
}
