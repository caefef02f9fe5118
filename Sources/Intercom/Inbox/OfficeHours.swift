import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Office hours schedules: the weekly opening hours of a workspace, and exceptions for single days (2.16).
enum OfficeHours: Resource {
  static let operations: [Operation] = [
    .get("/office_hours_schedules", id: "listOfficeHoursSchedules", handler: list, available: .since(.v2_16)),
    .post("/office_hours_schedules", id: "createOfficeHoursSchedule", handler: create, available: .since(.v2_16)),
    .get("/office_hours_schedules/{id}", id: "getOfficeHoursSchedule", handler: retrieve, available: .since(.v2_16)),
    .put("/office_hours_schedules/{id}", id: "updateOfficeHoursSchedule", handler: update, available: .since(.v2_16)),
    .delete(
      "/office_hours_schedules/{id}", id: "deleteOfficeHoursSchedule", handler: delete, available: .since(.v2_16)),
    .get(exceptions, id: "listOfficeHoursExceptions", handler: OfficeHoursExceptions.list, available: .since(.v2_16)),
    .post(
      exceptions, id: "createOfficeHoursException", handler: OfficeHoursExceptions.create, available: .since(.v2_16)),
    .get(
      "\(exceptions)/{id}", id: "getOfficeHoursException", handler: OfficeHoursExceptions.retrieve,
      available: .since(.v2_16)),
    .put(
      "\(exceptions)/{id}", id: "updateOfficeHoursException", handler: OfficeHoursExceptions.update,
      available: .since(.v2_16)),
    .delete(
      "\(exceptions)/{id}", id: "deleteOfficeHoursException", handler: OfficeHoursExceptions.delete,
      available: .since(.v2_16)),
  ]

  private static let exceptions = "/office_hours_schedules/{office_hours_schedule_id}/office_hours_exceptions"

  static let model = Model(
    name: "office_hours_schedule", collection: "office_hours_schedules", ids: .sequence(from: 1), notFound: notFound,
    fields: [
      .type("office_hours_schedule"), .string("id"), .string("name", options: [.writable, .required]),
      .string("time_zone_name", options: [.writable, .required]),
      .array("time_intervals", options: [.writable, .required], initial: nil).shown(intervals),
      .derived("twenty_four_seven", from: isAlwaysOpen), .timestamp("created_at"), .timestamp("updated_at"),
    ])

  static let models = [OfficeHoursExceptions.model]

  static let listing = Listing.unpaged(type: "office_hours_schedule.list")

  static let notFound = Model.NotFound(code: "not_found", message: "Object not found")

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    let schedule = try rethrowingAsInvalid { try model.makeRecord(from: try validated(call.body), in: call) }
    call.workspace[model].insert(schedule)
    return Reply(status: .created, body: .node(.record(schedule)))
  }

  static func update(in call: Call) throws -> Reply {
    var schedule = try call.find(model)
    try rethrowingAsInvalid { try model.write(try validated(call.body), to: &schedule, in: call) }
    call.workspace[model].replace(schedule)
    return .ok(schedule)
  }

  // MARK: Checking

  /// The error 422 `data_invalid`. Unknown: the service's messages other than for a duplicate.
  static func invalid(message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "data_invalid", message: message)
  }

  /// Runs `work` and rethrows a 400 error as 422, the status that these operations document.
  @discardableResult
  static func rethrowingAsInvalid<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let error as APIError where error.status == .badRequest {
      throw invalid(message: error.message ?? "Invalid or duplicated record reference")
    }
  }

  /// Returns the body with its intervals in their stored form. Throws 422 if a member is invalid.
  private static func validated(_ body: JSONObject) throws -> JSONObject {
    var body = body
    if let name = body["name"], name.string?.allSatisfy(\.isWhitespace) ?? true {
      throw invalid(message: "name can't be blank")
    }
    if let zone = body["time_zone_name"], !isTimeZone(named: zone.string ?? "") {
      throw invalid(message: "time_zone_name is not a valid time zone")
    }
    if let json = body["time_intervals"] {
      body["time_intervals"] = .array(
        try OfficeHoursInterval.parse(json, end: OfficeHoursInterval.minutesPerWeek).map(\.json))
    }
    return body
  }

  /// Without a time zone database, as in a minimal container image, any plausible name is accepted.
  private static func isTimeZone(named name: String) -> Bool {
    if (try? TimeZone(named: name)) != nil { return true }
    guard (try? TimeZone(named: "Europe/London")) == nil else { return false }
    return name.split(separator: "/").count > 1 && name.allSatisfy { $0.isASCII && !$0.isWhitespace }
  }

  // MARK: Derived

  private static func intervals(of schedule: Record, in call: Call) -> Node? {
    .json(
      .array(
        OfficeHoursInterval.intervals(of: schedule).map { $0.shown(day: $0.start / OfficeHoursInterval.minutesPerDay) })
    )
  }

  /// Whether the intervals together cover the week.
  private static func isAlwaysOpen(_ schedule: Record, in call: Call) -> Node? {
    let sorted = OfficeHoursInterval.intervals(of: schedule).sorted { $0.start < $1.start }
    let end = sorted.reduce(0) { $1.start <= $0 ? max($0, $1.end) : $0 }
    return .boolean(end == OfficeHoursInterval.minutesPerWeek)
  }
}

