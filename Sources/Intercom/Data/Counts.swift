import API
import JSON
import Store

/// Counts: how many of everything there are. No description has had them since 2.7; the Ruby, PHP and Node libraries
/// still ask for them. See https://developers.intercom.com/docs/references/2.6/rest-api/counts
enum Counts: Resource {
  static let operations: [Operation] = [
    .get("/counts", "counts", show).beyondDescriptions
  ]

  static let model = Model("count", [])

  private typealias Counter = @Sendable (Call) -> Node

  /// What may be asked for: `type`, and `type/count`.
  private static let counters: KeyValuePairs<String, Counter> = [
    "conversation": conversations, "conversation/admin": { .members(["admin": admins($0)]) },
    "company": { count($0.workspace[Companies.model].count) },
    "company/segment": { call in .members(["segment": segments(call) { companies(in: $0, call) }]) },
    "company/tag": { call in .members(["tag": tags(of: "company", call)]) },
    "company/user": { .members(["user": users($0)]) },
    "user": { count(contacts("user", $0)) },
    "user/segment": { call in .members(["segment": segments(call) { contacts(in: $0, call) }]) },
    "user/tag": { call in .members(["tag": tags(of: "contact", call)]) },
    "lead": { count(contacts("lead", $0)) },
  ]

  // MARK: Behaviour

  /// Unknown: how long lists are cut; here they are whole.
  static func show(_ call: Call) throws -> Reply {
    guard let type = call.query("type"), !type.isEmpty else { return .ok(totals(call)) }
    let asked = call.query("count").map { "\(type)/\($0)" } ?? type
    guard let counter = counters.first(where: { $0.key == asked })?.value else {
      let known = counters.map(\.key).joined(separator: ", ")
      throw APIError.parameterInvalid("there is no count of \(asked); there are \(known)")
    }
    return .ok(.object([Node.Member("type", "count"), Node.Member(type, counter(call))]))
  }

  private static func totals(_ call: Call) -> Node {
    .members([
      "type": "count.hash", "company": count(call.workspace[Companies.model].count),
      "segment": count(call.workspace[Segments.model].count), "tag": count(call.workspace[Tags.model].count),
      "user": count(contacts("user", call)), "lead": count(contacts("lead", call)),
    ])
  }

  private static func count(_ number: Int) -> Node {
    .members(["count": .integer(number)])
  }

  // MARK: Conversations

  /// Snoozed ones are open; only open ones are assigned or not.
  private static func conversations(_ call: Call) -> Node {
    let all = everything(Conversations.model, call)
    let open = all.filter { $0["state"] != "closed" }
    let assigned = open.count {
      ($0["admin_assignee_id"].integer ?? 0) != 0 || ($0["team_assignee_id"].integer ?? 0) != 0
    }
    return .members([
      "assigned": .integer(assigned), "closed": .integer(all.count - open.count), "open": .integer(open.count),
      "unassigned": .integer(open.count - assigned),
    ])
  }

  private static func admins(_ call: Call) -> Node {
    .array(
      call.workspace[Admins.model].all.map { admin in
        let own = call.workspace[Conversations.model].records(in: "admin_assignee_id", under: admin.id)
        let closed = own.count { $0["state"] == "closed" }
        return .members([
          "id": .string(admin.id), "name": .string(admin["name"].string), "open": .integer(own.count - closed),
          "closed": .integer(closed),
        ])
      })
  }

  // MARK: Contacts and companies

  private static func contacts(_ role: String, _ call: Call) -> Int {
    everything(Contacts.model, call).count { $0["role"].string == role && $0["archived"] != true }
  }

  private static func contacts(in segment: String, _ call: Call) -> Int {
    call.workspace[Contacts.model].records(in: "segment_ids", under: segment).count { $0["archived"] != true }
  }

  private static func companies(in segment: String, _ call: Call) -> Int {
    call.workspace[Companies.model].count(in: "segment_ids", under: segment)
  }

  /// A list of objects of one member each: the name, and how many.
  private static func segments(_ call: Call, _ count: (String) -> Int) -> Node {
    .array(call.workspace[Segments.model].all.map { named($0, count($0.id)) })
  }

  private static func tags(of type: String, _ call: Call) -> Node {
    let taggings = call.workspace[Taggings.model]
    return .array(
      call.workspace[Tags.model].all.map { tag in
        named(tag, taggings.records(in: "tag_id", under: tag.id).count { $0["target_type"].string == type })
      })
  }

  private static func users(_ call: Call) -> Node {
    .array(
      call.workspace[Companies.model].all.map { company in
        let users = call.workspace[Contacts.model].records(in: "company_ids", under: company.id)
        return .object([
          Node.Member(company["name"].string ?? "", .integer(users.count { $0["archived"] != true })),
          Node.Member("remote_company_id", .string(company["company_id"].string)),
        ])
      })
  }

  private static func named(_ record: Record, _ count: Int) -> Node {
    .object([Node.Member(record["name"].string ?? "", .integer(count))])
  }

  private static func everything(_ model: Model, _ call: Call) -> [Record] {
    call.workspace[model].records(of: call.workspace[model].select(.everything))
  }
}
