import API
import JSON
import Server
import Store

extension ControlPlane {
  private static let share = Shape.number(0...1)
  private static let longest: Int64 = 86_400_000
  private static let members: [Shape.Member] = [
    .optional("default_version", .string(oneOf: APIVersion.allCases.map(\.name))),
    .optional("timezone", .noted(.string(), "of the workspace, such as Europe/Dublin")),
    .optional(
      "rate_limit",
      .either([
        .string(oneOf: ["off"]),
        .object([.required("limit", .integer(1...1_000_000)), .optional("window_seconds", .integer(1...86_400))]),
      ])),
    .optional(
      "search_lag",
      .either([
        .string(oneOf: ["off", "until_flush"]), .object([.required("milliseconds", .integer(0...longest))]),
        .object([.required("calls", .integer(0...1_000_000))]),
      ])),
    .optional("strict", .string(oneOf: Settings.Strictness.allCases.map(\.rawValue))),
    .optional(
      "jobs",
      .either([
        .string(oneOf: ["immediate"]), .object([.required("after_ms", .integer(0...longest))]),
        .object([.required("after_polls", .integer(0...1000))]),
      ])),
    .optional(
      "side_effects",
      .either([.string(oneOf: ["immediate"]), .object([.required("after_ms", .integer(0...longest))])])),
    .optional("etag", .string(oneOf: Settings.ETagging.allCases.map(\.rawValue))),
    .optional("gzip", .string(oneOf: ["on", "off"])), .optional("journal", .string(oneOf: ["on", "off"])),
    .optional(
      "webhook_delivery",
      .object([
        .optional("duplicate", share), .optional("reorder", share), .optional("drop", share),
        .optional("delay_ms", .integer(0...longest)),
      ])),
  ]

  static let settingsRoutes: [ControlRoute] = [
    ControlRoute(.get, "/_mock/settings", "How this workspace behaves", gives: .object(members), showSettings),
    ControlRoute(
      .patch, "/_mock/settings", "Change some of it; all or nothing", takes: .object(members), gives: .object(members),
      changeSettings),
    ControlRoute(
      .post, "/_mock/search/flush", "Let searches find what was written until now",
      gives: .object([.required("status", .string(oneOf: ["flushed"]))]), flushSearch),
  ]

  func showSettings(_ call: ControlCall) -> Reply {
    .ok(.json(json(of: peek(call))))
  }

  func changeSettings(_ call: ControlCall) throws -> Reply {
    let tenant = try tenant(call)
    var settings = tenant.settings
    settings.take(call.body)
    if let zone = call.body["timezone"] {
      var fixtures = FixtureLoader(catalogue: server.catalogue, clock: tenant.workspace.clock)
      do {
        let (state, _) = try fixtures.patchedState(with: ["workspace": ["timezone": zone]], in: tenant.workspace)
        server.tenants.put(state, in: tenant)
      } catch {
        throw APIError(status: .badRequest, code: "parameter_invalid", message: "timezone: \(error)", field: "timezone")
      }
    }
    tenant.settings = settings
    return .ok(.json(json(of: tenant)))
  }

  func flushSearch(_ call: ControlCall) -> Reply {
    server.tenants.existing(call.token)?.flushSearch()
    return .ok(.json(["status": "flushed"]))
  }

  private func json(of tenant: Tenant) -> JSON {
    var object = tenant.settings.json
    object["timezone"] = tenant.workspace.profile["timezone"] ?? "UTC"
    return .object(object)
  }
}
