extension VersionPlan {
  /// What differs per schema between the newest shape and the version's.
  static func fold(_ version: APIVersion, _ history: [VersionChanges]) -> [String: ShapePlan] {
    let newestFirst = history.sorted { $0.version > $1.version }
    var plans: [String: ShapePlan] = [:]
    for (name, fields) in comings(history) {
      for (field, changes) in fields where !isVisible(changes, version) {
        plans[name, default: ShapePlan()].hidden.insert(field)
      }
    }
    for step in newestFirst where step.version > version {
      for verb in step.changes.flatMap(\.verbs) { undo(verb, &plans) }
    }
    return plans
  }

  static func behaviours(_ version: APIVersion, _ history: [VersionChanges]) -> Set<Behaviour> {
    let verbs = history.filter { $0.version <= version }.flatMap(\.changes).flatMap(\.verbs)
    return Set(
      verbs.compactMap { verb in
        if case .turnsOn(let behaviour) = verb { behaviour } else { nil }
      })
  }

  private static func undo(_ verb: VersionChange.Verb, _ plans: inout [String: ShapePlan]) {
    switch verb {
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

  /// When a field came, or went.
  private typealias Coming = (version: APIVersion, comes: Bool)

  /// Every field that ever came or went, by schema and by the field's newest name, oldest change first.
  private static func comings(_ history: [VersionChanges]) -> [String: [String: [Coming]]] {
    let oldestFirst = history.sorted { $0.version < $1.version }
    var comings: [String: [String: [Coming]]] = [:]
    for step in oldestFirst {
      for verb in step.changes.flatMap(\.verbs) {
        guard let (fields, model, comes) = change(verb) else { continue }
        for field in fields {
          let name = newest(field, in: model, since: step.version, oldestFirst)
          comings[model, default: [:]][name, default: []].append((step.version, comes))
        }
      }
    }
    return comings
  }

  private static func change(_ verb: VersionChange.Verb) -> (fields: Set<String>, model: String, comes: Bool)? {
    switch verb {
    case .adds(let fields, let model): (fields, model, true)
    case .removes(let fields, let model): (fields, model, false)
    default: nil
    }
  }

  /// What a field that `version` calls so is called now.
  private static func newest(
    _ field: String, in model: String, since version: APIVersion, _ oldestFirst: [VersionChanges]
  ) -> String {
    var name = field
    for step in oldestFirst where step.version > version {
      for case .renames(name, let new, model) in step.changes.flatMap(\.verbs) { name = new }
    }
    return name
  }

  /// The latest change at or before the version decides; before the first change, the opposite of it holds.
  private static func isVisible(_ changes: [Coming], _ version: APIVersion) -> Bool {
    if let latest = changes.last(where: { $0.version <= version }) { return latest.comes }
    return !(changes.first?.comes ?? false)
  }
}
