import API
import JSON
import Store

@testable import Intercom

extension Invariants {
  /// Custom objects are there once by their external id and are listed, what refers to them shows those that there are;
  /// calls and jobs name what is there.
  func customObjectViolations() -> [String] {
    let types = fixture.workspace[CustomObjectTypes.model].all.compactMap { $0["identifier"].string }
    return types.flatMap(instanceViolations) + customObjectReferenceViolations() + jobViolations()
  }

  private func instanceViolations(ofType type: String) -> [String] {
    let own = fixture.workspace[CustomObjectInstances.model].all.filter { $0["type"].string == type }
    let list = fixture.send(.get, to: "/custom_object_instances/\(type)?per_page=150").json
    let listed = list["data"]?.array?.compactMap { $0["id"]?.string } ?? []
    let names = own.compactMap { $0["external_id"].string }
    return (Set(names).count == own.count ? [] : ["an external id of \(type) is there twice"])
      + (list["total_count"] == .integer(Int64(own.count)) && listed.count == min(own.count, 150)
        ? [] : ["the list of \(type) has \(listed.count) of \(own.count)"])
  }

  private func customObjectReferenceViolations() -> [String] {
    fixture.workspace[Contacts.model].all.compactMap { contact in
      guard let ids = contact["custom_attributes"].object?["order"]?.array?.compactMap(\.string) else { return nil }
      let there = ids.filter { fixture.workspace[CustomObjectInstances.model][$0] != nil }
      let shown = fixture.send(.get, to: "/contacts/\(contact.id)").json["custom_attributes"]?["order"]?["instances"]?
        .array
      return shown?.compactMap { $0["id"]?.string } == there ? nil : "contact \(contact.id) shows other orders"
    }
  }

  /// A job that made something names it, unless that was deleted since.
  private func jobViolations() -> [String] {
    fixture.workspace[Jobs.model].all.compactMap { job in
      let shown = fixture.send(.get, to: "/jobs/status/\(job.id)").json
      guard shown["status"] == "success" else { return nil }
      return shown["resource_id"]?.string != nil ? nil : "job \(job.id) made nothing"
    }
  }
}
