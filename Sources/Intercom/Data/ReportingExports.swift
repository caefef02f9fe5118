import API
import HTTPTypes
import JSON
import Store

/// Reporting data exports: selected attributes of a dataset, one row for each record in a time span (2.14).
enum ReportingExports: Resource {
  static let operations: [Operation] = [
    .post(
      "/export/reporting_data/enqueue", id: "enqueueReportingDataExport", handler: enqueue, available: .since(.v2_14)),
    .get(
      "/export/reporting_data/get_datasets", id: "listReportingDatasets", handler: listDatasets,
      available: .since(.v2_14)),
    .get(
      "/export/reporting_data/{job_identifier}", id: "getReportingDataExport", handler: retrieve,
      available: .since(.v2_14)),
    .get(
      "/download/reporting_data/{job_identifier}", id: "downloadReportingDataExport",
      produces: "application/octet-stream",
      handler: download, available: .since(.v2_14)),
  ]

  static let model: Model = Model(
    name: "reporting_data_export", collection: "reporting_data", sequence: "reporting_data_export",
    orders: [ExportJobs.dueOrder],
    fields: jobs.fields { job, call in "?app_id=\(WorkspaceProfile.id(in: call))&job_identifier=\(job.id)" } + [
      .string("dataset_id", options: .hidden), .array("attribute_ids", options: .hidden),
      .timestamp("start_time", options: .hidden),
      .timestamp("end_time", options: .hidden), .boolean("includes_unanswered", options: .hidden, initial: false),
    ])

  static let deferredTasks = jobs.deferredTasks

  static let agenda = [Agenda.Entry(schema: model.schema, order: ExportJobs.dueOrder.name, action: jobs.advance)]

  private static let jobs: ExportJobs = ExportJobs(
    name: "reporting_export", model: { model }, doneStatus: "complete", path: "/download/reporting_data",
    makeCSV: ReportingDataset.csv)

  private static let maximumPendingJobs = 5

  // MARK: Behaviour

  /// Creates an export job. Throws `rate_limit_exceeded` (429) if five jobs are active already.
  static func enqueue(in call: Call) throws -> Reply {
    let dataset = try dataset(in: call)
    let attributes = try attributeIDs(of: dataset, in: call)
    let (start, end) = (try time("start_time", in: call), try time("end_time", in: call))
    guard start <= end else { throw validationError("start_time must not be later than end_time") }
    guard call.workspace[model].all.count(where: ExportJobs.isActive) < maximumPendingJobs else {
      throw APIError(
        status: .tooManyRequests, code: "rate_limit_exceeded",
        message: "Exceeded rate limit of \(maximumPendingJobs) pending reporting dataset export jobs")
    }
    var job = model.blank()
    job["id"] = .string(nextID(in: call))
    job["created_at"] = .integer(call.now)
    job["dataset_id"] = .string(dataset.id)
    job["attribute_ids"] = .strings(attributes)
    job["start_time"] = .integer(start)
    job["end_time"] = .integer(end)
    job["includes_unanswered"] = .boolean(call.honours(.reportsUnansweredConversations))
    jobs.schedule(job, in: call)
    return .ok(job)
  }

  static func listDatasets(in call: Call) throws -> Reply {
    try Listing.unpaged().reply(with: ReportingDataset.all.map(\.node), in: call)
  }

  /// Returns the job that the path identifies. The `job_identifier` query parameter is ignored.
  static func retrieve(in call: Call) throws -> Reply {
    let job = try jobs.find(in: call)
    call.countPoll(of: job)
    return .ok(job)
  }

  static func download(in call: Call) throws -> Reply {
    try jobs.download(in: call)
  }

  /// The next unused id, such as `job3`; ids of fixtures are skipped.
  private static func nextID(in call: Call) -> String {
    while true {
      let id = "job\(call.workspace.ids.next(in: model.sequence, from: 1))"
      if call.workspace[model][id] == nil { return id }
    }
  }

  // MARK: Checking

  private static func validationError(_ message: String) -> APIError {
    APIError(status: .badRequest, code: "bad_request", message: message)
  }

