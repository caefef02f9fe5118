import API
import JSON
import Store

@testable import Intercom

/// What must be true of a workspace at any time, whatever was done to it.
struct Invariants {
  let fixture: ServerFixture

  private func records(of model: Model) -> [Record] { fixture.workspace[model].all }

  /// What is not as it should be, in words.
  func violations() -> [String] {
    referenceViolations() + taggingViolations() + uniquenessViolations() + embeddedListViolations() + listViolations()
      + conversationViolations()
      + ticketViolations() + customObjectViolations() + knowledgeViolations()
  }

  /// Every reference resolves.
  private func referenceViolations() -> [String] {
    ServerFixture.catalogue.models.flatMap { model -> [String] in
      guard let definition = model.definition, let collection = fixture.workspace.collection(named: definition.name)
      else {
        return []
      }
      return collection.all.flatMap { record in
        model.references.flatMap { reference in
          ids(in: record[reference.field]).filter {
            fixture.workspace.collection(named: reference.collection)?[$0] == nil
          }
          .map { "\(model.name) \(record.id): no \(reference.collection) \($0)" }
        }
      }
    }
  }

  private func ids(in value: Value) -> [String] {
    if case .json(.array(let items)) = value { return items.compactMap { $0.string ?? $0.integer.map(String.init) } }
    return value.string.map { [$0] } ?? value.integer.map { [String($0)] } ?? []
  }

  private func taggingViolations() -> [String] {
    records(of: Taggings.model).compactMap { tagging in
      let id = tagging["target_id"].string ?? ""
      let type = tagging["target_type"].string ?? ""
      let collection = type == "company" ? "companies" : type + "s"
      return fixture.workspace.collection(named: collection)?[id] != nil
        ? nil : "tagging \(tagging.id): no \(type) \(id)"
    }
  }

  /// External ids are unique, e-mail addresses among users, tag names and company ids too.
  private func uniquenessViolations() -> [String] {
    let contacts = records(of: Contacts.model)
    return duplicates(of: "external id", in: contacts.compactMap { $0["external_id"].string })
      + duplicates(
        of: "e-mail", in: contacts.filter { $0["role"] == "user" }.compactMap { $0["email"].string?.lowercased() })
      + duplicates(of: "tag", in: records(of: Tags.model).compactMap { $0["name"].string?.lowercased() })
      + duplicates(of: "company id", in: records(of: Companies.model).compactMap { $0["company_id"].string })
  }

  private func duplicates(of what: String, in texts: [String]) -> [String] {
    Dictionary(grouping: texts) { $0 }.filter { $0.value.count > 1 }.keys.map { "\(what) \($0) is there twice" }
  }

  /// The lists inside contacts and companies agree with the lists that are asked for.
  private func embeddedListViolations() -> [String] {
    records(of: Contacts.model).flatMap { record -> [String] in
      let contact = fixture.send(.get, to: "/contacts/\(record.id)").json
      return [("tags", "data"), ("notes", "data"), ("companies", "companies")].compactMap { name, key in
        let list = fixture.send(.get, to: "/contacts/\(record.id)/\(name)?per_page=50").json
        let count = list["total_count"]?.integer ?? Int64(list[key]?.array?.count ?? -1)
        let own = contact[name]
        let shown = own?["data"]?.array?.count ?? -1
        let agrees =
          own?["total_count"] == .integer(count) && shown == min(Int(count), 10)
          && own?["has_more"] == .boolean(count > 10)
        return agrees ? nil : "contact \(record.id): \(name) \(own?.text ?? "-") but \(count)"
      }
    }
      + records(of: Companies.model).compactMap { record in
        let count = fixture.send(.get, to: "/companies/\(record.id)").json["user_count"]
        let contacts = fixture.send(.get, to: "/companies/\(record.id)/contacts").json["total_count"]
        return count == contacts
          ? nil : "company \(record.id): user_count \(count?.text ?? "-"), \(contacts?.text ?? "-")"
      }
  }

  /// Lists and searches find what is there, each once, whichever way one turns the pages.
  private func listViolations() -> [String] {
    let contacts = records(of: Contacts.model).filter { $0["archived"] != true }.map(\.id).sorted()
    let listed = listedIDs(from: "/contacts?per_page=7")
    let searched =
      fixture.send(
        .post, to: "/contacts/search",
        body: ["query": ["operator": "AND", "value": []], "pagination": ["per_page": 150]]
      ).json["data"]?.array?.compactMap { $0["id"]?.string } ?? []
    return (listed.sorted() == contacts ? [] : ["the list of contacts has \(listed.count) of \(contacts.count)"])
      + (searched.sorted() == contacts ? [] : ["the search finds \(searched.count) of \(contacts.count)"])
  }

  private func listedIDs(from path: String) -> [String] {
    var ids: [String] = []
    var next: String? = path
    while let path = next, ids.count < 10_000 {
      let page = fixture.send(.get, to: path).json
      ids += page["data"]?.array?.compactMap { $0["id"]?.string } ?? []
      next = page["pages"]?["next"]?["starting_after"]?.string.map { "/contacts?per_page=7&starting_after=\($0)" }
    }
    return ids
  }
}
