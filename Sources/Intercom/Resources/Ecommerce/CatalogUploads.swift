import API
import HTTPTypes
import JSON
import Store

/// Uploads of catalogs, and the products that they leave behind.
enum CatalogUploads {
  static let model = Model(
    "catalog_upload", collection: "catalog_uploads",
    references: [Reference("connector_id", to: "ecommerce_connectors")],
    [
      .string("id"), .string("connector_id", .indexed),
      .string("status", initial: "uploading", oneOf: ["uploading", "processing", "completed"]),
      // One list of products for each part.
      .array("parts"), .timestamp("created_at"),
    ])

  /// A product, as Fin knows it.
  static let product = Model(
    "ecommerce_product", collection: "ecommerce_products",
    references: [Reference("connector_id", to: "ecommerce_connectors")],
    [
      .string("id"), .string("connector_id", .indexed), .string("product_id"), .string("title"), .string("url"),
      .object("data"),
    ])

  static let lacksID = APIError(
    .unprocessableContent, "import_job_id_required", "Include import_job_id to continue an existing upload session.")

  static let notFound = APIError(
    .notFound, "upload_session_not_found", "No active upload session found for the provided import_job_id.")

  // MARK: Uploading

  static func find(_ id: String, of connector: Record, _ call: Call) throws -> Record {
    guard let session = call.workspace[model][id], session["connector_id"].string == connector.id else {
      throw notFound
    }
    return session
  }

  /// A connector takes one upload at a time.
  static func refuseSecond(of connector: Record, _ call: Call) throws {
    for session in call.workspace[model].records(in: "connector_id", under: connector.id) {
      switch session["status"].string {
      case "processing":
        throw APIError(
          .conflict, "sync_in_progress", "A catalog upload is already in progress. Please wait for it to complete.")
      case "uploading":
        throw APIError(
          .conflict, "sync_in_progress", "A multipart upload is already in progress. Use import_job_id to continue.")
      default: continue
      }
    }
  }

  /// An upload with its first part. Nothing is stored.
  static func new(_ connector: Record, _ products: [JSON], _ call: Call) -> Record {
    var session = model.blank()
    session["id"] = .string("job_\(call.workspace.ids.alphanumeric(8))")
    session["connector_id"] = .string(connector.id)
    session["parts"] = .json([.array(products)])
    session["created_at"] = .integer(call.now)
    return session
  }

  static func start(_ session: inout Record, _ call: Call) {
    session["status"] = "processing"
    call.leave(syncing, ["upload": .string(session.id)])
  }

  // MARK: The sync

  static let syncing = Errand("catalog.syncing", .job) { arguments, call in
    guard let upload = call.workspace[model][arguments["upload"]?.string ?? ""], upload["status"] == "processing" else {
      return
    }
    sync(upload, call.workspace, call.now)
  }

  /// What is in the catalog takes the place of what there was: products that are not in it any more are gone.
  ///
  /// Unknown: what becomes of a product without id, title or URL; here it is passed over.
  private static func sync(_ found: Record, _ workspace: Workspace, _ due: Int64) {
    let connector = found["connector_id"].string ?? ""
    for known in workspace[product].records(in: "connector_id", under: connector) {
      workspace[product].remove(known.id)
    }
    for part in found["parts"].array ?? [] {
      for item in part.array ?? [] { keep(item, connector, workspace) }
    }
    if var owner = workspace[EcommerceConnectors.model][connector] {
      owner["synced_at"] = .integer(due)
      workspace[EcommerceConnectors.model].replace(owner)
    }
    var session = found
    session["status"] = "completed"
    session["parts"] = .json([])
    workspace[model].replace(session)
  }

  private static func keep(_ item: JSON, _ connector: String, _ workspace: Workspace) {
    guard let id = item["id"]?.string, !id.isEmpty, let title = item["title"]?.string, let url = item["url"]?.string,
      let object = item.object
    else { return }
    var record = product.blank()
    record["id"] = .string("\(connector)/\(id)")
    record["connector_id"] = .string(connector)
    record["product_id"] = .string(id)
    record["title"] = .string(title)
    record["url"] = .string(url)
    record["data"] = .json(.object(object))
    workspace[product].insert(record)
  }
}
