import API
import JSON
import Store

/// What can be reported on: a kind of records and their attributes.
struct ReportingDataset: Sendable {
  /// One column of a report.
  struct Attribute: Sendable {
    let id: String
    let name: String
    let read: @Sendable (Record, Workspace) -> JSON

    init(_ id: String, _ name: String, _ read: @escaping @Sendable (Record, Workspace) -> JSON) {
      self.id = id
      self.name = name
      self.read = read
    }

    /// What a field of the record holds, or of the record in another field of it.
    init(_ id: String, _ name: String, field: String, in outer: String? = nil) {
      self.init(id, name) { record, _ in
        (outer.map { record[$0].record?[field] ?? .absent } ?? record[field]).stored ?? .null
      }
    }
  }

  let id: String
  let name: String
  let description: String
  let model: Model
  /// The attribute that a job's times are about, and the field that holds it.
  let timeAttribute: String
  let timeField: String
  let attributes: [Attribute]

  /// The attribute that a simple or a qualified id names.
  func attribute(_ id: String) -> Attribute? {
    attributes.first { $0.id == id || qualified($0) == id }
  }

  private func qualified(_ attribute: Attribute) -> String {
    "\(id).\(attribute.id)"
  }

  var node: Node {
    .members([
      "id": .string(id), "name": .string(name), "description": .string(description),
      "default_time_attribute_id": .string(timeAttribute),
      "attributes": .array(
        attributes.map {
          .shape(
            "reporting_attribute",
            ["id": .string($0.id), "qualified_id": .string(qualified($0)), "name": .string($0.name)])
        }),
    ])
  }

  /// The report that a job asks for. Unknown: how the service writes it; here as a table under the ids that were asked for.
  static func table(_ job: Record, _ workspace: Workspace) -> String? {
    guard let dataset = all.first(where: { $0.id == job["dataset_id"].string }) else { return nil }
    let ids = job["attribute_ids"].strings
    let columns = ids.compactMap(dataset.attribute)
    let rows = dataset.records(job, workspace).map { record in columns.map { cell($0.read(record, workspace)) } }
    return CSV.text([ids] + rows)
  }

  private func records(_ job: Record, _ workspace: Workspace) -> [Record] {
    let (start, end) = (job["start_time"].integer ?? 0, job["end_time"].integer ?? 0)
    return workspace[model].all.filter { record in
      guard let time = record[timeField].integer, start <= time, time <= end else { return false }
      return model !== Conversations.model || job["includes_unanswered"] == true
        || !record["first_contact_reply"].isEmpty
    }
  }

  private static func cell(_ json: JSON) -> String {
    switch json {
    case .null: ""
    case .array(let items): items.map(cell).joined(separator: ", ")
    default: json.string ?? json.text
    }
  }
}
