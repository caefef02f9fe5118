import API
import HTTPMessage
import JSON
import Store
import TimeZones

/// Creates companies, contacts of these companies, and conversations with these contacts.
///
/// All values are derived from the seed, and times are relative to the last midnight: the same request creates the same
/// records during a day. Ids of contacts and companies are derived from the seed; conversations use the next free ids.
final class SampleDataGenerator: RecordGenerator {
  let order: GenerationRequest
  let workspace: Workspace
  /// A substitute for a request, for resources that need a call.
  let call: Call
  /// The last midnight in UTC, in seconds.
  let lastMidnight: Int64
  var random: RandomSource
  /// A separate source of ids, so that ids do not depend on the number of random values drawn.
  private var ids: RandomSource
  /// The ids of the teammates who write, own contacts and are assigned.
  let admins: [String]
  var companies: [String] = []
  var contacts: [String] = []
  private var companyCount = 0
  private var contactCount = 0
  private var conversationCount = 0
  var partCount = 0

  static let generation = RecordGeneration(
    kinds: [
      .init(name: "contacts"), .init(name: "companies"), .init(name: "conversations", requires: "contacts"),
    ],
    collections: ["companies", "contacts", "conversations", "conversation_parts"]
  ) { SampleDataGenerator(order: $0, in: $1) }

  init(order: GenerationRequest, in workspace: Workspace) {
    self.order = order
    self.workspace = workspace
    lastMidnight = workspace.clock.now / 86_400 * 86_400
    random = RandomSource(seed: order.seed)
    ids = random
    admins = workspace[Admins.model].all
      .filter { !($0["email"].string?.hasPrefix("operator+") ?? false) }.map(\.id)
    let plan = VersionPlan(version: .preview, history: [], models: [])
    let operation = Operation(
      method: .post, path: "/_mock/generate", id: "generate", handler: { _ in Reply(status: .ok) })
    call = Call(
      workspace: workspace, operation: operation, plan: plan,
      request: Request(method: .post, target: "/_mock/generate"))
  }

  var generatedCounts: [(collection: String, count: Int)] {
    [
      ("companies", companyCount), ("contacts", contactCount), ("conversations", conversationCount),
      ("conversation_parts", partCount),
    ]
  }

  func reserveIDs(in ids: inout IDGenerator) {
    let count = order.conversations
    ids.skip(count, in: Conversations.model.sequence, from: 1)
    ids.skip(count * Self.maximumParts, in: ConversationParts.model.sequence, from: 1)
    ids.skip(count, in: "message", from: Conversations.firstMessageID)
  }

  /// An upper bound for the number of parts of a conversation.
  private static let maximumParts = 8

  func generateNext() -> Bool {
    if companyCount < order.companies {
      if companyCount == 0 { reseed(forStage: 1) }
      makeCompany(number: companyCount)
      companyCount += 1
    } else if contactCount < order.contacts {
      if contactCount == 0 { reseed(forStage: 2) }
      makeContact(number: contactCount)
      contactCount += 1
    } else if conversationCount < order.conversations, !contacts.isEmpty {
      if conversationCount == 0 { reseed(forStage: 3) }
      makeConversation()
      conversationCount += 1
    } else {
      return false
    }
    return true
  }

  /// Each kind of record has its own random source: the number of records of one kind does not change another kind.
  private func reseed(forStage kind: UInt64) {
    random = RandomSource(seed: order.seed &* 8 &+ kind)
    ids = RandomSource(seed: order.seed &* 8 &+ kind &+ 4)
  }

  /// A random time before the last midnight, in seconds. Recent times are more likely.
  func past(within days: Int) -> Int64 {
    lastMidnight - Int64(random.skewedNumber(in: 1...(days * 86_400)))
  }

  /// An id derived from the seed. Its time is fixed, so that it is the same on any day.
  func nextObjectID() -> String {
    ids.objectID(at: 1_700_000_000 + Int64(order.seed % 86_400))
  }

  /// A suffix that differs between seeds and between records.
  func uniqueSuffix(for number: Int) -> String {
    "\(order.seed)-\(number + 1)"
  }
}

extension GenerationRequest {
  fileprivate var contacts: Int { counts["contacts"] ?? 0 }
  fileprivate var companies: Int { counts["companies"] ?? 0 }
  fileprivate var conversations: Int { counts["conversations"] ?? 0 }
}

