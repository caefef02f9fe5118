import API
import HTTPTypes
import JSON

/// What is known of an access token beforehand: `{token, workspace, admin_id, scopes, refused}`.
public struct Token: Sendable {
  /// Why a token is turned away.
  public enum Refusal: String, Sendable, CaseIterable {
    case invalid, revoked, suspended, blocked
    case noPlan = "no-plan"
    case readOnly = "read-only"
    case noScope = "no-scope"
  }

  public var token: String
  /// The name of the workspace it opens; its own when nil.
  public var workspace: String?
  public var adminID: String?
  /// The scopes it carries; nil for all.
  public var scopes: [String]?
  public var refused: Refusal?

  public init(
    _ token: String, workspace: String? = nil, adminID: String? = nil, scopes: [String]? = nil,
    refused: Refusal? = nil
  ) {
    self.token = token
    self.workspace = workspace
    self.adminID = adminID
    self.scopes = scopes
    self.refused = refused
  }

  /// Refused in every world, so that each failure is one token away.
  public static let presets = Refusal.allCases.map { Token($0.rawValue, refused: $0) }

  /// The tokens of an `access_tokens.json`. Throws `FixtureError`.
  public static func parse(_ file: FixtureLoader.File) throws -> [Token] {
    do {
      return try JSON.parseArrayWithLines(from: file.bytes).map { try Token($0.value, line: $0.line, file) }
    } catch let error as JSONError {
      throw FixtureError(file: file.path, line: error.line, reason: error.reason)
    }
  }

  private init(_ json: JSON, line: Int, _ file: FixtureLoader.File) throws {
    func wrong(_ field: String, _ reason: String) -> FixtureError {
      FixtureError(file: file.path, line: line, record: json["token"]?.string, field: field, reason: reason)
    }
    guard let token = json["token"]?.string, !token.isEmpty else { throw wrong("token", "expected a string") }
    let reason = json["refused"] ?? .null
    refused = reason.string.flatMap(Refusal.init)
    guard reason.isNull || refused != nil else {
      throw wrong("refused", "expected one of \(Refusal.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.token = token
    workspace = json["workspace"]?.string
    adminID = json["admin_id"]?.string ?? json["admin_id"]?.integer.map(String.init)
    scopes = json["scopes"]?.array?.compactMap(\.string)
  }
}
