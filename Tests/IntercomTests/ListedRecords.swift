import API
import JSON
import Store
import TestSupport

@testable import Intercom

/// The stored records of a list, which a test adds to, changes and removes without the API.
final class ListedRecords {
  private let fixture: ServerFixture
  private var random: SeededRandom
  /// The collections of the records, the most frequent first.
  private let collections: [RecordCollection]
  /// Members besides the id by which lists identify a record.
  private static let otherKeys = ["event_id", "source_contact_id"]

  /// - Parameters:
  ///   - keys: the keys of the items of a list
  init(keys: [String], fixture: ServerFixture, seed: UInt64) {
    self.fixture = fixture
    random = SeededRandom(seed: seed)
    let all = ServerFixture.catalogue.layout.collections.compactMap { fixture.workspace.collection(named: $0.name) }
    let counted = all.map { collection in
      (collection: collection, count: keys.count { Self.record(of: $0, in: collection) != nil })
    }
    collections = counted.filter { $0.count > 0 }.sorted { $0.count > $1.count }.map(\.collection)
  }

  private static func record(of key: String, in collection: RecordCollection) -> Record? {
    // The conversation of a ticket follows the ticket.
    if let record = collection[key] { return isConversationOfTicket(record, in: collection) ? nil : record }
    let names = otherKeys.filter { collection.definition.schema.slot(named: $0) != nil }
    return names.isEmpty ? nil : collection.all.first { record in names.contains { record[$0].string == key } }
  }

  private static func isConversationOfTicket(_ record: Record, in collection: RecordCollection) -> Bool {
    collection.definition.name == "conversations" && TicketConversations.isTicket(record)
  }

  private func find(_ key: String) -> (collection: RecordCollection, record: Record)? {
    for collection in collections {
      if let record = Self.record(of: key, in: collection) { return (collection, record) }
    }
    return nil
  }

  /// Removes a record.
  func remove(_ key: String) {
    if let found = find(key) { found.collection.remove(id: found.record.id) }
  }

  /// Changes the times of a record, by which most lists are sorted.
  func touch(_ key: String) {
    guard let found = find(key) else { return }
    var record = found.record
    setTimes(of: &record)
    found.collection.replace(record)
  }

  /// Adds a copy of a record with a new id and new times; returns its key. Lists of ids that contain the original get the
  /// copy, too.
  func copy(_ key: String) -> String? {
    guard let found = find(key) else { return nil }
    let (before, id) = (found.record.id, newID(like: found.record.id))
    var record = found.record
    record["id"] = record["id"].integer == nil ? .string(id) : .integer(Int64(id))
    setTimes(of: &record)
    var newKey = id
    for name in Self.otherKeys where record[name].string == key {
      newKey = newID(like: key)
      record[name] = .string(newKey)
    }
    found.collection.insert(record)
    addReferences(to: id, besides: before, of: found.collection.definition.name)
    return newKey
  }

  /// Times within four seconds, so that there are many ties.
  private func setTimes(of record: inout Record) {
    for name in record.schema.slots where name.hasSuffix("_at") && record[name].integer != nil {
      record[name] = .integer(fixture.workspace.clock.now - Int64(random.int(below: 4)))
    }
  }

  /// A number for a number; otherwise a string with other hexadecimal digits at the end.
  private func newID(like id: String) -> String {
    let number = 0x100000 + random.int(below: 0xEF_FFFF)
    return Int64(id) == nil ? id.dropLast(6) + String(number, radix: 16) : String(number)
  }

  /// Adds an id to every list of ids in a record that contains another one.
  private func addReferences(to id: String, besides other: String, of collection: String) {
    for model in ServerFixture.catalogue.models where model.definition != nil {
      let fields = model.references.filter { $0.collections.contains(collection) }.map(\.field)
      guard !fields.isEmpty else { continue }
      for record in fixture.workspace[model].all {
        for field in fields {
          guard let ids = record[field].array, ids.contains(.string(other)) else { continue }
          var changed = record
          changed[field] = .json(.array(ids + [.string(id)]))
          fixture.workspace[model].replace(changed)
        }
      }
    }
  }
}
