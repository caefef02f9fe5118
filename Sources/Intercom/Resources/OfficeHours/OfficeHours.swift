import API
import HTTPTypes
import JSON
import Store

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
