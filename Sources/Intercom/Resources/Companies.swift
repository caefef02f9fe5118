import API
import JSON
import Store

/// Companies: the organisations that contacts belong to.
enum Companies: Resource {
  static let operations: [Operation] = [
    .get("/companies/{id}", "retrieveACompanyById", retrieve)
  ]

  static let model = Model(
    "company", collection: "companies", ids: .objectID,
    notFound: Model.NotFound("company_not_found", "Company Not Found"),
    [
      .type("company"), .string("company_id", .indexed), .string("id"), .written("app_id", Profile.writeID),
      .string("name", .writable), .object("custom_attributes"),
    ])

  private static let list = EmbeddedList(type: "company", entryPath: "/companies/", listPath: "/companies")

  /// The `companies` of a contact.
  static func writeList(_ contact: Record, _ call: Call, _ writer: inout JSONWriter) {
    list.write(contact["company_ids"].strings, of: contact, &writer)
  }
}
