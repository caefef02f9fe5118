import API
import HTTPTypes
import JSON
import Store

/// E-commerce connectors, whose catalogs are uploaded in one request or in parts (Preview). The API cannot create them.
enum EcommerceConnectors: Resource {
  static let operations: [Operation] = [
    .post(
      "/ecommerce/connectors/{id}/catalog", id: "uploadEcommerceCatalog", consumes: "multipart/form-data",
      handler: upload,
      available: .since(.preview))
  ]

  static let model = Model(
    name: "ecommerce_connector", collection: "ecommerce_connectors", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "import_source_not_found", message: "No connector found with the provided id."),
    fields: [.string("id"), .string("name"), .timestamp("created_at"), .timestamp("synced_at")])

  static let models = [CatalogUploads.model, CatalogUploads.product]

  static let deferredTasks = [CatalogUploads.syncTask]

  // MARK: Behaviour

  /// Stores a whole catalog or a part of one, and starts the sync when the upload is complete.
  static func upload(in call: Call) throws -> Reply {
    try PlanFeature.catalogs.require(in: call)
    let (connector, form) = (try call.find(model), try call.form())
    let finalize = try finalizeFlag(from: form)
    if finalize == true { return try finishUpload(to: connector, form: form, in: call) }
    let products = try CatalogForm.products(from: form)
    if let id = form["import_job_id"]?.text, !id.isEmpty {
      return try append(products, to: try CatalogUploads.find(id, of: connector, in: call), form: form, in: call)
    }
    if finalize == false, try CatalogForm.partNumber(from: form) ?? 1 > 1 { throw CatalogUploads.missingJobID }
    try CatalogUploads.requireNoActiveUpload(of: connector, in: call)
    var session = CatalogUploads.makeSession(for: connector, products: products, in: call)
    if finalize == nil { CatalogUploads.start(&session, in: call) }
    call.workspace[CatalogUploads.model].insert(session)
    return finalize == nil ? acceptedReply(for: session) : storedReply(for: session)
  }

  /// The form's `finalize` field: true completes an upload in parts, false continues one, and nil uploads a whole
  /// catalog.
  private static func finalizeFlag(from form: MultipartForm) throws -> Bool? {
    switch form["finalize"]?.text {
    case nil, "": nil
    case "true": true
    case "false": false
    default: throw APIError.parameterInvalid("finalize must be true or false")
    }
  }

  private static func finishUpload(to connector: Record, form: MultipartForm, in call: Call) throws -> Reply {
    guard let id = form["import_job_id"]?.text, !id.isEmpty else { throw CatalogUploads.missingJobID }
    var session = try CatalogUploads.find(id, of: connector, in: call)
    guard session["status"] == "uploading" else {
      throw APIError(
        status: .conflict, code: "upload_session_not_finalizable",
        message: "Upload session cannot be finalized in its current state.")
    }
    CatalogUploads.start(&session, in: call)
    call.workspace[CatalogUploads.model].replace(session)
    return acceptedReply(for: session)
  }

  /// Appends a part to an upload. A part that is already stored is ignored, so that a client can repeat a request.
  private static func append(
    _ products: [JSON], to found: Record, form: MultipartForm, in call: Call
  ) throws -> Reply {
    var session = found
    guard session["status"] == "uploading" else { throw CatalogUploads.notFound }
    guard let number = try CatalogForm.partNumber(from: form) else { throw CatalogForm.badPartNumber }
    let parts = session["parts"].array ?? []
    guard number <= parts.count + 1 else {
      throw APIError(
        status: .unprocessableContent, code: "invalid_part_number",
        message: "Expected part \(parts.count + 1), got \(number)")
    }
    guard number == parts.count + 1 else { return storedReply(for: session) }
    session["parts"] = .json(.array(parts + [.array(products)]))
    call.workspace[CatalogUploads.model].replace(session)
    return storedReply(for: session)
  }

  // MARK: Responses

  private static func acceptedReply(for session: Record) -> Reply {
    .accepted(
      .members([
        "import_job_id": .string(session.id), "status": "processing", "message": "Catalog received. Sync has started.",
      ]))
  }

  private static func storedReply(for session: Record) -> Reply {
    .ok(
      .members([
        "import_job_id": .string(session.id), "next_part_number": .integer((session["parts"].array ?? []).count + 1),
      ]))
  }
}

/// Catalog uploads, and the products that they create.
enum CatalogUploads {
  static let model = Model(
    name: "catalog_upload", collection: "catalog_uploads",
    references: [Reference("connector_id", to: "ecommerce_connectors")],
    fields: [
      .string("id"), .string("connector_id", options: .indexed),
      .string("status", initial: "uploading", oneOf: ["uploading", "processing", "completed"]),
      // One list of products for each part.
      .array("parts"), .timestamp("created_at"),
    ])

