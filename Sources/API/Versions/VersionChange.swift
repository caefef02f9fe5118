import JSON

/// One thing that a version changed, said in a sentence about what a client sees.
public struct VersionChange: Sendable {
  /// Changes one member's value.
  public typealias Retyping = @Sendable (JSON) -> JSON
  /// Changes a whole node.
  public typealias Rewriting = @Sendable (JSONObject) -> JSONObject

  enum Effect: Sendable {
    case adds(Set<String>, model: String)
    case removes(Set<String>, model: String)
    case renames(from: String, to: String, model: String)
    case retypes(String, model: String, back: Retyping, forward: Retyping)
    case rewrites(model: String, back: Rewriting, forward: Rewriting)
    case turnsOn(Behaviour)
  }

  public let sentence: String
  private(set) var effects: [Effect] = []

  public init(_ sentence: String) {
    self.sentence = sentence
  }

  /// The fields are there from this version on.
  public func adds(_ fields: String..., to model: String) -> VersionChange {
    adding(.adds(Set(fields), model: model))
  }

  /// The fields are there up to the version before.
  public func removes(_ fields: String..., from model: String) -> VersionChange {
    adding(.removes(Set(fields), model: model))
  }

  /// A field had another name up to the version before.
  public func renames(_ old: String, to new: String, in model: String) -> VersionChange {
    adding(.renames(from: old, to: new, model: model))
  }

  /// A field had another type up to the version before: `back` makes the old value of a response from the new one,
  /// `forward` the new value of a request from the old one.
  public func retypes(
    _ field: String, in model: String, downgrade: @escaping Retyping = { $0 }, upgrade: @escaping Retyping = { $0 }
  ) -> VersionChange {
    adding(.retypes(field, model: model, back: downgrade, forward: upgrade))
  }

  /// A node had another shape up to the version before. Only such a node is built as a tree, after its fields were chosen.
  public func rewrites(
    _ model: String, downgrade: @escaping Rewriting = { $0 }, upgrade: @escaping Rewriting = { $0 }
  ) -> VersionChange {
    adding(.rewrites(model: model, back: downgrade, forward: upgrade))
  }

  /// Handlers act differently from this version on.
  public func turnsOn(_ behaviour: Behaviour) -> VersionChange {
    adding(.turnsOn(behaviour))
  }

  private func adding(_ verb: Effect) -> VersionChange {
    var copy = self
    copy.effects.append(verb)
    return copy
  }
}

/// What one version changed.
public struct VersionChanges: Sendable {
  public let version: APIVersion
  public let changes: [VersionChange]

  public init(version: APIVersion, changes: [VersionChange]) {
    self.version = version
    self.changes = changes
  }
}

/// Something a handler does differently from some version on. Handlers ask for it by name, never for a version.
public struct Behaviour: Sendable, Hashable {
  public let name: String

  public init(_ name: String) {
    self.name = name
  }
}
