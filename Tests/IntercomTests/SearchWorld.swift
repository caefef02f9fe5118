import API
import JSON
import Store
import TestSupport

@testable import Intercom

/// The default fixtures with added records in the searched collections, whose members have unusual values: null, empty,
/// upper case, characters in several compositions, the limits of integers.
///
/// The values come from the models, so that a new field gets values without an addition here.
struct SearchWorld {
  static let strings = [
    "", "UPPER lower", "upper LOWER", "12", "012", "0x1F", "null", "Ünïcödé", "u\u{308}ni\u{EF}", "ΣΊΣΥΦΟΣ", "İstanbul",
    "🦜 Parrot", " a b ", "true",
    "9007199254740993", "%_*", "a\"b\\c",
  ]
  static let integers: [Int64] = [0, 1, -1, 7, 1 << 53, -(1 << 53), (1 << 53) - 1, 1001, 2002]
  static let largeIntegers: [Int64] = [(1 << 53) + 1, (1 << 53) + 2, .max, .max - 1, .min, .min + 1, 12]
  static let decimals: [JSON] = [0, -0.5, 5.0, 1e300, 2.5, 9_007_199_254_740_993, 1e-9, -7]
  static let times: [Int64] = [0, 1, 86_399, 86_400, 1_709_251_200, 1_709_251_201, 1_717_200_000, 253_402_300_799]
  private static let copies = 24

  let fixture: ServerFixture

  init() throws {
    fixture = try ServerFixture()
    for number in 0..<Self.copies {
      addContact(number)
      addCompany(number)
      addTicket(number)
      addConversation(number)
    }
  }

  // MARK: Records

  private func addContact(_ number: Int) {
    var contact = record(of: Contacts.model, number: number)
    // Every two ids differ only in case.
    let digits = String(0xABC0 + number / 2, radix: 16)
    contact["id"] = .string("65f1a00100000000dead" + (number.isMultiple(of: 2) ? digits : digits.uppercased()))
    contact["role"] = number.isMultiple(of: 3) ? "lead" : "user"
    contact["archived"] = .boolean(number == 5)
    contact["owner_id"] = [.null, "1001", "1002", "007", "x1"][number % 5]
    contact["company_ids"] = .strings(["65f1b00100000000beef\(1000 + number)"])
    contact["segment_ids"] = .strings(number.isMultiple(of: 4) ? ["65f1c00200000000000000c2"] : [])
    contact["custom_attributes"] = .json(
      .object(
        attributes(
          number: number,
          types: [
            "plan": "string", "seats": "integer", "score": "float", "is_champion": "boolean", "trial_ends_at": "date",
            "last_onboarding_call": "datetime", "undefined": "any", "order": "references",
          ])))
    fixture.workspace[Contacts.model].insert(contact)
    tag(type: "contact", id: contact.id, number: number)
  }

  private func addCompany(_ number: Int) {
    var company = record(of: Companies.model, number: number)
    company["id"] = .string("65f1b00100000000beef\(1000 + number)")
    let key = ["acme", "ACME", "Acme-\(number)", "12", "éa", "ÉA"][number % 6] + (number < 6 ? "" : "x\(number)")
    company["company_id"] = .string(key)
    company["custom_attributes"] = .json(
      .object(
        attributes(number: number, types: ["tier": "string", "employees_in_emea": "integer", "undefined": "any"])))
    fixture.workspace[Companies.model].insert(company)
    tag(type: "company", id: company.id, number: number)
  }

  private func addTicket(_ number: Int) {
    let workspace = fixture.workspace
    var ticket = record(of: Tickets.model, number: number)
    ticket["id"] = .string(String(5000 + number))
    ticket["ticket_id"] = .string(String(900 + number))
    let types = workspace[TicketTypes.model].all.map(\.id)
    ticket["ticket_type_id"] = .string(types[number % types.count])
    let states = workspace[TicketStates.model].all.map(\.id)
    ticket["ticket_state_id"] = number == 8 ? "no such state" : .string(states[number % states.count])
    ticket["contact_ids"] = .strings(number.isMultiple(of: 3) ? [] : contactIDs(number: number))
    ticket["admin_assignee_id"] = [0, 1001, 1002, 1003][number % 4]
    ticket["team_assignee_id"] = [0, 2001, 2002][number % 3]
    ticket["snoozed_until"] = number.isMultiple(of: 5) ? .integer(1_800_000_000) : .absent
    var values = JSONObject()
    for attribute in workspace[TicketTypeAttributes.model].all
    where attribute["ticket_type_id"].integer.map(String.init) == ticket["ticket_type_id"].string {
      let type = attribute["data_type"].string ?? ""
      values[attribute["name"].string ?? ""] =
        type == "list" ? ["high", .null][number % 2] : value(ofType: type, number: number)
    }
    ticket["ticket_attributes"] = .json(.object(values))
    workspace[Tickets.model].insert(ticket)
  }

