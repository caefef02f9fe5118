import API
import HTTPMessage
import JSON
import Store
import TimeZones

/// Makes companies, the contacts that belong to them, and the conversations that these have.
///
/// Everything is drawn from the seed, and times are counted back from the last midnight: the same order gives the same
/// records all day. Ids of contacts and companies are the seed's own; conversations take the next numbers.
final class Generator: Generation {
  let order: GenerationOrder
  let workspace: Workspace
  /// Stands for a request, where the resources want one.
  let call: Call
  /// The last midnight, in seconds.
  let today: Int64
  var dice: Dice
  /// Where ids come from, so that they do not depend on what was diced.
  private var ids: Dice
  /// The teammates who write, own and are assigned.
  let admins: [String]
  var companies: [String] = []
  var contacts: [String] = []
  private var companyCount = 0
  private var contactCount = 0
  private var conversationCount = 0
  var partCount = 0

  static let maker: GenerationOrder.Maker = { Generator($0, $1) }

  init(_ order: GenerationOrder, _ workspace: Workspace) {
    self.order = order
    self.workspace = workspace
    today = workspace.clock.now / 86_400 * 86_400
    dice = Dice(seed: order.seed)
    ids = dice
    admins = workspace[Admins.model].all
      .filter { !($0["email"].string?.hasPrefix("operator+") ?? false) }.map(\.id)
    let plan = VersionPlan(.preview, history: [], models: [])
    let operation = Operation(.post, "/_mock/generate", "generate", { _ in Reply(.ok) })
    call = Call(
      workspace: workspace, operation: operation, plan: plan,
      request: Request(method: .post, target: "/_mock/generate"))
  }

  var made: [(collection: String, count: Int)] {
    [
      ("companies", companyCount), ("contacts", contactCount), ("conversations", conversationCount),
      ("conversation_parts", partCount),
    ]
  }

  func setAside(in ids: inout IDGenerator) {
    let count = order.conversations
    ids.skip(count, in: Conversations.model.sequence, from: 1)
    ids.skip(count * Self.mostParts, in: ConversationParts.model.sequence, from: 1)
    ids.skip(count, in: "message", from: Conversations.firstMessage)
  }

  /// More parts than a conversation ever gets.
  private static let mostParts = 8

  func makeNext() -> Bool {
    if companyCount < order.companies {
      if companyCount == 0 { begin(1) }
      makeCompany(companyCount)
      companyCount += 1
    } else if contactCount < order.contacts {
      if contactCount == 0 { begin(2) }
      makeContact(contactCount)
      contactCount += 1
    } else if conversationCount < order.conversations, !contacts.isEmpty {
      if conversationCount == 0 { begin(3) }
      makeConversation()
      conversationCount += 1
    } else {
      return false
    }
    return true
  }

  /// Each kind has chances of its own: how many there are of one does not change another.
  private func begin(_ kind: UInt64) {
    dice = Dice(seed: order.seed &* 8 &+ kind)
    ids = Dice(seed: order.seed &* 8 &+ kind &+ 4)
  }

  /// A time so many seconds before the last midnight, recent ones more often.
  func past(within days: Int) -> Int64 {
    today - Int64(dice.smallNumber(1...(days * 86_400)))
  }

  /// An id of the seed: its time is fixed, so that it is the same on any day.
  func nextObjectID() -> String {
    ids.objectID(at: 1_700_000_000 + Int64(order.seed % 86_400))
  }

  /// Tells things of one seed from those of another.
  func mark(_ number: Int) -> String {
    "\(order.seed)-\(number + 1)"
  }
}

extension Generator {
  func makeCompany(_ number: Int) {
    var company = Companies.model.blank()
    let (name, kind) = (dice.pick(Vocabulary.companyNames), dice.pick(Vocabulary.companyKinds))
    let created = past(within: 900)
    company["id"] = .string(nextObjectID())
    company["company_id"] = .string("company-\(mark(number))")
    company["name"] = .string("\(name) \(kind)")
    company["created_at"] = .integer(created)
    company["remote_created_at"] = .integer(created - Int64(dice.number(0...86_400)))
    company["updated_at"] = .integer(min(created + Int64(dice.number(0...(90 * 86_400))), today))
    if dice.isLucky(80) { company["last_request_at"] = .integer(max(created, past(within: 30))) }
    company["monthly_spend"] = .integer(dice.isLucky(30) ? 0 : dice.smallNumber(9...4_999))
    company["session_count"] = .integer(dice.smallNumber(0...2_000))
    company["size"] = .integer(dice.smallNumber(1...5_000))
    company["industry"] = .string(dice.pick(Vocabulary.industries))
    company["website"] = .string("https://\(name.lowercased())-\(kind.lowercased())-\(mark(number)).example.com")
    let plan = dice.pick(Vocabulary.plans)
    company["plan"] = .record(
      Companies.plan.record(from: ["type": "plan", "id": .string(plan.0), "name": .string(plan.1)]))
    workspace[Companies.model].insert(company)
    companies.append(company.id)
  }

