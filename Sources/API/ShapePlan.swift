import JSON

/// What differs, in one version, from the newest shape of one published schema.
struct ShapePlan: Sendable {
  /// Members that the version does not have.
  var hidden: Set<String> = []
  /// Newest name to the version's name.
  var names: [String: String] = [:] {
    didSet { newest = Dictionary(names.map { ($1, $0) }) { first, _ in first } }
  }
  /// The version's name to the newest name.
  private var newest: [String: String] = [:]
  /// Newest first.
  var retypings: [String: [(back: VersionChange.Retyping, forward: VersionChange.Retyping)]] = [:]
  var rewrites: [(back: VersionChange.Rewriting, forward: VersionChange.Rewriting)] = []

  var isEmpty: Bool {
    hidden.isEmpty && names.isEmpty && retypings.isEmpty && rewrites.isEmpty
  }

  /// The version's value of a member of a response.
  func back(_ key: String) -> VersionChange.Retyping? {
    guard let steps = retypings[key] else { return nil }
    return { value in steps.reduce(value) { $1.back($0) } }
  }

  /// A response node as the version shows it.
  func back(_ object: JSONObject) -> JSONObject {
    var out = JSONObject()
    for (key, value) in object where !hidden.contains(key) {
      out.append(key: names[key] ?? key, value: back(key)?(value) ?? value)
    }
    return rewrites.reduce(out) { $1.back($0) }
  }

  /// A request node of the version in the newest shape; members it does not have yet are ignored, as Intercom does.
  func forward(_ object: JSONObject) -> JSONObject {
    var out = JSONObject()
    for (key, value) in rewrites.reversed().reduce(object, { $1.forward($0) }) {
      let name = newest.isEmpty ? key : newest[key] ?? key
      guard !hidden.contains(name) else { continue }
      out[name] = retypings.isEmpty ? value : forward(value, name)
    }
    return out
  }

  private func forward(_ value: JSON, _ name: String) -> JSON {
    (retypings[name] ?? []).reversed().reduce(value) { $1.forward($0) }
  }
}
