import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Office hours: the weekly hours in which a workspace is open, and the days that are exceptions (2.16).
enum OfficeHours: Resource {
  static let operations: [Operation] = [
    .get("/office_hours_schedules", "listOfficeHoursSchedules", list, .since(.v2_16)),
    .post("/office_hours_schedules", "createOfficeHoursSchedule", create, .since(.v2_16)),
    .get("/office_hours_schedules/{id}", "getOfficeHoursSchedule", retrieve, .since(.v2_16)),
    .put("/office_hours_schedules/{id}", "updateOfficeHoursSchedule", update, .since(.v2_16)),
    .delete("/office_hours_schedules/{id}", "deleteOfficeHoursSchedule", delete, .since(.v2_16)),
    .get(exceptions, "listOfficeHoursExceptions", OfficeHoursExceptions.list, .since(.v2_16)),
    .post(exceptions, "createOfficeHoursException", OfficeHoursExceptions.create, .since(.v2_16)),
    .get("\(exceptions)/{id}", "getOfficeHoursException", OfficeHoursExceptions.retrieve, .since(.v2_16)),
    .put("\(exceptions)/{id}", "updateOfficeHoursException", OfficeHoursExceptions.update, .since(.v2_16)),
    .delete("\(exceptions)/{id}", "deleteOfficeHoursException", OfficeHoursExceptions.delete, .since(.v2_16)),
  ]

  private static let exceptions = "/office_hours_schedules/{office_hours_schedule_id}/office_hours_exceptions"

  static let model = Model(
    "office_hours_schedule", collection: "office_hours_schedules", ids: .sequence(from: 1), notFound: notFound,
    [
      .type("office_hours_schedule"), .string("id"), .string("name", [.writable, .required]),
      .string("time_zone_name", [.writable, .required]),
      .array("time_intervals", [.writable, .required], initial: nil).shown(intervals),
      .derived("twenty_four_seven", isAlwaysOpen), .timestamp("created_at"), .timestamp("updated_at"),
    ])

  static let models = [OfficeHoursExceptions.model]

  static let listing = Listing.whole(type: "office_hours_schedule.list")

  static let notFound = Model.NotFound("not_found", "Object not found")

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    let schedule = try refusingAsInvalid { try model.make(from: try checked(call.body), call) }
    call.workspace[model].insert(schedule)
    return Reply(.created, body: .node(.record(schedule)))
  }

  static func update(_ call: Call) throws -> Reply {
    var schedule = try call.find(model)
    try refusingAsInvalid { try model.write(try checked(call.body), to: &schedule, call) }
    call.workspace[model].replace(schedule)
    return .ok(schedule)
  }

  /// Its exceptions go with it.
  static func delete(_ call: Call) throws -> Reply {
    let schedule = try call.find(model)
    for exception in OfficeHoursExceptions.of(schedule, call) {
      call.workspace[OfficeHoursExceptions.model].remove(exception.id)
    }
    call.workspace[model].remove(schedule.id)
    return .ok(.members(["id": .string(schedule.id), "object": .string(model.name), "deleted": true]))
  }

  // MARK: Checking

  /// 422 `data_invalid`. Unknown: the service's wording for anything but a duplicate.
  static func invalid(_ message: String) -> APIError {
    APIError(.unprocessableContent, "data_invalid", message)
  }

  /// What the vocabulary refuses with 400 these operations refuse with 422.
  @discardableResult
  static func refusingAsInvalid<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let error as APIError where error.status == .badRequest {
      throw invalid(error.message ?? "Invalid or duplicated record reference")
    }
  }

  /// The body with its intervals as they are kept.
  private static func checked(_ body: JSONObject) throws -> JSONObject {
    var body = body
    if let name = body["name"], name.string?.allSatisfy(\.isWhitespace) ?? true { throw invalid("name can't be blank") }
    if let zone = body["time_zone_name"], !isZone(zone.string ?? "") {
      throw invalid("time_zone_name is not a valid time zone")
    }
    if let json = body["time_intervals"] {
      body["time_intervals"] = .array(try OfficeHoursInterval.read(json, end: OfficeHoursInterval.week).map(\.stored))
    }
    return body
  }

  /// A machine without a time zone database, as bare images are, takes every name that could be one.
  private static func isZone(_ name: String) -> Bool {
    if (try? Zone(named: name)) != nil { return true }
    guard (try? Zone(named: "Europe/London")) == nil else { return false }
    return name.split(separator: "/").count > 1 && name.allSatisfy { $0.isASCII && !$0.isWhitespace }
  }

  // MARK: Derived

  private static func intervals(_ schedule: Record, _ call: Call) -> Node? {
    .json(.array(OfficeHoursInterval.stored(schedule).map { $0.shown(day: $0.start / OfficeHoursInterval.day) }))
  }

  /// Whether the intervals together cover the week.
  private static func isAlwaysOpen(_ schedule: Record, _ call: Call) -> Node? {
    let sorted = OfficeHoursInterval.stored(schedule).sorted { $0.start < $1.start }
    let end = sorted.reduce(0) { $1.start <= $0 ? max($0, $1.end) : $0 }
    return .boolean(end == OfficeHoursInterval.week)
  }
}

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

/// One open interval: minutes from Monday 00:00, or from midnight for an exception.
struct OfficeHoursInterval {
  /// The minutes of a day and of a week.
  static let day: Int64 = 1440
  static let week: Int64 = 10_080

  let start: Int64
  let end: Int64

  /// The intervals of a request, each on 15-minute boundaries, none beyond `end`.
  ///
  /// Unknown: whether intervals may overlap; here they may.
  static func read(_ json: JSON, end: Int64) throws -> [OfficeHoursInterval] {
    guard let items = json.array else { throw OfficeHours.invalid("time_intervals must be an array") }
    return try items.map { item in
      guard let first = item["start_minute"]?.integral, let last = item["end_minute"]?.integral else {
        throw OfficeHours.invalid("each of time_intervals must have a start_minute and an end_minute")
      }
      guard first >= 0, last <= end, first < last else {
        throw OfficeHours.invalid("start_minute must come before end_minute, both between 0 and \(end)")
      }
      guard first % 15 == 0, last % 15 == 0 else {
        throw OfficeHours.invalid("start_minute and end_minute must be on a 15-minute boundary")
      }
      return OfficeHoursInterval(start: first, end: last)
    }
  }

  /// The intervals of a record; empty when it has none.
  static func stored(_ record: Record) -> [OfficeHoursInterval] {
    (record["time_intervals"].array ?? []).map {
      OfficeHoursInterval(start: $0["start_minute"]?.integer ?? 0, end: $0["end_minute"]?.integer ?? 0)
    }
  }

  var stored: JSON {
    ["start_minute": .integer(start), "end_minute": .integer(end)]
  }

  /// With the day of the week that it falls on, Monday being 0.
  func shown(day: Int64) -> JSON {
    ["start_minute": .integer(start), "end_minute": .integer(end), "day_of_week": .integer(day)]
  }
}
