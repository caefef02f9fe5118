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
