import API

/// Brands: how a workspace presents itself to its customers. Created in the product; the API only reads them.
enum Brands: Resource {
  static let operations: [Operation] = [
    .get("/brands", id: "listBrands", handler: list, available: .since(.v2_15)),
    .get("/brands/{id}", id: "retrieveBrand", handler: retrieve, available: .since(.v2_15)),
  ]

  /// Exactly one brand is the default; its id is that of the workspace.
  static let model = Model(
    name: "brand", collection: "brands", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "not_found", message: "Brand not found"),
    references: [
      Reference("help_center_id", to: "help_centers"), Reference("default_address_settings_id", to: "emails"),
    ],
    fields: [
      .type("brand"), .string("id"), .string("name"), .boolean("is_default", initial: false), .timestamp("created_at"),
      .timestamp("updated_at"), .string("help_center_id", options: .sparse),
      .string("default_address_settings_id", options: .sparse),
    ])
}
