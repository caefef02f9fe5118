import API
import HTTPTypes
import JSON
import Store

extension Behaviour {
  /// Reports on conversations hold those that no contact ever wrote in.
  static let reportsUnansweredConversations = Behaviour("reports hold conversations without a user's reply")
}

/// Reporting data exports: chosen attributes of a dataset, one row for each record of a time span (2.14).
enum ReportingExports: Resource {
  static let operations: [Operation] = [
    .post("/export/reporting_data/enqueue", "enqueueReportingDataExport", enqueue, .since(.v2_14)),
    .get("/export/reporting_data/get_datasets", "listReportingDatasets", datasets, .since(.v2_14)),
    .get("/export/reporting_data/{job_identifier}", "getReportingDataExport", retrieve, .since(.v2_14)),
    .get(
      "/download/reporting_data/{job_identifier}", "downloadReportingDataExport", produces: "application/octet-stream",
      download, .since(.v2_14)),
  ]

  static let model: Model = Model(
    "reporting_data_export", collection: "reporting_data", sequence: "reporting_data_export",
    orders: [ExportJobs.due],
    jobs.fields { job, call in "?app_id=\(Profile.id(call))&job_identifier=\(job.id)" } + [
      .string("dataset_id", .hidden), .array("attribute_ids", .hidden), .timestamp("start_time", .hidden),
      .timestamp("end_time", .hidden), .boolean("includes_unanswered", .hidden, initial: false),
    ])

  static let errands = jobs.errands

  static let agenda = [Agenda.Entry(model.schema, order: ExportJobs.due.name, jobs.advance)]

  private static let jobs: ExportJobs = ExportJobs(
    name: "reporting_export", model: { model }, done: "complete", path: "/download/reporting_data",
    write: ReportingDataset.table)

  private static let limit = 5

  // MARK: Behaviour

  static func enqueue(_ call: Call) throws -> Reply {
    let dataset = try dataset(call)
    let attributes = try attributes(of: dataset, call)
    let (start, end) = (try time("start_time", call), try time("end_time", call))
    guard start <= end else { throw refusal("start_time must not be later than end_time") }
    guard call.workspace[model].all.count(where: ExportJobs.isActive) < limit else {
      throw APIError(
        .tooManyRequests, "rate_limit_exceeded",
        "Exceeded rate limit of \(limit) pending reporting dataset export jobs")
    }
    var job = model.blank()
    job["id"] = .string(nextID(call))
    job["created_at"] = .integer(call.now)
    job["dataset_id"] = .string(dataset.id)
    job["attribute_ids"] = .strings(attributes)
    job["start_time"] = .integer(start)
    job["end_time"] = .integer(end)
    job["includes_unanswered"] = .boolean(call.honours(.reportsUnansweredConversations))
    jobs.begin(job, call)
    return .ok(job)
  }

  static func datasets(_ call: Call) throws -> Reply {
    try Listing.whole().reply(ReportingDataset.all.map(\.node), call)
  }

  /// The path names the job; the query, which names it again, is not looked at.
  static func retrieve(_ call: Call) throws -> Reply {
    let job = try jobs.find(call)
    call.poll(job)
    return .ok(job)
  }

  static func download(_ call: Call) throws -> Reply {
    try jobs.download(call)
  }

  /// `job3`; those of the fixtures are taken.
  private static func nextID(_ call: Call) -> String {
    while true {
      let id = "job\(call.workspace.ids.next(model.sequence, from: 1))"
      if call.workspace[model][id] == nil { return id }
    }
  }

  // MARK: Checking

  private static func refusal(_ message: String) -> APIError {
    APIError(.badRequest, "bad_request", message)
  }

  private static func required(_ name: String, _ call: Call) throws -> JSON {
    guard let json = call.body[name], !json.isNull else { throw refusal("'\(name)' is a required parameter") }
    return json
  }

  private static func dataset(_ call: Call) throws -> ReportingDataset {
    let json = try required("dataset_id", call)
    guard let dataset = ReportingDataset.all.first(where: { $0.id == json.string }) else {
      throw refusal("\(json.string ?? json.text) is not a valid dataset_id")
    }
    return dataset
  }

  /// The ids as they were sent: simple or qualified.
  private static func attributes(of dataset: ReportingDataset, _ call: Call) throws -> [String] {
    let json = try required("attribute_ids", call)
    guard let asked = json.array else {
      throw refusal("'attribute_ids' \(json.string ?? json.text) must be of type Array")
    }
    guard !asked.isEmpty else { throw refusal("attribute_ids must contain at least one attribute_id") }
    let wrong = asked.filter { $0.string.flatMap(dataset.attribute) == nil }
    guard wrong.isEmpty else {
      let names = wrong.map { $0.string ?? $0.text }.joined(separator: ", ")
      throw refusal("attribute_ids invalid for \(dataset.id) dataset: \(names)")
    }
    return asked.compactMap(\.string)
  }

  private static func time(_ name: String, _ call: Call) throws -> Int64 {
    let json = try required(name, call)
    guard let time = json.integral ?? json.string.flatMap({ Int64($0) }), (0..<253_402_300_800).contains(time) else {
      throw refusal("'\(name)' \(json.string ?? json.text) must be of type Integer")
    }
    return time
  }
}

/// What can be reported on: a kind of records and their attributes.
struct ReportingDataset: Sendable {
  /// One column of a report.
  struct Attribute: Sendable {
    let id: String
    let name: String
    let read: @Sendable (Record, Workspace) -> JSON

    init(_ id: String, _ name: String, _ read: @escaping @Sendable (Record, Workspace) -> JSON) {
      self.id = id
      self.name = name
      self.read = read
    }

