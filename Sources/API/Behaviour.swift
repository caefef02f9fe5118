/// Something a handler does differently from some version on. Handlers ask for it by name, never for a version.
public struct Behaviour: Sendable, Hashable {
  public let name: String

  public init(_ name: String) {
    self.name = name
  }
}
