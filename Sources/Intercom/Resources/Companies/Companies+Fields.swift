import API
import JSON
import Store

extension Companies {
  /// In the order that was recorded; where `size`, `website` and `industry` stand is unknown.
  static let fields: [Field] = [
    .type("company"),
    .string("company_id", .indexed),
    .string("id"),
    .written("app_id", Profile.writeID),
    // Never null: a client library stops at it (clients.md). Unknown: the name of a company that was given none.
    .string("name", [.writable, .indexed], initial: ""),
    .timestamp("remote_created_at", [.writable, .sparse]),
    .timestamp("created_at", .ordered),
    .timestamp("updated_at"),
    .timestamp("last_request_at", .sparse),
    .integer("monthly_spend", .writable, initial: 0),
    .integer("session_count", initial: 0),
    .written("user_count", writeUserCount),
    .integer("size", [.writable, .sparse]),
    .string("website", [.writable, .sparse]),
    .string("industry", [.writable, .sparse]),
    .derived("tags", tags),
    .derived("segments", segmentList),
    .derived("notes", CompanyNotes.list),
    .model("plan", plan, initial: [:]),
    .object("custom_attributes"),
    .array("segment_ids", [.hidden, .indexed]),
  ]

  /// An empty object while a company has no plan.
  static let plan = Model(
    "company_plan", [.string("type", .sparse), .string("id", .sparse), .string("name", .sparse)])

  /// The companies on a plan, by its name.
  static let planIndex = CollectionDefinition.Index("plan") { company in
    company["plan"].record?["name"].string.map { [$0] } ?? []
  }

  private static let list = EmbeddedList(type: "company", entryPath: "/companies/", listPath: "/companies")

  /// The `companies` of a contact.
  static func writeList(_ contact: Record, _ call: Call, _ writer: inout JSONWriter) {
    list.write(contact[slot: Contacts.companiesSlot].strings, of: contact.id, &writer)
  }

  /// How many contacts lists show of a company. Recorded: the service counts some time after an attachment.
  static func userCount(of company: Record, _ workspace: Workspace) -> Int {
    workspace[Contacts.model].count(in: "member_of", under: company.id)
  }

  private static func writeUserCount(_ company: Record, _ call: Call, _ writer: inout JSONWriter) {
    writer.write(integer: Int64(userCount(of: company, call.workspace)))
  }

  private static func tags(of company: Record, _ call: Call) -> Node? {
    let taggings = Taggings.of("company", company.id, call.workspace)
    let tags = taggings.compactMap { $0["tag_id"].string.flatMap { call.workspace[Tags.model][$0] } }
    return .members(["type": "tag.list", "tags": .records(tags)])
  }

  private static func segmentList(of company: Record, _ call: Call) -> Node? {
    .members(["type": "segment.list", "segments": .records(segments(of: company, call))])
  }
}
