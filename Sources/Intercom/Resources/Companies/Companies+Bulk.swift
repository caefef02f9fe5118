import API
import JSON
import Store

/// Bulk jobs of companies (state-machine.md, 4). Members that are not known are ignored here.
extension Companies {
  static func bulkCreate(_ call: Call) throws -> Reply {
    try BulkJobs.run(.companies, call) { _ = try upsert($0, call) }
  }

  static func bulkUpdate(_ call: Call) throws -> Reply {
    try BulkJobs.run(.companies, identified: true, call) { item in
      let company = try changed(try BulkJobs.find(model, item, call), item, call)
      call.workspace[model].replace(company)
    }
  }

  static func bulkDelete(_ call: Call) throws -> Reply {
    try BulkJobs.run(.companies, identified: true, call) { remove(try BulkJobs.find(model, $0, call), call) }
  }

  static func bulkJob(_ call: Call) throws -> Reply {
    try BulkJobs.show(.companies, call)
  }
}