  func makeContact(_ number: Int) {
    var contact = Contacts.model.blank()
    let (first, last) = (dice.pick(Vocabulary.firstNames), dice.pick(Vocabulary.lastNames))
    let isUser = dice.isLucky(80)
    contact["id"] = .string(nextObjectID())
    contact["role"] = .string(isUser ? "user" : "lead")
    contact["external_id"] = .string(isUser ? "user-\(mark(number))" : "lead-\(mark(number))")
    contact["name"] = .string("\(first) \(last)")
    if isUser || dice.isLucky(60) {
      contact["email"] = .string("\(first).\(last).\(mark(number))@example.com".lowercased())
    }
    if dice.isLucky(40) { contact["phone"] = .string("+1555\(dice.number(1_000_000...9_999_999))") }
    if dice.isLucky(25) { contact["owner_id"] = .string(dice.pickAny(admins)) }
    if dice.isLucky(3) { contact["unsubscribed_from_emails"] = true }
    if dice.isLucky(10) { contact["language_override"] = .string(dice.pick(Vocabulary.languages)) }
    date(&contact, isUser: isUser)
    place(&contact)
    if dice.isLucky(60) { join(&contact) }
    workspace[Contacts.model].insert(contact)
    contacts.append(contact.id)
  }

  private func date(_ contact: inout Record, isUser: Bool) {
    let created = past(within: 700)
    contact["created_at"] = .integer(created)
    contact["updated_at"] = .integer(min(created + Int64(dice.number(0...(60 * 86_400))), today))
    if isUser { contact["signed_up_at"] = .integer(created - Int64(dice.number(0...3_600))) }
    if dice.isLucky(70) { contact["last_seen_at"] = .integer(max(created, past(within: 60))) }
  }

  private func place(_ contact: inout Record) {
    let (place, browser) = (dice.pick(Vocabulary.places), dice.pick(Vocabulary.browsers))
    contact["location"] = .record(
      Contacts.location.record(from: [
        "country": .string(place.country), "region": .string(place.region), "city": .string(place.city),
        "country_code": .string(place.code), "continent_code": .string(place.continent),
      ]))
    contact["browser"] = .string(browser.0)
    contact["browser_version"] = .string(browser.1)
    contact["browser_language"] = .string(dice.pick(Vocabulary.languages))
    contact["os"] = .string(dice.pick(Vocabulary.systems))
  }

  private func join(_ contact: inout Record) {
    guard let first = dice.pickAny(companies) else { return }
    let second = dice.isLucky(12) ? dice.pick(companies) : first
    contact["company_ids"] = .strings(first == second ? [first] : [first, second])
  }
}

extension Generator {
  /// A conversation that goes as most do: a question, perhaps an assignment, answers back and forth, perhaps its end.
  func makeConversation() {
    guard let contact = workspace[Contacts.model][dice.pick(contacts)] else { return }
    let talk = dice.pick(Vocabulary.talks)
    var time = max(contact["created_at"].integer ?? today, past(within: 365))
    var conversation = Conversations.begin(
      Conversations.Beginning(
        author: .contact(contact), contacts: [contact.id], body: talk.question,
        subject: dice.isLucky(30) ? talk.subject : "", time: time), call)
    conversation["title"] = .string(talk.subject)
    conversation["company_id"] = .string(contact["company_ids"].strings.first)
    if dice.isLucky(15) { conversation["priority"] = .string(dice.pick(["low", "medium", "high"])) }
    if let admin = dice.pickAny(admins) {
      converse(talk, contact, admin, &conversation, &time)
      end(&conversation, admin, &time)
    }
    workspace[Conversations.model].insert(conversation)
    Conversations.note("last_replied_at", of: [contact.id], at: lastReply(of: conversation), workspace)
  }

