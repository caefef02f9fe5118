import API
import JSON
import Store

/// Counts of the records of each kind. Absent from the descriptions since 2.7, but the Ruby, PHP and Node client
/// libraries still call the operation. See https://developers.intercom.com/docs/references/2.6/rest-api/counts
enum Counts: Resource {
  static let operations: [Operation] = [
    .get("/counts", id: "counts", slicedHandler: show).undocumented
  ]

  static let model = Model(name: "count", fields: [])

  private typealias Counter = @Sendable (Call) -> SlicedWork<Node>

  /// The supported counts, keyed by the query parameters: `type`, or `type/count`.
  private static let counters: KeyValuePairs<String, Counter> = [
    "conversation": conversations, "conversation/admin": { list(named: "admin", of: admins(in: $0)) },
    "company": { .finished(countNode($0.workspace[Companies.model].count)) },
    "company/segment": { list(named: "segment", of: segments(in: $0, of: Companies.model, index: "segment_ids")) },
    "company/tag": { list(named: "tag", of: tags(of: "company", in: $0)) },
    "company/user": { list(named: "user", of: users(in: $0)) },
    "user": { contactCount(role: "user", in: $0).map(countNode) },
    "user/segment": { list(named: "segment", of: segments(in: $0, of: Contacts.model, index: "in_segment")) },
    "user/tag": { list(named: "tag", of: tags(of: "contact", in: $0)) },
    "lead": { contactCount(role: "lead", in: $0).map(countNode) },
  ]

  // MARK: Behaviour

  /// Returns the count that the `type` and `count` query parameters select, or the workspace totals without `type`.
  ///
  /// Throws `parameter_invalid` for an unknown count.
  /// Unknown: whether the service truncates lists; here they are complete.
  static func show(in call: Call) throws -> SlicedWork<Reply> {
    guard let type = call.queryParameter("type"), !type.isEmpty else { return totals(in: call).map { .ok($0) } }
    let requested = call.queryParameter("count").map { "\(type)/\($0)" } ?? type
    guard let counter = counters.first(where: { $0.key == requested })?.value else {
      let known = counters.map(\.key).joined(separator: ", ")
      throw APIError.parameterInvalid("there is no count of \(requested); there are \(known)")
    }
    return counter(call).map { count in
      .ok(.object([Node.Member(key: "type", value: "count"), Node.Member(key: type, value: count)]))
    }
  }

  private static func totals(in call: Call) -> SlicedWork<Node> {
    counts(of: [contacts(role: "user"), contacts(role: "lead")], among: Contacts.model, in: call).map { counts in
      .members([
        "type": "count.hash", "company": countNode(call.workspace[Companies.model].count),
        "segment": countNode(call.workspace[Segments.model].count), "tag": countNode(call.workspace[Tags.model].count),
        "user": countNode(counts[0]), "lead": countNode(counts[1]),
      ])
    }
  }

  private static func countNode(_ number: Int) -> Node {
    .members(["count": .integer(number)])
  }

  private static func list(named key: String, of nodes: SlicedWork<[Node]>) -> SlicedWork<Node> {
    nodes.map { .object([Node.Member(key: key, value: .array($0))]) }
  }

  /// The numbers of records that match each of the predicates.
  private static func counts(of predicates: [Predicate], among model: Model, in call: Call) -> SlicedWork<[Int]> {
    let collection = call.workspace[model].snapshot
    return .mapping(predicates) { predicate in
      collection.search(for: predicate) { call.workspace }.map(\.count)
    }
  }

  // MARK: Conversations

  private static func isText(_ value: String, at name: String) -> Predicate {
    .column(.named("\(name) of counts"), .text { $0[name].string }, .text(.equals, needle: Array(value.utf8)))
  }

  private static let isAssigned = Predicate.column(
    .named("assignee of counts"),
    .number { conversation in
      ["admin_assignee_id", "team_assignee_id"].contains { (conversation[$0].integer ?? 0) != 0 } ? 1 : nil
    }, .present)

  /// A snoozed conversation counts as open. Only open conversations count as assigned or unassigned.
  private static func conversations(in call: Call) -> SlicedWork<Node> {
    let isClosed = isText("closed", at: "state")
    return counts(
      of: [isClosed, .not(isClosed), .all([.not(isClosed), isAssigned])], among: Conversations.model, in: call
    ).map { counts in
      .members([
        "assigned": .integer(counts[2]), "closed": .integer(counts[0]), "open": .integer(counts[1]),
        "unassigned": .integer(counts[1] - counts[2]),
      ])
    }
  }

  private static func admins(in call: Call) -> SlicedWork<[Node]> {
    let conversations = call.workspace[Conversations.model].snapshot
    return .mapping(call.workspace[Admins.model].all) { admin in
      let own = conversations.rows(in: "admin_assignee_id", under: admin.id)
      return conversations.search(for: .all([.rows(own), isText("closed", at: "state")])) { call.workspace }.map {
        closed in
        .members([
          "id": .string(admin.id), "name": .string(admin["name"].string), "open": .integer(own.count - closed.count),
          "closed": .integer(closed.count),
        ])
      }
    }
  }

  // MARK: Contacts and companies

  private static func contacts(role: String) -> Predicate {
    .all([isText(role, at: "role"), .not(Contacts.isArchived)])
  }

  private static func contactCount(role: String, in call: Call) -> SlicedWork<Int> {
    counts(of: [contacts(role: role)], among: Contacts.model, in: call).map { $0[0] }
  }

  /// A list of objects with one member each: the segment's name and its count.
  private static func segments(in call: Call, of model: Model, index: String) -> SlicedWork<[Node]> {
    .mapping(call.workspace[Segments.model].all) { segment in
      .finished(namedCount(of: segment, count: call.workspace[model].count(in: index, under: segment.id)))
    }
  }

  private static func tags(of type: String, in call: Call) -> SlicedWork<[Node]> {
    let taggings = call.workspace[Taggings.model].snapshot
    return .mapping(call.workspace[Tags.model].all) { tag in
      let own = Predicate.rows(taggings.rows(in: "tag_id", under: tag.id))
      return taggings.search(for: .all([own, isText(type, at: "target_type")])) { call.workspace }.map { rows in
        namedCount(of: tag, count: rows.count)
      }
    }
  }

  private static func users(in call: Call) -> SlicedWork<[Node]> {
    .mapping(call.workspace[Companies.model].all) { company in
      .finished(
        .object([
          Node.Member(
            key: company["name"].string ?? "", value: .integer(Companies.userCount(of: company, in: call.workspace))),
          Node.Member(key: "remote_company_id", value: .string(company["company_id"].string)),
        ]))
    }
  }

  private static func namedCount(of record: Record, count: Int) -> Node {
    .object([Node.Member(key: record["name"].string ?? "", value: .integer(count))])
  }
}
