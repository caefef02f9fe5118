import API
import JSON
import Store

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