  private func converse(
    _ talk: Vocabulary.Talk, _ contact: Record, _ admin: String, _ conversation: inout Record, _ time: inout Int64
  ) {
    if dice.isLucky(60) { assign(admin, &conversation, &time) }
    if dice.isLucky(20) { append("note", by: .admin(admin), dice.pick(Vocabulary.notes), &conversation, &time) }
    guard dice.isLucky(85) else { return }
    answer(talk.answer, admin, &conversation, &time)
    guard dice.isLucky(50) else { return }
    let follow = dice.pick(Vocabulary.followUps)
    if conversation["waiting_since"].isEmpty { conversation["waiting_since"] = .integer(time) }
    conversation["read"] = false
    append("comment", by: .contact(contact), follow, &conversation, &time)
    Conversations.noteContactReply(&conversation, at: time, workspace)
    if dice.isLucky(60) { answer("You are welcome.", admin, &conversation, &time) }
  }

  private func answer(_ text: String, _ admin: String, _ conversation: inout Record, _ time: inout Int64) {
    append("comment", by: .admin(admin), text, &conversation, &time)
    Conversations.measure(.adminReply, &conversation, at: time, workspace)
    conversation["waiting_since"] = .null
    conversation["read"] = true
  }

  private func assign(_ admin: String, _ conversation: inout Record, _ time: inout Int64) {
    step(&time)
    conversation["admin_assignee_id"] = .integer(Int64(admin) ?? 0)
    Conversations.measure(.assignment, &conversation, at: time, workspace)
    var part = ConversationParts.new("assignment", by: .admin(admin), at: time)
    part["assigned_to"] = .json(["type": "admin", "id": .string(admin)])
    keep(part, &conversation)
  }

  private func end(_ conversation: inout Record, _ admin: String, _ time: inout Int64) {
    switch dice.number(0...99) {
    case ..<50:
      step(&time)
      let part = ConversationParts.new("close", by: .admin(admin), at: time)
      Conversations.close(&conversation, by: .admin(admin), at: time, workspace)
      keep(part, &conversation)
    case ..<58:
      step(&time)
      let until = today + Int64(dice.number(2...10) * 86_400)
      conversation["state"] = "snoozed"
      conversation["snoozed_until"] = .integer(until)
      var part = ConversationParts.new("snoozed", by: .admin(admin), at: time)
      part["event_details"] = .json(["until": "custom", "custom_until_time": .string(ISOTime.text(until))])
      keep(part, &conversation)
    default: break
    }
  }

  private func append(
    _ type: String, by author: Author, _ body: String, _ conversation: inout Record, _ time: inout Int64
  ) {
    step(&time)
    keep(ConversationParts.new(type, by: author, body: body, at: time), &conversation)
  }

  private func keep(_ part: Record, _ conversation: inout Record) {
    ConversationParts.append(part, to: &conversation, workspace)
    partCount += 1
  }

  /// Time passes between parts: minutes, sometimes hours; never beyond now.
  private func step(_ time: inout Int64) {
    time = min(time + Int64(dice.smallNumber(60...20_000)), max(today, time))
  }

  private func lastReply(of conversation: Record) -> Int64 {
    conversation["statistics"].record?["last_contact_reply_at"].integer ?? 0
  }
}

/// Chance, drawn from a seed.
struct Dice {
  private var generator: IDGenerator

  init(seed: UInt64) {
    // Apart from what the workspace draws from the same seed.
    generator = IDGenerator(seed: ~seed)
  }

  /// A number in the range.
  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(generator.random() % UInt64(range.count))
  }

  /// A number in the range, small ones much more often than large ones.
  mutating func smallNumber(_ range: ClosedRange<Int>) -> Int {
    min(number(range), number(range), number(range))
  }

  /// Whether something happens that does so in so many of a hundred cases.
  mutating func isLucky(_ percent: Int) -> Bool {
    number(0...99) < percent
  }

  /// One of the items, which must not be none.
  mutating func pick<Item>(_ items: [Item]) -> Item {
    items[number(0...(items.count - 1))]
  }

  /// One of the items; nil when there is none.
  mutating func pickAny<Item>(_ items: [Item]) -> Item? {
    items.isEmpty ? nil : pick(items)
  }

  mutating func objectID(at seconds: Int64) -> String {
    generator.objectID(at: seconds)
  }
}
