import API
import HTTPTypes
import JSON
import Store

/// E-commerce connectors: made in the product; their catalogs are uploaded here, at once or in parts (Preview).
enum EcommerceConnectors: Resource {
  static let operations: [Operation] = [
    .post(
      "/ecommerce/connectors/{id}/catalog", "uploadEcommerceCatalog", consumes: "multipart/form-data", upload,
      .since(.preview))
  ]

  static let model = Model(
    "ecommerce_connector", collection: "ecommerce_connectors", ids: .sequence(from: 1),
    notFound: Model.NotFound("import_source_not_found", "No connector found with the provided id."),
    [.string("id"), .string("name"), .timestamp("created_at"), .timestamp("synced_at")])

  static let models = [CatalogUploads.model, CatalogUploads.product]

  static let errands = [CatalogUploads.syncing]

  // MARK: Behaviour

  static func upload(_ call: Call) throws -> Reply {
    try Feature.catalogs.demand(call)
    let (connector, form) = (try call.find(model), try call.form())
    let finalize = try finalize(form)
    if finalize == true { return try finish(connector, form, call) }
    let products = try CatalogFile.products(form)
    if let id = form["import_job_id"]?.text, !id.isEmpty {
      return try append(products, try CatalogUploads.find(id, of: connector, call), form, call)
    }
    if finalize == false, try CatalogFile.partNumber(form) ?? 1 > 1 { throw CatalogUploads.lacksID }
    try CatalogUploads.refuseSecond(of: connector, call)
    var session = CatalogUploads.new(connector, products, call)
    if finalize == nil { CatalogUploads.start(&session, call) }
    call.workspace[CatalogUploads.model].insert(session)
    return finalize == nil ? accepted(session) : stored(session)
  }

  /// `true` ends an upload in parts, `false` goes on with one; nil is a catalog in one piece.
  private static func finalize(_ form: MultipartForm) throws -> Bool? {
    switch form["finalize"]?.text {
    case nil, "": nil
    case "true": true
    case "false": false
    default: throw APIError.parameterInvalid("finalize must be true or false")
    }
  }

  private static func finish(_ connector: Record, _ form: MultipartForm, _ call: Call) throws -> Reply {
    guard let id = form["import_job_id"]?.text, !id.isEmpty else { throw CatalogUploads.lacksID }
    var session = try CatalogUploads.find(id, of: connector, call)
    guard session["status"] == "uploading" else {
      throw APIError(
        .conflict, "upload_session_not_finalizable", "Upload session cannot be finalized in its current state.")
    }
    CatalogUploads.start(&session, call)
    call.workspace[CatalogUploads.model].replace(session)
    return accepted(session)
  }

  /// A part that came before is taken once only, so that a client may try again.
  private static func append(
    _ products: [JSON], _ found: Record, _ form: MultipartForm, _ call: Call
  ) throws -> Reply {
    var session = found
    guard session["status"] == "uploading" else { throw CatalogUploads.notFound }
    guard let number = try CatalogFile.partNumber(form) else { throw CatalogFile.badPartNumber }
    let parts = session["parts"].array ?? []
    guard number <= parts.count + 1 else {
      throw APIError(
        .unprocessableContent, "invalid_part_number", "Expected part \(parts.count + 1), got \(number)")
    }
    guard number == parts.count + 1 else { return stored(session) }
    session["parts"] = .json(.array(parts + [.array(products)]))
    call.workspace[CatalogUploads.model].replace(session)
    return stored(session)
  }

  // MARK: Answers

  private static func accepted(_ session: Record) -> Reply {
    .accepted(
      .members([
        "import_job_id": .string(session.id), "status": "processing", "message": "Catalog received. Sync has started.",
      ]))
  }

  private static func stored(_ session: Record) -> Reply {
    .ok(
      .members([
        "import_job_id": .string(session.id), "next_part_number": .integer((session["parts"].array ?? []).count + 1),
      ]))
  }
}

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

/// The fields of a catalog upload, checked in the service's words.
enum CatalogFile {
  /// The largest file: 99 MB.
  private static let limit = 99 * 1024 * 1024

  static let badPartNumber = APIError(
    .unprocessableContent, "invalid_part_number", "part_number must be a positive integer")

  /// The products of the form's file.
  static func products(_ form: MultipartForm) throws -> [JSON] {
    guard let part = form["catalog"] else { throw APIError.parameterMissing("catalog file is required") }
    guard part.fileName != nil else { throw APIError.parameterMissing("catalog must be an uploaded file") }
    guard part.bytes.count <= limit else {
      throw APIError(.unprocessableContent, "payload_too_large", "catalog file exceeds 99MB limit")
    }
    guard let items = try? JSON(parsing: part.bytes).array else { throw wrong("catalog must be a JSON array") }
    guard items.allSatisfy({ $0.object != nil }) else {
      throw wrong("each item in the catalog array must be a JSON object")
    }
    return items
  }

  /// The number of a part; nil when the form has none.
  static func partNumber(_ form: MultipartForm) throws -> Int? {
    guard let text = form["part_number"]?.text, !text.isEmpty else { return nil }
    guard let number = Int(text), number > 0 else { throw badPartNumber }
    return number
  }

  private static func wrong(_ message: String) -> APIError {
    APIError(.unprocessableContent, "invalid_catalog_format", message)
  }
}