extension SampleDataGenerator {
  func makeCompany(number: Int) {
    var company = Companies.model.blank()
    let (name, kind) = (random.pick(from: SampleValues.companyNames), random.pick(from: SampleValues.companyKinds))
    let created = past(within: 900)
    company["id"] = .string(nextObjectID())
    company["company_id"] = .string("company-\(uniqueSuffix(for: number))")
    company["name"] = .string("\(name) \(kind)")
    company["created_at"] = .integer(created)
    company["remote_created_at"] = .integer(created - Int64(random.number(in: 0...86_400)))
    company["updated_at"] = .integer(min(created + Int64(random.number(in: 0...(90 * 86_400))), lastMidnight))
    if random.chance(percent: 80) { company["last_request_at"] = .integer(max(created, past(within: 30))) }
    company["monthly_spend"] = .integer(random.chance(percent: 30) ? 0 : random.skewedNumber(in: 9...4_999))
    company["session_count"] = .integer(random.skewedNumber(in: 0...2_000))
    company["size"] = .integer(random.skewedNumber(in: 1...5_000))
    company["industry"] = .string(random.pick(from: SampleValues.industries))
    company["website"] = .string(
      "https://\(name.lowercased())-\(kind.lowercased())-\(uniqueSuffix(for: number)).example.com")
    let plan = random.pick(from: SampleValues.plans)
    company["plan"] = .record(
      Companies.plan.record(from: ["type": "plan", "id": .string(plan.0), "name": .string(plan.1)]))
    workspace[Companies.model].insert(company)
    companies.append(company.id)
  }

  func makeContact(number: Int) {
    var contact = Contacts.model.blank()
    let (first, last) = (random.pick(from: SampleValues.firstNames), random.pick(from: SampleValues.lastNames))
    let isUser = random.chance(percent: 80)
    contact["id"] = .string(nextObjectID())
    contact["role"] = .string(isUser ? "user" : "lead")
    contact["external_id"] = .string(isUser ? "user-\(uniqueSuffix(for: number))" : ids.uuid())
    contact["name"] = .string("\(first) \(last)")
    if isUser || random.chance(percent: 60) {
      contact["email"] = .string("\(first).\(last).\(uniqueSuffix(for: number))@example.com".lowercased())
    }
    if random.chance(percent: 40) { contact["phone"] = .string("+1555\(random.number(in: 1_000_000...9_999_999))") }
    if random.chance(percent: 25) { contact["owner_id"] = .string(random.pickIfAny(from: admins)) }
    if random.chance(percent: 3) { contact["unsubscribed_from_emails"] = true }
    if random.chance(percent: 10) { contact["language_override"] = .string(random.pick(from: SampleValues.languages)) }
    setDates(of: &contact, isUser: isUser)
    setLocation(of: &contact)
    if random.chance(percent: 60) { setCompanies(of: &contact) }
    workspace[Contacts.model].insert(contact)
    contacts.append(contact.id)
  }

  private func setDates(of contact: inout Record, isUser: Bool) {
    let created = past(within: 700)
    contact["created_at"] = .integer(created)
    contact["updated_at"] = .integer(min(created + Int64(random.number(in: 0...(60 * 86_400))), lastMidnight))
    if isUser { contact["signed_up_at"] = .integer(created - Int64(random.number(in: 0...3_600))) }
    if random.chance(percent: 70) { contact["last_seen_at"] = .integer(max(created, past(within: 60))) }
  }

  private func setLocation(of contact: inout Record) {
    let (location, browser) = (random.pick(from: SampleValues.places), random.pick(from: SampleValues.browsers))
    contact["location"] = .record(
      Contacts.location.record(from: [
        "country": .string(location.country), "region": .string(location.region), "city": .string(location.city),
        "country_code": .string(location.code), "continent_code": .string(location.continent),
      ]))
    contact["browser"] = .string(browser.0)
    contact["browser_version"] = .string(browser.1)
    contact["browser_language"] = .string(random.pick(from: SampleValues.languages))
    contact["os"] = .string(random.pick(from: SampleValues.operatingSystems))
  }

  private func setCompanies(of contact: inout Record) {
    guard let first = random.pickIfAny(from: companies) else { return }
    let second = random.chance(percent: 12) ? random.pick(from: companies) : first
    contact["company_ids"] = .strings(first == second ? [first] : [first, second])
  }
}

extension SampleDataGenerator {
  /// A typical conversation: a question, possibly an assignment, replies of both sides, possibly closed or snoozed.
  func makeConversation() {
    guard let contact = workspace[Contacts.model][random.pick(from: contacts)] else { return }
    let dialogue = random.pick(from: SampleValues.dialogues)
    var time = max(contact["created_at"].integer ?? lastMidnight, past(within: 365))
    var conversation = Conversations.makeConversation(
      from: Conversations.InitialMessage(
        author: .contact(contact), contacts: [contact.id], body: dialogue.question,
        subject: random.chance(percent: 30) ? dialogue.subject : "", time: time), in: call)
    conversation["title"] = .string(dialogue.subject)
    conversation["company_id"] = .string(contact["company_ids"].strings.first)
    if random.chance(percent: 15) { conversation["priority"] = .string(random.pick(from: ["low", "medium", "high"])) }
    if let admin = random.pickIfAny(from: admins) {
      addDialogue(dialogue, contact: contact, admin: admin, to: &conversation, time: &time)
      closeOrSnooze(&conversation, by: admin, time: &time)
    }
    workspace[Conversations.model].insert(conversation)
    Conversations.recordContactTime("last_replied_at", of: [contact.id], at: lastReply(of: conversation), in: workspace)
  }

