import API
import HTTPTypes
import JSON
import Store

/// Redirects of a help center: old addresses that lead to an article or a collection.
enum Redirects: Resource {
  static let operations: [Operation] = [
    .get(
      "/help_center/help_centers/{help_center_id}/redirects", "listHelpCenterRedirects", list, .since(.v2_16)),
    .post(
      "/help_center/help_centers/{help_center_id}/redirects", "createHelpCenterRedirect", create, .since(.v2_16)),
    .get(
      "/help_center/help_centers/{help_center_id}/redirects/{id}", "retrieveHelpCenterRedirect", retrieve,
      .since(.v2_16)),
    .delete(
      "/help_center/help_centers/{help_center_id}/redirects/{id}", "deleteHelpCenterRedirect", delete,
      .since(.v2_16)),
  ]

  static let model = Model(
    "help_center_redirect", collection: "redirects", ids: .sequence(from: 1),
    notFound: Model.NotFound("not_found", "Resource not found"),
    references: [Reference("help_center_id", to: "help_centers")],
    [
      .string("id"), .type("help_center_redirect"), .string("from_url", .indexed), .string("locale"),
      .string("help_center_id", .indexed), .string("target_type", oneOf: ["article", "collection"]),
      .string("target_id", .indexed), .timestamp("created_at"), .timestamp("updated_at", .ordered),
    ])

  static let listing = Listing.numbered(
    perPage: 50, limit: 250, order: ListOrder("updated_at", descending: true),
    members: [.type, .items, .total, .pages])

  // MARK: Behaviour

  static func list(_ call: Call) throws -> Reply {
    let redirects = call.workspace[model]
    let center = try center(call)
    return try listing.reply(redirects, where: .rows(redirects.rows(in: "help_center_id", under: center.id)), call)
  }

  static func retrieve(_ call: Call) throws -> Reply {
    .ok(try find(call))
  }

  static func create(_ call: Call) throws -> Reply {
    let center = try center(call)
    let url = try required("from_url", call)
    let locale = try required("locale", call)
    let type = try required("target_type", call)
    guard ["article", "collection"].contains(type) else {
      throw APIError.parameterInvalid("target_type must be 'article' or 'collection'")
    }
    let target = try target(type, try required("target_id", call), call)
    guard Translations.locales.contains(locale) else { throw Translations.unknownLocale }
    guard lies(url, within: center) else {
      throw APIError(
        .unprocessableContent, "data_invalid", "from_url must be an absolute URL within this help center's URL space")
    }
    guard call.workspace[model].count(in: "from_url", under: url) == 0 else {
      throw APIError(.conflict, "resource_conflict", "A redirect with that URL already exists")
    }
    var redirect = try model.make(from: [:], call)
    redirect["from_url"] = .string(url)
    redirect["locale"] = .string(bound(locale, type, target))
    redirect["help_center_id"] = .string(center.id)
    redirect["target_type"] = .string(type)
    redirect["target_id"] = .string(target.id)
    call.workspace[model].insert(redirect)
    return .ok(redirect)
  }

  static func delete(_ call: Call) throws -> Reply {
    let redirect = try find(call)
    call.workspace[model].remove(redirect.id)
    return .ok(.json(["id": .string(redirect.id), "object": "help_center_redirect", "deleted": true]))
  }

  // MARK: Shared

  /// Takes out what leads to something that goes.
  static func removeAll(to type: String, _ id: String, _ call: Call) {
    for redirect in call.workspace[model].records(in: "target_id", under: id)
    where redirect["target_type"].string == type {
      call.workspace[model].remove(redirect.id)
    }
  }

  // MARK: Checks

  private static func center(_ call: Call) throws -> Record {
    guard let center = call.workspace[HelpCenters.model][call.parameter("help_center_id")] else {
      throw APIError.notFound(model)
    }
    return center
  }

  private static func find(_ call: Call) throws -> Record {
    let center = try center(call)
    let redirect = try call.find(model)
    guard redirect["help_center_id"].string == center.id else { throw APIError.notFound(model) }
    return redirect
  }

  private static func required(_ name: String, _ call: Call) throws -> String {
    let value = name == "target_id" ? try call.id(name) : try call.text(name)
    guard let value, !value.isEmpty else { throw APIError.parameterMissing("\(name) is required") }
    return value
  }

  private static func target(_ type: String, _ id: String, _ call: Call) throws -> Record {
    guard let target = call.workspace[type == "article" ? Articles.model : Collections.model][id] else {
      throw APIError.notFound(model)
    }
    return target
  }

  /// Whether an address is one of a help center's pages.
  private static func lies(_ url: String, within center: Record) -> Bool {
    guard let base = center["url"].string, url.hasPrefix(base) else { return false }
    return url.dropFirst(base.count).first == "/" || base.hasSuffix("/")
  }

  /// The locale of an article that a redirect leads to: another than was asked for when there is no such translation.
  private static func bound(_ locale: String, _ type: String, _ target: Record) -> String {
    guard type == "article" else { return locale }
    let article = Article(target)
    return article.locales.contains(locale) ? locale : article.defaultLocale
  }
}
