import API
import JSON
import Store

extension Generator {
  func makeCompany(_ number: Int) {
    var company = Companies.model.blank()
    let (name, kind) = (dice.pick(Vocabulary.companyNames), dice.pick(Vocabulary.companyKinds))
    let created = past(within: 900)
    company["id"] = .string(nextObjectID())
    company["company_id"] = .string("company-\(mark(number))")
    company["name"] = .string("\(name) \(kind)")
    company["created_at"] = .integer(created)
    company["remote_created_at"] = .integer(created - Int64(dice.number(0...86_400)))
    company["updated_at"] = .integer(min(created + Int64(dice.number(0...(90 * 86_400))), today))
    if dice.isLucky(80) { company["last_request_at"] = .integer(max(created, past(within: 30))) }
    company["monthly_spend"] = .integer(dice.isLucky(30) ? 0 : dice.smallNumber(9...4_999))
    company["session_count"] = .integer(dice.smallNumber(0...2_000))
    company["size"] = .integer(dice.smallNumber(1...5_000))
    company["industry"] = .string(dice.pick(Vocabulary.industries))
    company["website"] = .string("https://\(name.lowercased())-\(kind.lowercased())-\(mark(number)).example.com")
    let plan = dice.pick(Vocabulary.plans)
    company["plan"] = .record(
      Companies.plan.record(from: ["type": "plan", "id": .string(plan.0), "name": .string(plan.1)]))
    workspace[Companies.model].insert(company)
    companies.append(company.id)
  }

  func makeContact(_ number: Int) {
    var contact = Contacts.model.blank()
    let (first, last) = (dice.pick(Vocabulary.firstNames), dice.pick(Vocabulary.lastNames))
    let isUser = dice.isLucky(80)
    contact["id"] = .string(nextObjectID())
    contact["role"] = .string(isUser ? "user" : "lead")
    contact["external_id"] = .string(isUser ? "user-\(mark(number))" : "lead-\(mark(number))")
    contact["name"] = .string("\(first) \(last)")
    if isUser || dice.isLucky(60) {
      contact["email"] = .string("\(first).\(last).\(mark(number))@example.com".lowercased())
    }
    if dice.isLucky(40) { contact["phone"] = .string("+1555\(dice.number(1_000_000...9_999_999))") }
    if dice.isLucky(25) { contact["owner_id"] = .string(dice.pickAny(admins)) }
    if dice.isLucky(3) { contact["unsubscribed_from_emails"] = true }
    if dice.isLucky(10) { contact["language_override"] = .string(dice.pick(Vocabulary.languages)) }
    date(&contact, isUser: isUser)
    place(&contact)
    if dice.isLucky(60) { join(&contact) }
    workspace[Contacts.model].insert(contact)
    contacts.append(contact.id)
  }

  private func date(_ contact: inout Record, isUser: Bool) {
    let created = past(within: 700)
    contact["created_at"] = .integer(created)
    contact["updated_at"] = .integer(min(created + Int64(dice.number(0...(60 * 86_400))), today))
    if isUser { contact["signed_up_at"] = .integer(created - Int64(dice.number(0...3_600))) }
    if dice.isLucky(70) { contact["last_seen_at"] = .integer(max(created, past(within: 60))) }
  }

  private func place(_ contact: inout Record) {
    let (place, browser) = (dice.pick(Vocabulary.places), dice.pick(Vocabulary.browsers))
    contact["location"] = .record(
      Contacts.location.record(from: [
        "country": .string(place.country), "region": .string(place.region), "city": .string(place.city),
        "country_code": .string(place.code), "continent_code": .string(place.continent),
      ]))
    contact["browser"] = .string(browser.0)
    contact["browser_version"] = .string(browser.1)
    contact["browser_language"] = .string(dice.pick(Vocabulary.languages))
    contact["os"] = .string(dice.pick(Vocabulary.systems))
  }

  private func join(_ contact: inout Record) {
    guard let first = dice.pickAny(companies) else { return }
    let second = dice.isLucky(12) ? dice.pick(companies) : first
    contact["company_ids"] = .strings(first == second ? [first] : [first, second])
  }
}
