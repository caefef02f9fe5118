import API
import JSON
import Store

/// Bulk jobs of companies (state-machine.md, 4). Members that are not known are ignored here.
extension Companies {
  static let errands = [bulkCreation, bulkUpdating, bulkDeletion, deletion]

  static func bulkCreate(_ call: Call) throws -> Reply {
    try BulkJobs.begin(bulkCreation, .companies, call)
  }

  private static let bulkCreation = BulkJobs.errand("bulk_creation", .companies) { item, call in
    _ = try upsert(item, call)
  }

  static func bulkUpdate(_ call: Call) throws -> Reply {
    try BulkJobs.begin(bulkUpdating, .companies, identified: true, call)
  }

  private static let bulkUpdating = BulkJobs.errand("bulk_updating", .companies, identified: true) { item, call in
    let company = try changed(try BulkJobs.find(model, item, call), item, call)
    call.workspace[model].replace(company)
  }

  static func bulkDelete(_ call: Call) throws -> Reply {
    try BulkJobs.begin(bulkDeletion, .companies, identified: true, call)
  }

  private static let bulkDeletion = BulkJobs.errand("bulk_deletion", .companies, identified: true) { item, call in
    remove(try BulkJobs.find(model, item, call), call)
  }

  static func bulkJob(_ call: Call) throws -> Reply {
    try BulkJobs.show(.companies, call)
  }
}