/// Days on which a schedule has different hours or is closed.
enum OfficeHoursExceptions {
  static let model = Model(
    name: "office_hours_exception", collection: "office_hours_exceptions", ids: .sequence(from: 1),
    notFound: OfficeHours.notFound,
    references: [
      Reference("office_hours_schedule_id", to: "office_hours_schedules", onDelete: .cascade)
    ],
    fields: [
      .type("office_hours_exception"), .string("id"), .string("office_hours_schedule_id", options: .indexed),
      .string("exception_date", options: [.writable, .required]),
      .string("exception_type", options: [.writable, .required], oneOf: ["closed", "custom_hours"]),
      .string("name", options: .writable), .array("time_intervals", options: .writable, initial: nil).shown(intervals),
      .boolean("recurring_annually", options: .writable, initial: false), .timestamp("created_at"),
      .timestamp("updated_at"),
    ])

  private static let listing = Listing.unpaged(type: "office_hours_exception.list")

  // MARK: Behaviour

  static func list(in call: Call) throws -> Reply {
    try listing.reply(with: exceptions(of: try schedule(in: call), in: call), in: call)
  }

  static func create(in call: Call) throws -> Reply {
    let schedule = try schedule(in: call)
    var exception = try OfficeHours.rethrowingAsInvalid {
      try model.makeRecord(from: try validated(call.body), in: call)
    }
    exception["office_hours_schedule_id"] = .string(schedule.id)
    try validate(&exception, schedule: schedule, in: call)
    call.workspace[model].insert(exception)
    return Reply(status: .created, body: .node(.record(exception)))
  }

  static func retrieve(in call: Call) throws -> Reply {
    .ok(try find(in: call))
  }

  static func update(in call: Call) throws -> Reply {
    var exception = try find(in: call)
    try OfficeHours.rethrowingAsInvalid { try model.write(try validated(call.body), to: &exception, in: call) }
    try validate(&exception, schedule: try schedule(in: call), in: call)
    call.workspace[model].replace(exception)
    return .ok(exception)
  }

  static func delete(in call: Call) throws -> Reply {
    let exception = try find(in: call)
    call.delete(exception, of: model)
    return .ok(.members(["id": .string(exception.id), "object": .string(model.name), "deleted": true]))
  }

  // MARK: Parts

  /// The exceptions of a schedule, oldest first.
  static func exceptions(of schedule: Record, in call: Call) -> [Record] {
    call.workspace[model].records(in: "office_hours_schedule_id", under: schedule.id)
  }

  private static func schedule(in call: Call) throws -> Record {
    try call.find(OfficeHours.model, parameter: "office_hours_schedule_id")
  }

  private static func find(in call: Call) throws -> Record {
    let (schedule, exception) = (try schedule(in: call), try call.find(model))
    guard exception["office_hours_schedule_id"].string == schedule.id else { throw APIError.notFound(for: model) }
    return exception
  }

