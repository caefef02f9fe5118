import API
import JSON
import Store

@testable import Intercom

extension Ledger {
  /// Custom objects are there once by their external id and are listed, what refers to them shows those that there are;
  /// calls and jobs name what is there.
  func wrongObjects() -> [String] {
    let types = town.workspace[CustomObjectTypes.model].all.compactMap { $0["identifier"].string }
    return types.flatMap(wrongInstances) + wrongReferences() + wrongJobs()
  }

  private func wrongInstances(_ type: String) -> [String] {
    let own = town.workspace[CustomObjectInstances.model].all.filter { $0["type"].string == type }
    let list = town.ask(.get, "/custom_object_instances/\(type)?per_page=150").json
    let listed = list["data"]?.array?.compactMap { $0["id"]?.string } ?? []
    let names = own.compactMap { $0["external_id"].string }
    return (Set(names).count == own.count ? [] : ["an external id of \(type) is there twice"])
      + (list["total_count"] == .integer(Int64(own.count)) && listed.count == min(own.count, 150)
        ? [] : ["the list of \(type) has \(listed.count) of \(own.count)"])
  }

  private func wrongReferences() -> [String] {
    town.workspace[Contacts.model].all.compactMap { contact in
      guard let ids = contact["custom_attributes"].object?["order"]?.array?.compactMap(\.string) else { return nil }
      let there = ids.filter { town.workspace[CustomObjectInstances.model][$0] != nil }
      let shown = town.ask(.get, "/contacts/\(contact.id)").json["custom_attributes"]?["order"]?["instances"]?.array
      return shown?.compactMap { $0["id"]?.string } == there ? nil : "contact \(contact.id) shows other orders"
    }
  }

  /// A job that made something names it, unless that was deleted since.
  private func wrongJobs() -> [String] {
    town.workspace[Jobs.model].all.compactMap { job in
      let shown = town.ask(.get, "/jobs/status/\(job.id)").json
      guard shown["status"] == "success" else { return nil }
      return shown["resource_id"]?.string != nil ? nil : "job \(job.id) made nothing"
    }
  }
}
