import JSON

/// One change of a version, described in a sentence from the client's point of view.
public struct VersionChange: Sendable {
  /// Converts the value of one member.
  public typealias Retyping = @Sendable (JSON) -> JSON
  /// Converts a rendered object.
  public typealias Rewriting = @Sendable (JSONObject) -> JSONObject

  enum Effect: Sendable {
    case adds(Set<String>, model: String)
    case removes(Set<String>, model: String)
    case renames(from: String, to: String, model: String)
    case retypes(String, model: String, back: Retyping, forward: Retyping)
    case rewrites(model: String, back: Rewriting, forward: Rewriting)
    case turnsOn(Behaviour)
  }

  /// The description of the change, for the change log.
  public let sentence: String
  private(set) var effects: [Effect] = []

  public init(_ sentence: String) {
    self.sentence = sentence
  }

  /// Adds the effect that the fields exist from this version on.
  public func adds(_ fields: String..., to model: String) -> VersionChange {
    adding(.adds(Set(fields), model: model))
  }

  /// Adds the effect that the fields exist only before this version.
  public func removes(_ fields: String..., from model: String) -> VersionChange {
    adding(.removes(Set(fields), model: model))
  }

  /// Adds the effect that a field is called `old` before this version and `new` from it on.
  public func renames(_ old: String, to new: String, in model: String) -> VersionChange {
    adding(.renames(from: old, to: new, model: model))
  }

  /// Adds the effect that a field has another type before this version.
  /// - Parameters:
  ///   - field: the name of the field in this version
  ///   - model: the name of the schema
  ///   - downgrade: converts the new value in a response to the old type
  ///   - upgrade: converts the old value in a request to the new type
  public func retypes(
    _ field: String, in model: String, downgrade: @escaping Retyping = { $0 }, upgrade: @escaping Retyping = { $0 }
  ) -> VersionChange {
    adding(.retypes(field, model: model, back: downgrade, forward: upgrade))
  }

  /// Adds the effect that objects of a schema have another structure before this version.
  ///
  /// Rendering a rewritten object is slower than the other effects: it is rendered, parsed, converted and written
  /// again.
  /// - Parameters:
  ///   - model: the name of the schema
  ///   - downgrade: converts an object in a response to the old structure
  ///   - upgrade: converts an object in a request to the new structure
  public func rewrites(
    _ model: String, downgrade: @escaping Rewriting = { $0 }, upgrade: @escaping Rewriting = { $0 }
  ) -> VersionChange {
    adding(.rewrites(model: model, back: downgrade, forward: upgrade))
  }

  /// Adds the effect that handlers observe the behaviour from this version on.
  public func turnsOn(_ behaviour: Behaviour) -> VersionChange {
    adding(.turnsOn(behaviour))
  }

  private func adding(_ effect: Effect) -> VersionChange {
    var copy = self
    copy.effects.append(effect)
    return copy
  }
}

/// The changes of one version.
public struct VersionChanges: Sendable {
  public let version: APIVersion
  public let changes: [VersionChange]

  public init(version: APIVersion, changes: [VersionChange]) {
    self.version = version
    self.changes = changes
  }
}

/// A difference in the behaviour of handlers from some version on. Handlers test for the behaviour, never for a
/// version.
public struct Behaviour: Sendable, Hashable {
  public let name: String

  public init(_ name: String) {
    self.name = name
  }
}
