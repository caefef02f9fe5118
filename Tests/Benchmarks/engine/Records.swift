import JSON
@testable import Store

/// The slots that a contact of the fixtures fills with something other than null, a Boolean or an empty container.
private let filledFields = [
  "type", "id", "workspace_id", "external_id", "role", "email", "name", "owner_id", "created_at", "updated_at",
  "signed_up_at", "last_seen_at", "browser", "os", "company_ids",
]

/// The values of a contact; `number` varies which optional fields are present, as in generated data.
private func contactValues(number: Int) -> [Value] {
  contactFields.enumerated().map { slot, name in
    if filledFields.contains(name) { return .json(.integer(Int64(number + slot))) }
    if name == "archived" || name == "has_hard_bounced" { return .json(.boolean(false)) }
    return slot % 7 == number % 7 && slot > 20 ? .json(.integer(1)) : .json(.null)
  }
}

func measureRecordLayout() {
  let schema = Schema(name: "contact", slots: contactFields)
  let count = 20_000
  measureMemory("contact: Record with a shared layout, memory", elements: count) {
    (0..<count).map { Record(schema: schema, values: contactValues(number: $0)).trimmed }
  }
  measureMemory("contact: array of a value for each slot, memory", elements: count) {
    (0..<count).map { contactValues(number: $0) }
  }
  measureMemory("contact: dictionary of the slots that are present and not null, memory", elements: count) {
    (0..<count).map { sparse(contactValues(number: $0)) }
  }
  measureSlots(of: Record(schema: schema, values: contactValues(number: 1)))
}

private func sparse(_ values: [Value]) -> [UInt8: Value] {
  var slots: [UInt8: Value] = [:]
  for (slot, value) in values.enumerated() where !value.isEmpty { slots[UInt8(slot)] = value }
  return slots
}

private func measureSlots(of record: Record) {
  let values = record.schema.slots.indices.map { record[slot: $0] }
  let rounds = 1_000
  let operations = rounds * values.count
  measure("contact: read a slot of a Record", operations: operations) {
    for _ in 0..<rounds { for slot in values.indices { keep(record[slot: slot]) } }
  }
  measure("contact: read a slot of an array", operations: operations) {
    for _ in 0..<rounds { for slot in values.indices { keep(values[slot]) } }
  }
}

func measureLayoutTable() {
  let schema = Schema(name: "contact", slots: contactFields)
  let codes = (0..<7).map { Record(schema: schema, values: contactValues(number: $0)).layout.slotCodes }
  let (layouts, rounds) = (LayoutTable(schema: schema), 10_000)
  measure("layout by its codes, another one than the last", operations: rounds * codes.count) {
    for _ in 0..<rounds { for code in codes { layouts.look(up: code) } }
  }
  measure("layout by its codes, the same as the last", operations: rounds) {
    for _ in 0..<rounds { layouts.look(up: codes[0]) }
  }
}

private final class LayoutTable {
  private var table = RecordLayoutTable()
  private let schema: Schema

  init(schema: Schema) {
    self.schema = schema
  }

  func look(up codes: [UInt8]) {
    keep(table.layout(of: schema, slotCodes: codes.span))
  }
}