  /// A product of a catalog, available to Fin.
  static let product = Model(
    name: "ecommerce_product", collection: "ecommerce_products",
    references: [Reference("connector_id", to: "ecommerce_connectors")],
    fields: [
      .string("id"), .string("connector_id", options: .indexed), .string("product_id"), .string("title"),
      .string("url"),
      .object("data"),
    ])

  static let missingJobID = APIError(
    status: .unprocessableContent, code: "import_job_id_required",
    message: "Include import_job_id to continue an existing upload session.")

  static let notFound = APIError(
    status: .notFound, code: "upload_session_not_found",
    message: "No active upload session found for the provided import_job_id.")

  // MARK: Uploading

  /// The upload of a connector. Throws `upload_session_not_found` (404) if there is none with this id.
  static func find(_ id: String, of connector: Record, in call: Call) throws -> Record {
    guard let session = call.workspace[model][id], session["connector_id"].string == connector.id else {
      throw notFound
    }
    return session
  }

  /// Throws 409 `sync_in_progress` if the connector has an unfinished upload.
  static func requireNoActiveUpload(of connector: Record, in call: Call) throws {
    for session in call.workspace[model].records(in: "connector_id", under: connector.id) {
      switch session["status"].string {
      case "processing":
        throw APIError(
          status: .conflict, code: "sync_in_progress",
          message: "A catalog upload is already in progress. Please wait for it to complete.")
      case "uploading":
        throw APIError(
          status: .conflict, code: "sync_in_progress",
          message: "A multipart upload is already in progress. Use import_job_id to continue.")
      default: continue
      }
    }
  }

  /// Creates an upload with its first part. The caller stores it.
  static func makeSession(for connector: Record, products: [JSON], in call: Call) -> Record {
    var session = model.blank()
    session["id"] = .string("job_\(call.workspace.ids.alphanumeric(length: 8))")
    session["connector_id"] = .string(connector.id)
    session["parts"] = .json([.array(products)])
    session["created_at"] = .integer(call.now)
    return session
  }

  /// Marks an upload as complete and schedules its sync. The caller stores it.
  static func start(_ session: inout Record, in call: Call) {
    session["status"] = "processing"
    call.schedule(syncTask, arguments: ["upload": .string(session.id)])
  }

  // MARK: Sync

  static let syncTask = DeferredTask(name: "catalog.syncing", kind: .job) { arguments, call in
    guard let upload = call.workspace[model][arguments["upload"]?.string ?? ""], upload["status"] == "processing" else {
      return
    }
    sync(upload, in: call.workspace, at: call.now)
  }

  /// Replaces the connector's products with those of the catalog, and completes the upload.
  ///
  /// Unknown: how the service treats a product without id, title or URL; here it is skipped.
  private static func sync(_ found: Record, in workspace: Workspace, at due: Int64) {
    let connector = found["connector_id"].string ?? ""
    for known in workspace[product].records(in: "connector_id", under: connector) {
      workspace[product].remove(id: known.id)
    }
    for part in found["parts"].array ?? [] {
      for item in part.array ?? [] { insertProduct(item, connector: connector, in: workspace) }
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

  private static func insertProduct(_ item: JSON, connector: String, in workspace: Workspace) {
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

/// Validates the fields of a catalog upload, with the documented messages.
enum CatalogForm {
  /// The maximum file size in bytes: 99 MB.
  private static let maximumSize = 99 * 1024 * 1024

  static let badPartNumber = APIError(
    status: .unprocessableContent, code: "invalid_part_number", message: "part_number must be a positive integer")

  /// The products in the form's `catalog` file. Throws if the file is missing, too large or not an array of objects.
  static func products(from form: MultipartForm) throws -> [JSON] {
    guard let part = form["catalog"] else { throw APIError.parameterMissing("catalog file is required") }
    guard part.fileName != nil else { throw APIError.parameterMissing("catalog must be an uploaded file") }
    guard part.bytes.count <= maximumSize else {
      throw APIError(
        status: .unprocessableContent, code: "payload_too_large", message: "catalog file exceeds 99MB limit")
    }
    guard let items = try? JSON(parsing: part.bytes).array else { throw formatError("catalog must be a JSON array") }
    guard items.allSatisfy({ $0.object != nil }) else {
      throw formatError("each item in the catalog array must be a JSON object")
    }
    return items
  }

  /// The `part_number` field, or nil if the form has none. Throws `invalid_part_number` unless it is a positive
  /// integer.
  static func partNumber(from form: MultipartForm) throws -> Int? {
    guard let text = form["part_number"]?.text, !text.isEmpty else { return nil }
    guard let number = Int(text), number > 0 else { throw badPartNumber }
    return number
  }

  private static func formatError(_ message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "invalid_catalog_format", message: message)
  }
}