  private func addDialogue(
    _ talk: SampleValues.Dialogue, contact: Record, admin: String, to conversation: inout Record, time: inout Int64
  ) {
    if random.chance(percent: 60) { assign(to: admin, conversation: &conversation, time: &time) }
    if random.chance(percent: 20) {
      append(
        type: "note", by: .admin(admin), body: random.pick(from: SampleValues.notes), to: &conversation, time: &time)
    }
    guard random.chance(percent: 85) else { return }
    addReply(talk.answer, by: admin, to: &conversation, time: &time)
    guard random.chance(percent: 50) else { return }
    let followUp = random.pick(from: SampleValues.followUps)
    if conversation["waiting_since"].isEmpty { conversation["waiting_since"] = .integer(time) }
    conversation["read"] = false
    append(type: "comment", by: .contact(contact), body: followUp, to: &conversation, time: &time)
    Conversations.recordContactReply(to: &conversation, at: time, in: workspace)
    if random.chance(percent: 60) { addReply("You are welcome.", by: admin, to: &conversation, time: &time) }
  }

  private func addReply(_ text: String, by admin: String, to conversation: inout Record, time: inout Int64) {
    append(type: "comment", by: .admin(admin), body: text, to: &conversation, time: &time)
    Conversations.updateStatistics(for: .adminReply, of: &conversation, at: time, in: workspace)
    conversation["waiting_since"] = .null
    conversation["read"] = true
  }

  private func assign(to admin: String, conversation: inout Record, time: inout Int64) {
    advance(&time)
    conversation["admin_assignee_id"] = .integer(Int64(admin) ?? 0)
    Conversations.updateStatistics(for: .assignment, of: &conversation, at: time, in: workspace)
    var part = ConversationParts.makePart(type: "assignment", by: .admin(admin), at: time)
    part["assigned_to"] = .json(["type": "admin", "id": .string(admin)])
    append(part, to: &conversation)
  }

  private func closeOrSnooze(_ conversation: inout Record, by admin: String, time: inout Int64) {
    switch random.number(in: 0...99) {
    case ..<50:
      advance(&time)
      append(Conversations.close(&conversation, by: .admin(admin), at: time, in: workspace), to: &conversation)
    case ..<58:
      advance(&time)
      let until = lastMidnight + Int64(random.number(in: 2...10) * 86_400)
      append(Conversations.snooze(&conversation, until: until, by: .admin(admin), at: time), to: &conversation)
    default: break
    }
  }

  private func append(
    type: String, by author: Author, body: String, to conversation: inout Record, time: inout Int64
  ) {
    advance(&time)
    append(ConversationParts.makePart(type: type, by: author, body: body, at: time), to: &conversation)
  }

  private func append(_ part: Record, to conversation: inout Record) {
    ConversationParts.append(part, to: &conversation, in: workspace)
    partCount += 1
  }

  /// Adds a random time, from minutes to hours; the result is not after the last midnight.
  private func advance(_ time: inout Int64) {
    time = min(time + Int64(random.skewedNumber(in: 60...20_000)), max(lastMidnight, time))
  }

  private func lastReply(of conversation: Record) -> Int64 {
    conversation["statistics"].record?["last_contact_reply_at"].integer ?? 0
  }
}

/// A random number generator with a seed.
struct RandomSource {
  private var generator: IDGenerator

  init(seed: UInt64) {
    // A different sequence from that of the workspace, which has the same seed.
    generator = IDGenerator(seed: ~seed)
  }

  /// A uniformly distributed number in the range.
  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(generator.random() % UInt64(range.count))
  }

  /// A number in the range. Small numbers are much more likely than large ones.
  mutating func skewedNumber(in range: ClosedRange<Int>) -> Int {
    min(number(in: range), number(in: range), number(in: range))
  }

  /// Returns true with a probability in percent.
  mutating func chance(percent: Int) -> Bool {
    number(in: 0...99) < percent
  }

  /// A random item. Traps if the array is empty.
  mutating func pick<Item>(from items: [Item]) -> Item {
    items[number(in: 0...(items.count - 1))]
  }

  /// A random item; nil if the array is empty.
  mutating func pickIfAny<Item>(from items: [Item]) -> Item? {
    items.isEmpty ? nil : pick(from: items)
  }

  mutating func objectID(at seconds: Int64) -> String {
    generator.objectID(at: seconds)
  }

  mutating func uuid() -> String {
    generator.uuid()
  }
}