  private func addConversation(_ number: Int) {
    var conversation = record(of: Conversations.model, number: number)
    conversation["id"] = .string(number == 3 ? "5A" : number == 4 ? "5a" : String(7000 + number))
    conversation["is_ticket"] = .absent
    conversation["contact_ids"] = .strings(number.isMultiple(of: 3) ? [] : contactIDs(number: number))
    conversation["teammate_ids"] = .strings(number.isMultiple(of: 2) ? ["1001", "1002"] : [])
    conversation["admin_assignee_id"] = [0, 1001, 1002, .null][number % 4]
    conversation["team_assignee_id"] = [0, 2001, .null][number % 3]
    for (name, member) in [("linked_ids", Value.strings([String]())), ("company_id", .null), ("brand_id", .null)] {
      conversation[name] = member
    }
    if var source = conversation["source"].record {
      source["type"] = .string(["conversation", "unknown", "email", "sms"][number % 4])
      let authors: [(String, String)] = [
        ("bot", "1001"), ("admin", "1001"), ("user", contactIDs(number: number)[0]), ("team", "2001"), ("user", "gone"),
        ("admin", "gone"), ("lead", contactIDs(number: number + 1)[0]), ("team", "1001"),
      ]
      let author = authors[number % authors.count]
      Authors.write(Author(type: author.0, id: author.1), to: &source)
      conversation["source"] = .record(source)
    }
    if var agent = conversation["ai_agent"].record {
      let states = [
        "escalated", "procedure_handoff", "negative_feedback", "routed_to_team", "abandoned", "confirmed_resolution",
      ]
      agent["resolution_state"] = number == 12 ? .null : .string(states[number % states.count])
      conversation["ai_agent"] = .record(agent)
    }
    fixture.workspace[Conversations.model].insert(conversation)
    tag(type: "conversation", id: conversation.id, number: number)
  }

  private func contactIDs(number: Int) -> [String] {
    let all = [
      "65f1a00100000000000000a1", "65f1a00100000000000000a2", "65f1a00100000000deadabc0", "65f1a00100000000deadabc1",
    ]
    return [all[number % 4], all[(number + 1) % 4]]
  }

  private func tag(type: String, id: String, number: Int) {
    guard number.isMultiple(of: 3), let admin = fixture.workspace[Admins.model].all.first else { return }
    var tagging = Taggings.model.blank()
    tagging.set([
      "id": .json(fixture.workspace.nextID(for: Taggings.model)),
      "tag_id": .string(number.isMultiple(of: 2) ? "3001" : "3002"),
      "target_type": .string(type), "target_id": .string(id), "admin_id": .string(admin.id),
    ])
    fixture.workspace[Taggings.model].insert(tagging)
  }

  // MARK: Values

  /// A record whose stored members have the values of a number. Other numbers have other values.
  private func record(of model: Model, number: Int) -> Record {
    var record = model.blank()
    for (index, field) in model.fields.enumerated() where field.isStored && field.name != "id" {
      guard let value = value(of: field, number: number + 3 * index) else { continue }
      record[field.name] = value
    }
    return record
  }

  /// The value of a number in a field; nil for the initial value.
  private func value(of field: Field, number: Int) -> Value? {
    let isNull = number % 6 == 5 && field.initial == nil
    switch field.kind {
    case .string where !field.oneOf.isEmpty: return .string(field.oneOf[number % field.oneOf.count])
    case .string: return isNull ? .null : .string(Self.strings[number % Self.strings.count])
    case .integer: return isNull ? .null : .integer(Self.integers[number % Self.integers.count])
    case .number: return isNull ? .null : .json(Self.decimals[number % Self.decimals.count])
    case .timestamp:
      return isNull && !field.options.contains(.ordered) ? .null : .integer(Self.times[number % Self.times.count])
    case .boolean: return isNull ? .null : .boolean(number.isMultiple(of: 2))
    case .model(let inner): return isNull ? nil : .record(record(of: inner, number: number))
    default: return nil
    }
  }

  private func attributes(number: Int, types: KeyValuePairs<String, String>) -> JSONObject {
    JSONObject(
      types.enumerated().compactMap { index, attribute in
        let value = value(ofType: attribute.value, number: number + index)
        return value.isNull && number.isMultiple(of: 2) ? nil : (attribute.key, value)
      })
  }

  private func value(ofType type: String, number: Int) -> JSON {
    if number % 6 == 5 { return .null }
    switch type {
    case "string": return .string(Self.strings[number % Self.strings.count])
    case "integer": return .integer(Self.largeIntegers[number % Self.largeIntegers.count])
    case "float", "decimal": return Self.decimals[number % Self.decimals.count]
    case "boolean": return .boolean(number.isMultiple(of: 2))
    case "date", "datetime": return .integer(Self.times[number % Self.times.count])
    case "references": return [["21"], ["21", "22"], []][number % 3]
    case "files": return []
    default: return [true, "Text", "12", 12, 5.0, 9_007_199_254_740_993][number % 6]
    }
  }
}