    /// What a field of the record holds, or of the record in another field of it.
    init(_ id: String, _ name: String, field: String, in outer: String? = nil) {
      self.init(id, name) { record, _ in
        (outer.map { record[$0].record?[field] ?? .absent } ?? record[field]).stored ?? .null
      }
    }
  }

  let id: String
  let name: String
  let description: String
  let model: Model
  /// The attribute that a job's times are about, and the field that holds it.
  let timeAttribute: String
  let timeField: String
  let attributes: [Attribute]

  /// The attribute that a simple or a qualified id names.
  func attribute(_ id: String) -> Attribute? {
    attributes.first { $0.id == id || qualified($0) == id }
  }

  private func qualified(_ attribute: Attribute) -> String {
    "\(id).\(attribute.id)"
  }

  var node: Node {
    .members([
      "id": .string(id), "name": .string(name), "description": .string(description),
      "default_time_attribute_id": .string(timeAttribute),
      "attributes": .array(
        attributes.map {
          .shape(
            "reporting_attribute",
            ["id": .string($0.id), "qualified_id": .string(qualified($0)), "name": .string($0.name)])
        }),
    ])
  }

  /// The report that a job asks for. Unknown: how the service writes it; here as a table under the ids that were asked for.
  static func table(_ job: Record, _ workspace: Workspace) -> String? {
    guard let dataset = all.first(where: { $0.id == job["dataset_id"].string }) else { return nil }
    let ids = job["attribute_ids"].strings
    let columns = ids.compactMap(dataset.attribute)
    let rows = dataset.records(job, workspace).map { record in columns.map { cell($0.read(record, workspace)) } }
    return CSV.text([ids] + rows)
  }

  private func records(_ job: Record, _ workspace: Workspace) -> [Record] {
    let (start, end) = (job["start_time"].integer ?? 0, job["end_time"].integer ?? 0)
    return workspace[model].all.filter { record in
      guard let time = record[timeField].integer, start <= time, time <= end else { return false }
      return model !== Conversations.model || job["includes_unanswered"] == true
        || !record["first_contact_reply"].isEmpty
    }
  }

  private static func cell(_ json: JSON) -> String {
    switch json {
    case .null: ""
    case .array(let items): items.map(cell).joined(separator: ", ")
    default: json.string ?? json.text
    }
  }
}

/// Unknown: the whole of the service's list; these are the records that there are, under the ids it gives its examples.
extension ReportingDataset {
  static let all = [
    ReportingDataset(
      id: "conversation", name: "Conversation", description: "Conversations: their state, channel and assignees",
      model: Conversations.model, timeAttribute: "conversation_started_at", timeField: "created_at",
      attributes: [
        Attribute("conversation_id", "Conversation ID", field: "id"),
        Attribute("conversation_started_at", "Conversation started at", field: "created_at"),
        Attribute("conversation_updated_at", "Conversation updated at", field: "updated_at"),
        Attribute("conversation_state", "Conversation state", field: "state"),
        Attribute("conversation_channel", "Channel", field: "current", in: "channel"),
        Attribute("conversation_priority", "Priority", field: "priority"),
        Attribute("teammate_assigned_id", "Teammate assigned ID", field: "admin_assignee_id"),
        Attribute("teammate_assigned", "Teammate assigned", name(of: Admins.model, "admin_assignee_id")),
        Attribute("team_assigned_id", "Team assigned ID", field: "team_assignee_id"),
        Attribute("team_assigned", "Team assigned", name(of: Teams.model, "team_assignee_id")),
        Attribute("conversation_tags", "Conversation tags", tags),
        Attribute("first_response_time", "First response time", field: "time_to_admin_reply", in: "statistics"),
        Attribute("time_to_first_close", "Time to first close", field: "time_to_first_close", in: "statistics"),
        Attribute("number_of_reopens", "Number of reopens", field: "count_reopens", in: "statistics"),
        Attribute("conversation_rating", "Conversation rating", field: "rating", in: "conversation_rating"),
      ]),
    ReportingDataset(
      id: "ticket", name: "Ticket", description: "Tickets: their type, state and assignees", model: Tickets.model,
      timeAttribute: "ticket_created_at", timeField: "created_at",
      attributes: [
        Attribute("ticket_id", "Ticket ID", field: "id"),
        Attribute("ticket_created_at", "Ticket created at", field: "created_at"),
        Attribute("ticket_updated_at", "Ticket updated at", field: "updated_at"),
        Attribute("ticket_type", "Ticket type", name(of: TicketTypes.model, "ticket_type_id")),
        Attribute("ticket_open", "Open", field: "open"),
      ]),
    ReportingDataset(
      id: "call", name: "Call", description: "Calls: their direction, state and duration", model: Calls.model,
      timeAttribute: "call_created_at", timeField: "created_at",
      attributes: [
        Attribute("call_id", "Call ID", field: "id"),
        Attribute("call_created_at", "Call created at", field: "created_at"),
        Attribute("call_state", "Call state", field: "state"),
        Attribute("call_direction", "Direction", field: "direction"),
        Attribute("call_duration", "Duration", field: "duration"),
        Attribute("call_conversation_id", "Conversation ID", field: "conversation_id"),
      ]),
  ]

  /// The name of the record whose id a field holds.
  private static func name(of model: Model, _ field: String) -> @Sendable (Record, Workspace) -> JSON {
    { record, workspace in
      let id = record[field].string ?? record[field].integer.map(String.init) ?? ""
      return workspace[model][id]?["name"].stored ?? .null
    }
  }

  private static func tags(_ conversation: Record, _ workspace: Workspace) -> JSON {
    .array(
      Taggings.of("conversation", conversation.id, workspace).compactMap {
        workspace[Tags.model][$0["tag_id"].string ?? ""]?["name"].stored
      })
  }
}
