import API
import JSON
import Store

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
