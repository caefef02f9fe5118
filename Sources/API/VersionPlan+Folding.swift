extension VersionPlan {
  /// What differs per schema between the newest shape and the version's.
  static func fold(_ version: APIVersion, _ history: [VersionChanges]) -> [String: ShapePlan] {
    let newestFirst = history.sorted { $0.version > $1.version }
    var plans: [String: ShapePlan] = [:]
    for (name, field) in fields(in: history) where !isVisible(field, in: name, version, history) {
      plans[name, default: ShapePlan()].hidden.insert(field)
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

  /// Every (schema, field) that ever came or went, by the field's newest name.
  private static func fields(in history: [VersionChanges]) -> [(String, String)] {
    history.flatMap { step in
      step.changes.flatMap(\.verbs).flatMap { verb -> [(String, String)] in
        switch verb {
        case .adds(let fields, let model), .removes(let fields, let model):
          fields.map { (model, newest($0, in: model, since: step.version, history)) }
        default: []
        }
      }
    }
  }

  /// What a field that `version` calls so is called now.
  private static func newest(
    _ field: String, in model: String, since version: APIVersion, _ history: [VersionChanges]
  ) -> String {
    var name = field
    for step in history.sorted(by: { $0.version < $1.version }) where step.version > version {
      for case .renames(name, let new, model) in step.changes.flatMap(\.verbs) { name = new }
    }
    return name
  }

  /// The latest change at or before the version decides; before the first change, the opposite of it holds.
  private static func isVisible(
    _ field: String, in model: String, _ version: APIVersion, _ history: [VersionChanges]
  ) -> Bool {
    var changes: [(version: APIVersion, comes: Bool)] = []
    for step in history.sorted(by: { $0.version < $1.version }) {
      let isField = { newest($0, in: model, since: step.version, history) == field }
      for verb in step.changes.flatMap(\.verbs) {
        switch verb {
        case .adds(let fields, model) where fields.contains(where: isField): changes.append((step.version, true))
        case .removes(let fields, model) where fields.contains(where: isField): changes.append((step.version, false))
        default: break
        }
      }
    }
    if let latest = changes.last(where: { $0.version <= version }) { return latest.comes }
    return !(changes.first?.comes ?? false)
  }
}