  private static func validated(_ body: JSONObject) throws -> JSONObject {
    var body = body
    for name in ["exception_date", "exception_type"] where body[name]?.isNull == true {
      throw OfficeHours.invalid(message: "\(name) can't be blank")
    }
    if let date = body["exception_date"], midnight(of: date.string ?? "") == nil {
      throw OfficeHours.invalid(message: "exception_date must be in YYYY-MM-DD format")
    }
    if let json = body["time_intervals"], !json.isNull {
      body["time_intervals"] = .array(
        try OfficeHoursInterval.parse(json, end: OfficeHoursInterval.minutesPerDay).map(\.json))
    }
    return body
  }

  /// Validates a whole exception: a closed day has no hours, any other day has some, and each day has one exception.
  private static func validate(_ exception: inout Record, schedule: Record, in call: Call) throws {
    if exception["exception_type"] == "closed" {
      exception["time_intervals"] = nil
    } else if (exception["time_intervals"].array ?? []).isEmpty {
      throw OfficeHours.invalid(message: "time_intervals are required for custom_hours")
    }
    let duplicate = exceptions(of: schedule, in: call).first {
      $0.id != exception.id && $0["exception_date"] == exception["exception_date"]
    }
    // Unknown: whether the service refuses a second exception on a day; this is its message for duplicates.
    if duplicate != nil { throw OfficeHours.invalid(message: "Invalid or duplicated record reference") }
  }

  private static func intervals(of exception: Record, in call: Call) -> Node? {
    guard !exception["time_intervals"].isEmpty else { return .null }
    let days = (midnight(of: exception["exception_date"].string ?? "") ?? 0) / 86_400
    // 1 January 1970 was a Thursday.
    let weekday = ((days + 3) % 7 + 7) % 7
    return .json(.array(OfficeHoursInterval.intervals(of: exception).map { $0.shown(day: weekday) }))
  }

  /// The first second of a day in UTC, or nil if the string is not a date.
  private static func midnight(of date: String) -> Int64? {
    date.utf8.count == 10 ? ISO8601.seconds(from: date) : nil
  }
}

/// An opening interval, in minutes since Monday 00:00, or since midnight for an exception.
struct OfficeHoursInterval {
  static let minutesPerDay: Int64 = 1440
  static let minutesPerWeek: Int64 = 10_080

  let start: Int64
  let end: Int64

  /// The intervals of a request. Throws `data_invalid` unless each is on 15-minute boundaries between 0 and `end`.
  ///
  /// Unknown: whether intervals may overlap; here they may.
  static func parse(_ json: JSON, end: Int64) throws -> [OfficeHoursInterval] {
    let items = try json.read(as: .array, orThrow: OfficeHours.invalid(message: "time_intervals must be an array"))
    return try items.map { item in
      guard let first = item["start_minute"]?.integral, let last = item["end_minute"]?.integral else {
        throw OfficeHours.invalid(message: "each of time_intervals must have a start_minute and an end_minute")
      }
      guard first >= 0, last <= end, first < last else {
        throw OfficeHours.invalid(message: "start_minute must come before end_minute, both between 0 and \(end)")
      }
      guard first % 15 == 0, last % 15 == 0 else {
        throw OfficeHours.invalid(message: "start_minute and end_minute must be on a 15-minute boundary")
      }
      return OfficeHoursInterval(start: first, end: last)
    }
  }

  /// The intervals of a record; empty if it has none.
  static func intervals(of record: Record) -> [OfficeHoursInterval] {
    (record["time_intervals"].array ?? []).map {
      OfficeHoursInterval(start: $0["start_minute"]?.integer ?? 0, end: $0["end_minute"]?.integer ?? 0)
    }
  }

  var json: JSON {
    ["start_minute": .integer(start), "end_minute": .integer(end)]
  }

  /// The interval with its day of the week, where Monday is 0.
  func shown(day: Int64) -> JSON {
    ["start_minute": .integer(start), "end_minute": .integer(end), "day_of_week": .integer(day)]
  }
}
