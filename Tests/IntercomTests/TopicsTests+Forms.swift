import API
import HTTPMessage
import JSON
import MockServer
import Store
import Testing
@testable import Intercom

/// Every topic in every version: it is caused by its act, and its item has the recorded or documented members
/// (Documentation.docc/Webhooks.md, "Items" and "Topic names").
extension TopicsTests {
  /// The members of an item, in order.
  enum Form {
    /// These and no others.
    case exactly(String)
    /// These, with others between them.
    case including(String)

    func matches(_ item: JSONObject) -> Bool {
      switch self {
      case .exactly(let names): item.keys == names.split(separator: " ").map(String.init)
      case .including(let names):
        names.split(separator: " ").map(String.init)
          == item.keys.filter { names.split(separator: " ").contains($0[...]) }
      }
    }
  }

  private static let company = """
    type id name app_id plan company_id remote_created_at created_at updated_at last_request_at size website industry \
    monthly_spend session_count user_count custom_attributes tag_ids
    """

  /// The first row whose prefix a topic has is its form.
  private static let forms: KeyValuePairs<String, Form> = [
    "admin.activity": .exactly("type id performed_by metadata created_at activity_type activity_description"),
    "admin.": .exactly(
      """
      type id name email job_title away_mode_enabled away_mode_reassign away_status_reason has_inbox_seat team_ids avatar
      """),
    "article.": .including(
      "id type workspace_id statistics title description body body_markdown author_id state created_at updated_at url"),
    "call.": .including("type id direction"),
    "company.contact.": .exactly("company contact"),
    "company.deleted": .exactly("id type deleted"), "company.": .exactly(company),
    "contact.archived": .exactly("id external_id type archived"),
    "contact.deleted": .exactly("id external_id type deleted"),
    "contact.user.tag": .exactly("type tag contact"), "contact.lead.tag": .exactly("type tag contact"),
    "contact.subscribed": .exactly("type contact subscription_types created_at"),
    "contact.unsubscribed": .exactly("type contact subscription_types created_at"),
    "contact.merged": .including("type id workspace_id external_id role email phone name referrer merged_from"),
    "contact.": .including("type id workspace_id external_id role email phone name custom_attributes tags referrer"),
    "granular.": .exactly("type contact subscription_types created_at"),
    "visitor.": .exactly(
      """
      type id user_id anonymous email phone name pseudonym avatar app_id companies location_data last_request_at \
      created_at remote_created_at signed_up_at updated_at session_count social_profiles owner_id \
      unsubscribed_from_emails marked_email_as_spam has_hard_bounced tags segments custom_attributes referrer \
      utm_campaign utm_content utm_medium utm_source utm_term do_not_track last_seen_ip user_agent_data
      """),
    "event.": .including("type id event_name created_at"),
    "conversation.deleted": .exactly("type conversation_id"),
    "conversation.contact.": .exactly("conversation contact"),
    "conversation": .including(
      "type id created_at updated_at waiting_since source contacts state statistics conversation_parts"),
    "ticket.contact.attached": .exactly("ticket contact"), "ticket.contact.detached": .exactly("ticket contact"),
    "ticket.created": .including("type id ticket_attributes ticket_state ticket_type contacts ticket_parts channel"),
    "ticket.resolved": .including("type id ticket_id ticket_parts open snoozed_until is_shared company_id channel"),
    "ticket.rating": .including("type id ticket_attributes ticket_parts channel rating"),
    "ticket.closed": .including("type id ticket_attributes ticket_parts channel"),
    "ticket.": .exactly("type ticket ticket_part"),
    "content_stat.": .exactly("type created_at content_stat contact"),
    "content_snippet.deleted": .exactly("id type deleted"), "content_snippet.": .including("type id title"),
    "audience.deleted": .exactly("id type deleted"),
    "audience.member": .exactly("type audience_id content"), "audience.": .including("type id name"),
    "content_import_source.deleted": .exactly("id type deleted"),
    "content_import_source.": .including("id type sync_behavior"),
    "data_connector.": .including("type id app_id action_id success http_status completed_at"),
    "job.": .including("type id status"),
    "procedure.": .including("type app_id conversation_id step_id procedure_name callback_url"),
    "api.request": .exactly("type request_id timestamp request authentication response admin"),
  ]

  private static func form(of topic: String, version: APIVersion) -> Form? {
    if topic == "ticket.closed", version >= .v2_15 { return .exactly("ticket") }
    return forms.first { topic.hasPrefix($0.key) }?.value
  }

  @Test(arguments: APIVersion.allCases) func `Each topic of a version is caused by its act`(version: APIVersion) throws
  {
    let fixture = try ServerFixture()
    let url = try #require(AbsoluteURL("http://hooks.example.com/"))
    for topic in Topics.all {
      let act = try #require(TopicAct.all[topic.name], "no act causes \(topic.name)")
      fixture.reset()
      let id = act.setUp(fixture)
      _ = fixture.server.subscribe(
        Server.SubscriptionRequest(url: url, topics: [topic.name], secret: "s", version: version), headCheck: nil,
        in: fixture.session)
      act.perform(fixture, id)
      let sent = fixture.session.webhooks.log
      guard topic.availability.contains(version) else {
        #expect(sent.isEmpty, "\(topic.name) is sent in \(version.name)")
        continue
      }
      #expect(!sent.isEmpty, "\(topic.name) is not sent in \(version.name)")
      for delivery in sent { try check(delivery, of: topic, version: version, in: fixture) }
    }
  }

  private func check(
    _ delivery: WebhookDelivery, of topic: Topic, version: APIVersion, in fixture: ServerFixture
  ) throws {
    let item = delivery.json(format: fixture.server.edge.webhooks)["notification"]?["data"]?["item"]
    let form = try #require(Self.form(of: topic.name, version: version), "no form of \(topic.name)")
    let object = try #require(item?.object, "\(topic.name) in \(version.name)")
    #expect(form.matches(object), "\(topic.name) in \(version.name): \(object.keys)")
  }

  @Test func `Topics have the versions that Intercom documents`() {
    let first: [String: APIVersion] = [
      "admin.activity_log_event.created": .v2_10, "ticket.created": .v2_9, "ticket.contact.attached": .v2_9,
      "ticket.note.created": .v2_9, "ticket.closed": .v2_9, "ticket.resolved": .v2_15,
      "conversation.company.updated": .v2_15, "content_snippet.created": .v2_16, "content_snippet.deleted": .v2_16,
      "data_connector.execution.completed": .v2_16, "conversation.admin.replied.translated": .v2_16,
      "ticket.admin.replied.translated": .v2_16, "contact.archived": .v2_7,
    ]
    for (name, version) in first {
      let topic = Topics.all.first { $0.name == name }
      #expect(APIVersion.allCases.filter { topic?.availability.contains($0) ?? false }.first == version, "\(name)")
    }
  }
}
