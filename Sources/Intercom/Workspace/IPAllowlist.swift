import API
import Glibc
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// The IP allowlist: addresses that may call the workspace (2.14 to 2.16). It is enforced in every version.
enum IPAllowlist: Resource {
  static let operations: [Operation] = [
    .get("/ip_allowlist", id: "getIpAllowlist", handler: retrieve, available: .between(.v2_14, and: .v2_16)),
    .put("/ip_allowlist", id: "updateIpAllowlist", handler: update, available: .between(.v2_14, and: .v2_16)),
  ]

  /// A workspace has one list.
  static let model = Model(
    name: "ip_allowlist", collection: "ip_allowlist",
    fields: [
      .type("ip_allowlist"), .string("id", options: .hidden), .boolean("enabled", options: .writable, initial: false),
      .array("ip_allowlist", options: .writable),
    ])

  static let guards: [Catalogue.Guard] = [admit]

  // MARK: Behaviour

  static func retrieve(in call: Call) throws -> Reply {
    .ok(allowlist(in: call.workspace))
  }

  static func update(in call: Call) throws -> Reply {
    var list = allowlist(in: call.workspace)
    do { try model.write(call.body, to: &list, in: call) } catch let error as APIError {
      throw APIError(status: .unprocessableContent, code: error.code, message: error.message)
    }
    if list["enabled"].isEmpty { list["enabled"] = false }
    if list["ip_allowlist"].isEmpty { list["ip_allowlist"] = .json([]) }
    for json in list["ip_allowlist"].array ?? [] where IPRange(json.string ?? "") == nil {
      throw validationError("\(json.string ?? json.text) is not a valid IP address or range")
    }
    guard isAllowed(call.peer, by: list) else {
      throw validationError(
        "Your IP (\(call.peer)) is not on the allowlist. Saving would lock you out of this workspace.")
    }
    call.workspace[model].insert(list)
    return .ok(list)
  }

  // MARK: Enforcing

  /// Refuses requests from addresses that are not on an enabled list. The control plane is not restricted.
  ///
  /// Unknown: how Intercom refuses; here as for a missing permission.
  private static func admit(_ request: Request, to workspace: Workspace) throws {
    guard let list = workspace[model].first, !isAllowed(request.peer, by: list) else { return }
    throw APIError(
      status: .forbidden, code: "forbidden",
      message: "Your IP (\(request.peer)) is not on the allowlist of this workspace")
  }

  /// A client on a Unix socket has no address and is allowed.
  private static func isAllowed(_ peer: String, by list: Record) -> Bool {
    guard list["enabled"] == true, !peer.isEmpty else { return true }
    return (list["ip_allowlist"].array ?? []).contains { IPRange($0.string ?? "")?.contains(peer) ?? false }
  }

  /// The list of the workspace; by default it is disabled and empty.
  private static func allowlist(in workspace: Workspace) -> Record {
    if let list = workspace[model].first { return list }
    var list = model.blank()
    list["id"] = .string(model.name)
    return list
  }

  private static func validationError(_ message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "parameter_invalid", message: message)
  }
}

/// An address or an address range in CIDR notation: `10.0.0.1`, `192.168.0.1/24`, `2001:db8::/32`.
struct IPRange {
  /// An IPv4 address is stored as an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2).
  private let address: UInt128
  private let prefix: Int

  /// Returns nil if the string is neither.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let (address, width) = Self.parseAddress(parts[0]) else { return nil }
    var prefix = width
    if parts.count == 2 {
      guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]), length <= width else {
        return nil
      }
      prefix = length
    }
    self.address = address
    self.prefix = prefix + 128 - width
  }

  /// Whether the range contains the address; false if the string is not an address.
  func contains(_ text: String) -> Bool {
    guard let (other, _) = Self.parseAddress(text) else { return false }
    return prefix == 0 || (address ^ other) >> UInt128(128 - prefix) == 0
  }

  /// Returns the address, and the number of bits of its family; nil if the string is not an address.
  private static func parseAddress(_ text: String) -> (UInt128, width: Int)? {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return (0xFFFF << 32 | UInt128(UInt32(bigEndian: four.s_addr)), 32) }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    return (withUnsafeBytes(of: six) { $0.reduce(0) { $0 << 8 | UInt128($1) } }, 128)
  }
}
