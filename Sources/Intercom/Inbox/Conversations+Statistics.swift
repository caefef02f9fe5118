import API
import JSON
import Store
import TimeZones

/// The statistics of a conversation. Times are in seconds and never negative.
extension Conversations {
  /// An event that changes the statistics.
  enum StatisticsEvent {
    case contactReply, adminReply, assignment, reopening
    case close(by: Author)
  }

  /// Updates the statistics for an event. The caller stores the conversation.
  static func updateStatistics(
    for event: StatisticsEvent, of conversation: inout Record, at time: Int64, in workspace: Workspace
  ) {
    guard var statistics = conversation["statistics"].record else { return }
    switch event {
    case .contactReply: writeFirstAndLastTime(of: "contact_reply", to: &statistics, at: time)
    case .adminReply: updateReplyTimes(&statistics, of: &conversation, at: time, in: workspace)
    case .assignment:
      writeFirstAndLastTime(of: "assignment", to: &statistics, at: time)
      writeIfEmpty("time_to_assignment", to: &statistics, value: age(of: conversation, at: time))
      add(1, to: "count_assignments", of: &statistics)
    case .reopening: add(1, to: "count_reopens", of: &statistics)
    case .close(let author):
      writeFirstAndLastTime(of: "close", to: &statistics, at: time)
      writeIfEmpty("time_to_first_close", to: &statistics, value: age(of: conversation, at: time))
      statistics["time_to_last_close"] = .integer(age(of: conversation, at: time))
      statistics["last_closed_by_id"] = .integer(Int64(author.id))
    }
    conversation["statistics"] = .record(statistics)
  }

  /// Updates the number of messages: the parts and the first message.
  static func updatePartCount(of conversation: inout Record, in workspace: Workspace) {
    guard var statistics = conversation["statistics"].record else { return }
    let count = TicketConversations.partCount(of: conversation, in: workspace)
    statistics["count_conversation_parts"] = .integer(count + 1)
    conversation["statistics"] = .record(statistics)
  }

  private static func updateReplyTimes(
    _ statistics: inout Record, of conversation: inout Record, at time: Int64, in workspace: Workspace
  ) {
    writeFirstAndLastTime(of: "admin_reply", to: &statistics, at: time)
    writeIfEmpty("time_to_admin_reply", to: &statistics, value: age(of: conversation, at: time))
    if let assigned = statistics["last_assignment_at"].integer,
      statistics["last_assignment_admin_reply_at"].integer ?? .min < assigned
    {
      statistics["last_assignment_admin_reply_at"] = .integer(time)
    }
    if let waiting = conversation["waiting_since"].integer {
      let times = (conversation["reply_times"].array ?? []).compactMap(\.integer) + [max(0, time - waiting)]
      conversation["reply_times"] = .json(.array(times.map(JSON.integer)))
      statistics["median_time_to_reply"] = .integer(median(of: times))
    }
    updateTeamResponseTimes(&statistics, of: conversation, at: time, in: workspace)
  }

  /// Adds the first response time of the assigned team, once per team. Office hours are treated as always open.
  private static func updateTeamResponseTimes(
    _ statistics: inout Record, of conversation: Record, at time: Int64, in workspace: Workspace
  ) {
    guard let team = conversation["team_assignee_id"].integer, team != 0,
      let name = workspace[Teams.model][String(team)]?["name"].string
    else { return }
    for field in ["assigned_team_first_response_time", "assigned_team_first_response_time_in_office_hours"] {
      let known = statistics[field].records
      guard !known.contains(where: { $0["team_id"].integer == team }) else { continue }
      var response = ConversationModels.responseTime.blank()
      response["team_id"] = .integer(team)
      response["team_name"] = .string(name)
      response["response_time"] = .integer(max(0, time - (statistics["last_assignment_at"].integer ?? time)))
      statistics[field] = .records(known + [response])
    }
  }

  /// Writes `first_..._at` once and `last_..._at` every time.
  private static func writeFirstAndLastTime(of name: String, to statistics: inout Record, at time: Int64) {
    writeIfEmpty("first_\(name)_at", to: &statistics, value: time)
    statistics["last_\(name)_at"] = .integer(time)
  }

  private static func writeIfEmpty(_ name: String, to statistics: inout Record, value: Int64) {
    if statistics[name].isEmpty { statistics[name] = .integer(value) }
  }

  private static func add(_ count: Int64, to name: String, of statistics: inout Record) {
    statistics[name] = .integer((statistics[name].integer ?? 0) + count)
  }

  private static func age(of conversation: Record, at time: Int64) -> Int64 {
    max(0, time - (conversation["created_at"].integer ?? time))
  }

  private static func median(of times: [Int64]) -> Int64 {
    let sorted = times.sorted()
    let middle = sorted.count / 2
    if sorted.count % 2 == 1 { return sorted[middle] }
    // The sum may overflow 64 bits, because a fixture may contain any values.
    return Int64(truncatingIfNeeded: (Int128(sorted[middle - 1]) + Int128(sorted[middle])) / 2)
  }
}

/// Handling events: when teammates paused and resumed work on a conversation. Only fixtures define them, because no
/// operation creates them.
enum HandlingEvents {
  static let model = Model(
    name: "handling_event", collection: "handling_events",
    references: [Reference("conversation_id", to: "conversations", onDelete: .cascade), Authors.reference()],
    fields: [
      .derived("teammate", from: teammate), .string("type", oneOf: ["paused", "resumed"]),
      .derived("timestamp", from: timestamp),
      .string("reason", options: .sparse),
      .string("id", options: .hidden), .string("conversation_id", options: [.hidden, .indexed]),
      .timestamp("occurred_at", options: .hidden),
    ] + Authors.fields)

  /// The handling events of a conversation, in chronological order.
  static func list(in call: Call) throws -> Reply {
    let conversation = try Conversations.findConversation(in: call)
    let events = call.workspace[model].records(in: "conversation_id", under: conversation.id)
      .sorted { $1.isNewer(than: $0, by: "occurred_at") }
    return .ok(.members(["handling_events": .records(events)]))
  }

  /// The teammate, with a numeric id.
  private static func teammate(of event: Record, in call: Call) -> Node? {
    var object = Authors.object(for: Authors.author(of: event), in: call)
    object["id"] = .integer(object["id"]?.string.flatMap { Int64($0) } ?? 0)
    return .json(.object(object))
  }

  private static func timestamp(of event: Record, in call: Call) -> Node? {
    .string(ISO8601.string(fromSeconds: event["occurred_at"].integer ?? 0))
  }
}
