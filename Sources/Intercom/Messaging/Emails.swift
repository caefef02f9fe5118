import API

/// Email settings: the addresses that a workspace sends and receives email with. The API only reads them.
enum Emails: Resource {
  static let operations: [Operation] = [
    .get("/emails", id: "listEmails", handler: list, available: .since(.v2_15)),
    .get("/emails/{id}", id: "retrieveEmail", handler: retrieve, available: .since(.v2_15)),
  ]

  static let model = Model(
    name: "email_setting", collection: "emails", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "not_found", message: "Email setting not found"),
    references: [Reference("brand_id", to: "brands")],
    fields: [
      .type("email_setting"), .string("id"), .string("email"), .boolean("verified", initial: false),
      .string("domain"), .string("brand_id", options: .sparse), .boolean("forwarding_enabled", initial: false),
      .timestamp("forwarded_email_last_received_at"), .timestamp("created_at"), .timestamp("updated_at"),
    ])
}
