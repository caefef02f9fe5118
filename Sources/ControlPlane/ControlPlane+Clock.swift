import API
import JSON
import Server
import Store

extension ControlPlane {
  /// The last second of the year 9999.
  private static let lastSecond: Int64 = 253_402_300_799
  private static let clock = Shape.object([
    .required("mode", .string(oneOf: ["running", "frozen"])), .required("now", .integer()),
  ])

  static let clockRoutes: [ControlRoute] = [
    ControlRoute(.get, "/_mock/clock", "The time in this workspace", gives: clock, showClock),
    ControlRoute(
      .put, "/_mock/clock", "Freeze the clock, let it run, or set it",
      takes: .object([
        .optional("mode", .string(oneOf: ["running", "frozen"])), .optional("now", .integer(0...lastSecond)),
      ]), gives: clock, setClock),
    ControlRoute(
      .post, "/_mock/clock/advance", "Move the clock on; what falls due is done, in order, before the answer",
      takes: .object([.required("seconds", .integer(0...lastSecond))]), gives: clock, advanceClock),
  ]

  func showClock(_ call: ControlCall) -> Reply {
    reply(peek(call).workspace.clock)
  }

  func setClock(_ call: ControlCall) throws -> Reply {
    let tenant = try tenant(call)
    let clock = tenant.workspace.clock
    let now = call.body["now"]?.integral.map { $0 * 1000 }
    switch call.body["mode"]?.string ?? (clock.isFrozen ? "frozen" : "running") {
    case "frozen": clock.freeze(at: now ?? clock.milliseconds)
    default: clock.run(from: now)
    }
    server.catchUp(tenant)
    server.setAlarm(of: tenant)
    return reply(clock)
  }

  func advanceClock(_ call: ControlCall) throws -> Reply {
    let tenant = try tenant(call)
    let seconds = call.body["seconds"]?.integral ?? 0
    guard tenant.workspace.clock.now + seconds <= Self.lastSecond else {
      throw APIError(
        status: .badRequest, code: "parameter_invalid", message: "seconds leads beyond the year 9999", field: "seconds")
    }
    tenant.workspace.clock.advance(bySeconds: seconds)
    server.catchUp(tenant)
    server.setAlarm(of: tenant)
    return reply(tenant.workspace.clock)
  }

  private func reply(_ clock: Clock) -> Reply {
    .ok(.json(["mode": .string(clock.isFrozen ? "frozen" : "running"), "now": .integer(clock.now)]))
  }
}
