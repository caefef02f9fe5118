import JSON

/// The members of a collection's records that one version shows with another name or another value than the newest one.
///
/// Searches use it, so that the value that a version shows is the value that finds it in that version. A member is
/// named by its path: `priority`, or `source.type` in a nested record.
struct ShownMembers: Sendable {
  /// The conversion of a member's value from the newest version.
  struct Conversion: Sendable {
    /// The number of changes that it combines. Each change applies to every older version, so two versions with the same
    /// number show the same value.
    let changes: Int
    let convert: VersionChange.Retyping
  }

  /// The conversions by the newest path.
  private var conversions: [String: Conversion] = [:]
  /// The version's path of each renamed member, by newest path.
  private var names: [String: String] = [:]
  /// The inverse of `names`.
  private var newestNames: [String: String] = [:]

  /// - Parameters:
  ///   - model: the model of the records
  ///   - shapes: the differences between the version and the newest version, by schema name
  /// - Returns: nil if the version shows all members as the newest version does
  init?(of model: Model, shapes: [String: ShapePlan]) {
    if let shape = shapes[model.name] { add(shape, prefix: "", outer: "") }
    for field in model.fields {
      guard case .model(let inner) = field.kind else { continue }
      let outer = shapes[model.name]?.names[field.name] ?? field.name
      let shape = shapes[inner.name] ?? ShapePlan()
      add(shape, prefix: "\(field.name).", outer: "\(outer).")
      guard outer != field.name else { continue }
      for name in inner.fields.map(\.name) { names["\(field.name).\(name)"] = "\(outer).\(shape.names[name] ?? name)" }
    }
    guard !conversions.isEmpty || !names.isEmpty else { return nil }
    newestNames = Dictionary(names.map { ($1, $0) }) { first, _ in first }
  }

  private mutating func add(_ shape: ShapePlan, prefix: String, outer: String) {
    for (name, steps) in shape.retypings {
      conversions[prefix + name] = shape.retyping(of: name).map { Conversion(changes: steps.count, convert: $0) }
    }
    for (name, old) in shape.names { names[prefix + name] = outer + old }
  }

  /// The conversion of a member's value; nil if the version shows it as the newest version does.
  func conversion(of path: String) -> Conversion? {
    conversions[path]
  }

  /// The newest path of a member that the version calls `name`; nil if the version has another name for the member
  /// that the newest version calls so.
  func newestPath(of name: String) -> String? {
    newestNames[name] ?? (names[name] == nil ? name : nil)
  }
}
