import API
import HTTPTypes
import JSON
import Store

/// Redirects from old URLs of a help center to an article or a collection.
enum HelpCenterRedirects: Resource {
  static let operations: [Operation] = [
    .get(
      "/help_center/help_centers/{help_center_id}/redirects", id: "listHelpCenterRedirects", handler: list,
      available: .since(.v2_16)),
    .post(
      "/help_center/help_centers/{help_center_id}/redirects", id: "createHelpCenterRedirect", handler: create,
      available: .since(.v2_16)),
    .get(
      "/help_center/help_centers/{help_center_id}/redirects/{id}", id: "retrieveHelpCenterRedirect", handler: retrieve,
      available: .since(.v2_16)),
    .delete(
      "/help_center/help_centers/{help_center_id}/redirects/{id}", id: "deleteHelpCenterRedirect", handler: delete,
      available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "help_center_redirect", collection: "redirects", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "not_found", message: "Resource not found"),
    references: [
      Reference("help_center_id", to: "help_centers"),
      Reference(
        "target_id", by: "target_type", to: ["article": "articles", "collection": "collections"], onDelete: .cascade,
        isChecked: false),
    ],
    fields: [
      .string("id"), .type("help_center_redirect"), .string("from_url", options: .indexed), .string("locale"),
      .string("help_center_id", options: .indexed), .string("target_type", oneOf: ["article", "collection"]),
      .string("target_id", options: .indexed), .timestamp("created_at"), .timestamp("updated_at", options: .ordered),
    ])

  static let listing = Listing.numbered(
    perPage: 50, limit: 250, order: ListOrder(name: "updated_at", descending: true),
    members: [.type, .items, .total, .pages])

  // MARK: Behaviour

  static func list(in call: Call) throws -> Reply {
    let redirects = call.workspace[model]
    let center = try helpCenter(in: call)
    return try listing.reply(
      with: redirects, where: .rows(redirects.rows(in: "help_center_id", under: center.id)), in: call)
  }

  static func retrieve(in call: Call) throws -> Reply {
    .ok(try find(in: call))
  }

  static func create(in call: Call) throws -> Reply {
    let center = try helpCenter(in: call)
    let url = try call.body.required("from_url", as: .nonEmptyString, missing: missing("from_url"))
    let locale = try call.body.required("locale", as: .nonEmptyString, missing: missing("locale"))
    let type = try call.body.required("target_type", as: .nonEmptyString, missing: missing("target_type"))
    guard ["article", "collection"].contains(type) else {
      throw APIError.parameterInvalid("target_type must be 'article' or 'collection'")
    }
    let id = try call.body.required("target_id", as: .id, missing: missing("target_id"))
    let target = try target(type: type, id: id, in: call)
    guard Translations.locales.contains(locale) else { throw Translations.unknownLocale }
    guard isURL(url, within: center) else {
      throw APIError(
        status: .unprocessableContent, code: "data_invalid",
        message: "from_url must be an absolute URL within this help center's URL space")
    }
    guard call.workspace[model].count(in: "from_url", under: url) == 0 else {
      throw APIError(status: .conflict, code: "resource_conflict", message: "A redirect with that URL already exists")
    }
    var redirect = try model.makeRecord(from: [:], in: call)
    redirect["from_url"] = .string(url)
    redirect["locale"] = .string(effectiveLocale(for: locale, type: type, target: target))
    redirect["help_center_id"] = .string(center.id)
    redirect["target_type"] = .string(type)
    redirect["target_id"] = .string(target.id)
    call.workspace[model].insert(redirect)
    return .ok(redirect)
  }

  static func delete(in call: Call) throws -> Reply {
    let redirect = try find(in: call)
    call.delete(redirect, of: model)
    return .ok(.json(["id": .string(redirect.id), "object": "help_center_redirect", "deleted": true]))
  }

  // MARK: Checks

  private static func helpCenter(in call: Call) throws -> Record {
    guard let center = call.workspace[HelpCenters.model][call.pathParameter("help_center_id")] else {
      throw APIError.notFound(for: model)
    }
    return center
  }

  private static func find(in call: Call) throws -> Record {
    let center = try helpCenter(in: call)
    let redirect = try call.find(model)
    guard redirect["help_center_id"].string == center.id else { throw APIError.notFound(for: model) }
    return redirect
  }

  private static func missing(_ name: String) -> APIError {
    .parameterMissing("\(name) is required")
  }

  private static func target(type: String, id: String, in call: Call) throws -> Record {
    guard let target = call.workspace[type == "article" ? Articles.model : Collections.model][id] else {
      throw APIError.notFound(for: model)
    }
    return target
  }

  /// Whether a URL is within a help center's URL space.
  private static func isURL(_ url: String, within center: Record) -> Bool {
    guard let base = center["url"].string, url.hasPrefix(base) else { return false }
    return url.dropFirst(base.count).first == "/" || base.hasSuffix("/")
  }

  /// The locale of a redirect: for an article without the requested translation, its default locale.
  private static func effectiveLocale(for locale: String, type: String, target: Record) -> String {
    guard type == "article" else { return locale }
    let article = Article(target)
    return article.locales.contains(locale) ? locale : article.defaultLocale
  }
}
