/// Whom a client believes to be who they say.
public enum ClientTrust: Sendable {
  /// The system's certificate store.
  case system
  /// The certificates in this PEM file only.
  case file(String)
  /// Anybody.
  case anybody
}
