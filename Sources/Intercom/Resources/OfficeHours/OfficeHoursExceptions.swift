import API
import HTTPTypes
import JSON
import Store

/// Days on which the hours of a schedule are others, or none.
enum OfficeHoursExceptions {
  static let model = Model(
    "office_hours_exception", collection: "office_hours_exceptions", ids: .sequence(from: 1),
    notFound: OfficeHours.notFound, references: [Reference("office_hours_schedule_id", to: "office_hours_schedules")],
    [
      .type("office_hours_exception"), .string("id"), .string("office_hours_schedule_id", .indexed),
      .string("exception_date", [.writable, .required]),
      .string("exception_type", [.writable, .required], oneOf: ["closed", "custom_hours"]),
      .string("name", .writable), .array("time_intervals", .writable, initial: nil).shown(intervals),
      .boolean("recurring_annually", .writable, initial: false), .timestamp("created_at"), .timestamp("updated_at"),
    ])

  private static let listing = Listing.whole(type: "office_hours_exception.list")

  // MARK: Behaviour

  static func list(_ call: Call) throws -> Reply {
    try listing.reply(of(try schedule(call), call), call)
  }

  static func create(_ call: Call) throws -> Reply {
    let schedule = try schedule(call)
    var exception = try OfficeHours.refusingAsInvalid { try model.make(from: try checked(call.body), call) }
    exception["office_hours_schedule_id"] = .string(schedule.id)
    try settle(&exception, schedule, call)
    call.workspace[model].insert(exception)
    return Reply(.created, body: .node(.record(exception)))
  }

  static func retrieve(_ call: Call) throws -> Reply {
    .ok(try find(call))
  }

  static func update(_ call: Call) throws -> Reply {
    var exception = try find(call)
    try OfficeHours.refusingAsInvalid { try model.write(try checked(call.body), to: &exception, call) }
    try settle(&exception, try schedule(call), call)
    call.workspace[model].replace(exception)
    return .ok(exception)
  }

  static func delete(_ call: Call) throws -> Reply {
    let exception = try find(call)
    call.workspace[model].remove(exception.id)
    return .ok(.members(["id": .string(exception.id), "object": .string(model.name), "deleted": true]))
  }

  // MARK: Parts

  /// The exceptions of a schedule, the oldest first.
  static func of(_ schedule: Record, _ call: Call) -> [Record] {
    call.workspace[model].records(in: "office_hours_schedule_id", under: schedule.id)
  }

  private static func schedule(_ call: Call) throws -> Record {
    try call.find(OfficeHours.model, "office_hours_schedule_id")
  }

  private static func find(_ call: Call) throws -> Record {
    let (schedule, exception) = (try schedule(call), try call.find(model))
    guard exception["office_hours_schedule_id"].string == schedule.id else { throw APIError.notFound(model) }
    return exception
  }

  private static func checked(_ body: JSONObject) throws -> JSONObject {
    var body = body
    for name in ["exception_date", "exception_type"] where body[name]?.isNull == true {
      throw OfficeHours.invalid("\(name) can't be blank")
    }
    if let date = body["exception_date"], midnight(date.string ?? "") == nil {
      throw OfficeHours.invalid("exception_date must be in YYYY-MM-DD format")
    }
    if let json = body["time_intervals"], !json.isNull {
      body["time_intervals"] = .array(try OfficeHoursInterval.read(json, end: OfficeHoursInterval.day).map(\.stored))
    }
    return body
  }

  /// What holds of a whole exception: a closed day has no hours, any other has some, and no day has two exceptions.
  private static func settle(_ exception: inout Record, _ schedule: Record, _ call: Call) throws {
    if exception["exception_type"] == "closed" {
      exception["time_intervals"] = nil
    } else if (exception["time_intervals"].array ?? []).isEmpty {
      throw OfficeHours.invalid("time_intervals are required for custom_hours")
    }
    let twin = of(schedule, call).first {
      $0.id != exception.id && $0["exception_date"] == exception["exception_date"]
    }
    // Unknown: whether the service refuses a second exception on a day; these are its words for duplicates.
    if twin != nil { throw OfficeHours.invalid("Invalid or duplicated record reference") }
  }

  private static func intervals(_ exception: Record, _ call: Call) -> Node? {
    guard !exception["time_intervals"].isEmpty else { return .null }
    let days = (midnight(exception["exception_date"].string ?? "") ?? 0) / 86_400
    // 1 January 1970 was a Thursday.
    let weekday = ((days + 3) % 7 + 7) % 7
    return .json(.array(OfficeHoursInterval.stored(exception).map { $0.shown(day: weekday) }))
  }

  /// The first second of a day in UTC; nil for a text that is no date.
  private static func midnight(_ date: String) -> Int64? {
    date.utf8.count == 10 ? ISOTime.seconds(date) : nil
  }
}