  private static func missing(_ name: String) -> APIError {
    validationError("'\(name)' is a required parameter")
  }

  private static func dataset(in call: Call) throws -> ReportingDataset {
    let json = try call.body.required("dataset_id", as: .any, missing: missing("dataset_id"))
    guard let dataset = ReportingDataset.all.first(where: { $0.id == json.string }) else {
      throw validationError("\(json.string ?? json.text) is not a valid dataset_id")
    }
    return dataset
  }

  /// The requested attribute ids as sent, simple or qualified.
  ///
  /// Throws `bad_request` if the list is empty or an id is unknown.
  private static func attributeIDs(of dataset: ReportingDataset, in call: Call) throws -> [String] {
    let json = try call.body.required("attribute_ids", as: .any, missing: missing("attribute_ids"))
    let requested = try json.read(
      as: .array, orThrow: validationError("'attribute_ids' \(json.string ?? json.text) must be of type Array"))
    guard !requested.isEmpty else { throw validationError("attribute_ids must contain at least one attribute_id") }
    let unknown = requested.filter { $0.string.flatMap(dataset.attribute) == nil }
    guard unknown.isEmpty else {
      let names = unknown.map { $0.string ?? $0.text }.joined(separator: ", ")
      throw validationError("attribute_ids invalid for \(dataset.id) dataset: \(names)")
    }
    return requested.compactMap(\.string)
  }

  private static func time(_ name: String, in call: Call) throws -> Int64 {
    let json = try call.body.required(name, as: .any, missing: missing(name))
    return try json.read(
      as: .unixTime(), orThrow: validationError("'\(name)' \(json.string ?? json.text) must be of type Integer"))
  }
}

/// A dataset for reports: a kind of record and its attributes.
struct ReportingDataset: Sendable {
  /// One column of a report.
  struct Attribute: Sendable {
    let id: String
    let name: String
    let read: @Sendable (Record, Workspace) -> JSON

    init(id: String, name: String, read: @escaping @Sendable (Record, Workspace) -> JSON) {
      self.id = id
      self.name = name
      self.read = read
    }

    /// Reads a field of the record, or of the record nested in its field `outer`.
    init(id: String, name: String, field: String, in outer: String? = nil) {
      self.init(id: id, name: name) { record, _ in
        (outer.map { record[$0].record?[field] ?? .absent } ?? record[field]).json ?? .null
      }
    }
  }

  let id: String
  let name: String
  let description: String
  let model: Model
  /// The attribute that a job's time span applies to, and its field.
  let timeAttribute: String
  let timeField: String
  let attributes: [Attribute]

  /// Returns the attribute with a simple or a qualified id, or nil if there is none.
  func attribute(withID id: String) -> Attribute? {
    attributes.first { $0.id == id || qualifiedID(of: $0) == id }
  }

  private func qualifiedID(of attribute: Attribute) -> String {
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
            ["id": .string($0.id), "qualified_id": .string(qualifiedID(of: $0)), "name": .string($0.name)])
        }),
    ])
  }

  /// Returns the report of a job as CSV, or nil if its dataset is unknown.
  ///
  /// Unknown: the service's format; here a table whose header holds the requested attribute ids.
  static func csv(for job: Record, in workspace: Workspace) -> String? {
    guard let dataset = all.first(where: { $0.id == job["dataset_id"].string }) else { return nil }
    let ids = job["attribute_ids"].strings
    let columns = ids.compactMap(dataset.attribute)
    let rows = dataset.records(for: job, in: workspace).map { record in
      columns.map { cell(for: $0.read(record, workspace)) }
    }
    return CSV.text(rows: [ids] + rows)
  }

  private func records(for job: Record, in workspace: Workspace) -> [Record] {
    let (start, end) = (job["start_time"].integer ?? 0, job["end_time"].integer ?? 0)
    return workspace[model].all.filter { record in
      guard let time = record[timeField].integer, start <= time, time <= end else { return false }
      return model !== Conversations.model || job["includes_unanswered"] == true
        || !record["first_contact_reply"].isEmpty
    }
  }

  private static func cell(for json: JSON) -> String {
    switch json {
    case .null: ""
    case .array(let items): items.map(cell).joined(separator: ", ")
    default: json.string ?? json.text
    }
  }
}

