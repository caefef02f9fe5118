import API
import JSON
import Store

enum ClockRoutes {
  /// The last second of the year 9999.
  private static let lastSecond: Int64 = 253_402_300_799
  private static let clockShape = Shape.object([
    .required("mode", as: .string(oneOf: ["running", "frozen"])), .required("now", as: .integer()),
  ])

  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/clock", id: "showClock", summary: "The time in this workspace", response: clockShape,
      handler: showClock),
    ControlRoute(
      .put, path: "/_mock/clock", id: "setClock", summary: "Freeze the clock, let it run, or set it",
      request: .object([
        .optional("mode", as: .string(oneOf: ["running", "frozen"])), .optional("now", as: .integer(0...lastSecond)),
      ]), response: clockShape, handler: setClock),
    ControlRoute(
      .post, path: "/_mock/clock/advance", id: "advanceClock",
      summary: "Advance the clock; due tasks run in order before the response",
      request: .object([.required("seconds", as: .integer(0...lastSecond))]), response: clockShape,
      handler: advanceClock),
  ]

  static func showClock(in call: ControlCall) -> Reply {
    reply(showing: call.peekSession().workspace.clock)
  }

  static func setClock(in call: ControlCall) throws -> Reply {
    let session = try call.openSession()
    let clock = session.workspace.clock
    let now = call.body["now"]?.integral.map { $0 * 1000 }
    switch call.body["mode"]?.string ?? (clock.isFrozen ? "frozen" : "running") {
    case "frozen": clock.freeze(at: now ?? clock.milliseconds)
    default: clock.run(from: now)
    }
    call.server.runDueTasks(in: session)
    call.server.updateAlarm(of: session)
    return reply(showing: clock)
  }

  static func advanceClock(in call: ControlCall) throws -> Reply {
    let session = try call.openSession()
    let seconds = call.body["seconds"]?.integral ?? 0
    guard session.workspace.clock.now + seconds <= Self.lastSecond else {
      throw APIError.parameterInvalid("seconds is too large: the clock must not pass the year 9999", field: "seconds")
    }
    session.workspace.clock.advance(bySeconds: seconds)
    call.server.runDueTasks(in: session)
    call.server.updateAlarm(of: session)
    return reply(showing: session.workspace.clock)
  }

  private static func reply(showing clock: Clock) -> Reply {
    .ok(.json(["mode": .string(clock.isFrozen ? "frozen" : "running"), "now": .integer(clock.now)]))
  }
}
