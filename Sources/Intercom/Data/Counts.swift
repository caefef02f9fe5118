import API
import JSON
import Store

/// Counts of the records of each kind. Absent from the descriptions since 2.7, but the Ruby, PHP and Node client
/// libraries still call the operation. See https://developers.intercom.com/docs/references/2.6/rest-api/counts
enum Counts: Resource {
  static let operations: [Operation] = [
    .get("/counts", id: "counts", handler: show).undocumented
  ]

  static let model = Model(name: "count", fields: [])

  private typealias Counter = @Sendable (Call) -> Node

  /// The supported counts, keyed by the query parameters: `type`, or `type/count`.
  private static let counters: KeyValuePairs<String, Counter> = [
    "conversation": conversations, "conversation/admin": { .members(["admin": admins(in: $0)]) },
    "company": { countNode($0.workspace[Companies.model].count) },
    "company/segment": { call in .members(["segment": segments(in: call) { companyCount(segment: $0, in: call) }]) },
    "company/tag": { call in .members(["tag": tags(of: "company", in: call)]) },
    "company/user": { .members(["user": users(in: $0)]) },
    "user": { countNode(contactCount(role: "user", in: $0)) },
    "user/segment": { call in .members(["segment": segments(in: call) { contactCount(segment: $0, in: call) }]) },
    "user/tag": { call in .members(["tag": tags(of: "contact", in: call)]) },
    "lead": { countNode(contactCount(role: "lead", in: $0)) },
  ]

  // MARK: Behaviour

  /// Returns the count that the `type` and `count` query parameters select, or the workspace totals without `type`.
  ///
  /// Throws `parameter_invalid` for an unknown count.
  /// Unknown: whether the service truncates lists; here they are complete.
  static func show(in call: Call) throws -> Reply {
    guard let type = call.queryParameter("type"), !type.isEmpty else { return .ok(totals(in: call)) }
    let requested = call.queryParameter("count").map { "\(type)/\($0)" } ?? type
    guard let counter = counters.first(where: { $0.key == requested })?.value else {
      let known = counters.map(\.key).joined(separator: ", ")
      throw APIError.parameterInvalid("there is no count of \(requested); there are \(known)")
    }
    return .ok(.object([Node.Member(key: "type", value: "count"), Node.Member(key: type, value: counter(call))]))
  }

  private static func totals(in call: Call) -> Node {
    .members([
      "type": "count.hash", "company": countNode(call.workspace[Companies.model].count),
      "segment": countNode(call.workspace[Segments.model].count), "tag": countNode(call.workspace[Tags.model].count),
      "user": countNode(contactCount(role: "user", in: call)), "lead": countNode(contactCount(role: "lead", in: call)),
    ])
  }

  private static func countNode(_ number: Int) -> Node {
    .members(["count": .integer(number)])
  }

  // MARK: Conversations

  /// A snoozed conversation counts as open. Only open conversations count as assigned or unassigned.
  private static func conversations(in call: Call) -> Node {
    let all = records(of: Conversations.model, in: call)
    let open = all.filter { $0["state"] != "closed" }
    let assigned = open.count {
      ($0["admin_assignee_id"].integer ?? 0) != 0 || ($0["team_assignee_id"].integer ?? 0) != 0
    }
    return .members([
      "assigned": .integer(assigned), "closed": .integer(all.count - open.count), "open": .integer(open.count),
      "unassigned": .integer(open.count - assigned),
    ])
  }

  private static func admins(in call: Call) -> Node {
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

  private static func contactCount(role: String, in call: Call) -> Int {
    records(of: Contacts.model, in: call).count { $0["role"].string == role && $0["archived"] != true }
  }

  private static func contactCount(segment: String, in call: Call) -> Int {
    call.workspace[Contacts.model].records(in: "segment_ids", under: segment).count { $0["archived"] != true }
  }

  private static func companyCount(segment: String, in call: Call) -> Int {
    call.workspace[Companies.model].count(in: "segment_ids", under: segment)
  }

  /// A list of objects with one member each: the segment's name and its count.
  private static func segments(in call: Call, _ count: (String) -> Int) -> Node {
    .array(call.workspace[Segments.model].all.map { namedCount(of: $0, count: count($0.id)) })
  }

  private static func tags(of type: String, in call: Call) -> Node {
    let taggings = call.workspace[Taggings.model]
    return .array(
      call.workspace[Tags.model].all.map { tag in
        namedCount(
          of: tag, count: taggings.records(in: "tag_id", under: tag.id).count { $0["target_type"].string == type })
      })
  }

  private static func users(in call: Call) -> Node {
    .array(
      call.workspace[Companies.model].all.map { company in
        let users = call.workspace[Contacts.model].records(in: "company_ids", under: company.id)
        return .object([
          Node.Member(key: company["name"].string ?? "", value: .integer(users.count { $0["archived"] != true })),
          Node.Member(key: "remote_company_id", value: .string(company["company_id"].string)),
        ])
      })
  }

  private static func namedCount(of record: Record, count: Int) -> Node {
    .object([Node.Member(key: record["name"].string ?? "", value: .integer(count))])
  }

  private static func records(of model: Model, in call: Call) -> [Record] {
    call.workspace[model].records(of: call.workspace[model].rows(matching: .everything))
  }
}