/// Unknown: the service's full list of datasets and attributes; these cover the stored records, with the ids of the
/// documented examples.
extension ReportingDataset {
  static let all = [
    ReportingDataset(
      id: "conversation", name: "Conversation", description: "Conversations: their state, channel and assignees",
      model: Conversations.model, timeAttribute: "conversation_started_at", timeField: "created_at",
      attributes: [
        Attribute(id: "conversation_id", name: "Conversation ID", field: "id"),
        Attribute(id: "conversation_started_at", name: "Conversation started at", field: "created_at"),
        Attribute(id: "conversation_updated_at", name: "Conversation updated at", field: "updated_at"),
        Attribute(id: "conversation_state", name: "Conversation state", field: "state"),
        Attribute(id: "conversation_channel", name: "Channel", field: "current", in: "channel"),
        Attribute(id: "conversation_priority", name: "Priority", field: "priority"),
        Attribute(id: "teammate_assigned_id", name: "Teammate assigned ID", field: "admin_assignee_id"),
        Attribute(
          id: "teammate_assigned", name: "Teammate assigned",
          read: name(of: Admins.model, referencedBy: "admin_assignee_id")),
        Attribute(id: "team_assigned_id", name: "Team assigned ID", field: "team_assignee_id"),
        Attribute(
          id: "team_assigned", name: "Team assigned", read: name(of: Teams.model, referencedBy: "team_assignee_id")),
        Attribute(id: "conversation_tags", name: "Conversation tags", read: tags),
        Attribute(
          id: "first_response_time", name: "First response time", field: "time_to_admin_reply", in: "statistics"),
        Attribute(
          id: "time_to_first_close", name: "Time to first close", field: "time_to_first_close", in: "statistics"),
        Attribute(id: "number_of_reopens", name: "Number of reopens", field: "count_reopens", in: "statistics"),
        Attribute(id: "conversation_rating", name: "Conversation rating", field: "rating", in: "conversation_rating"),
      ]),
    ReportingDataset(
      id: "ticket", name: "Ticket", description: "Tickets: their type, state and assignees", model: Tickets.model,
      timeAttribute: "ticket_created_at", timeField: "created_at",
      attributes: [
        Attribute(id: "ticket_id", name: "Ticket ID", field: "id"),
        Attribute(id: "ticket_created_at", name: "Ticket created at", field: "created_at"),
        Attribute(id: "ticket_updated_at", name: "Ticket updated at", field: "updated_at"),
        Attribute(
          id: "ticket_type", name: "Ticket type", read: name(of: TicketTypes.model, referencedBy: "ticket_type_id")),
        Attribute(id: "ticket_open", name: "Open", field: "open"),
      ]),
    ReportingDataset(
      id: "call", name: "Call", description: "Calls: their direction, state and duration", model: PhoneCalls.model,
      timeAttribute: "call_created_at", timeField: "created_at",
      attributes: [
        Attribute(id: "call_id", name: "Call ID", field: "id"),
        Attribute(id: "call_created_at", name: "Call created at", field: "created_at"),
        Attribute(id: "call_state", name: "Call state", field: "state"),
        Attribute(id: "call_direction", name: "Direction", field: "direction"),
        Attribute(id: "call_duration", name: "Duration", field: "duration"),
        Attribute(id: "call_conversation_id", name: "Conversation ID", field: "conversation_id"),
      ]),
  ]

  /// A reader of the name of the record that a field refers to.
  private static func name(of model: Model, referencedBy field: String) -> @Sendable (Record, Workspace) -> JSON {
    { record, workspace in
      let id = record[field].string ?? record[field].integer.map(String.init) ?? ""
      return workspace[model][id]?["name"].json ?? .null
    }
  }

  private static func tags(of conversation: Record, in workspace: Workspace) -> JSON {
    .array(
      Taggings.taggings(ofType: "conversation", id: conversation.id, in: workspace).compactMap {
        workspace[Tags.model][$0["tag_id"].string ?? ""]?["name"].json
      })
  }
}
