import API
import JSON
import Store

/// Help centers: the public sites that show articles. The API only reads them.
enum HelpCenters: Resource {
  static let operations: [Operation] = [
    .get("/help_center/help_centers", id: "listHelpCenters", handler: list),
    .get("/help_center/help_centers/{id}", id: "retrieveHelpCenter", handler: retrieve),
  ]

  static let model = Model(
    name: "help_center", collection: "help_centers", ids: .sequence(from: 1),
    fields: [
      .string("id"), .written("workspace_id", with: WorkspaceProfile.writeID), .timestamp("created_at"),
      .timestamp("updated_at"),
      .string("identifier"), .boolean("website_turned_on", initial: false), .string("display_name"), .string("url"),
      .string("custom_domain"), .boolean("default", initial: false), .array("locales", initial: ["en"]),
    ])

  /// Lists have no `pages` member but are paged; clients read pages until one is empty.
  static let listing = Listing.numbered(
    perPage: 150, order: ListOrder(name: "id", descending: false), members: [.type, .items])

  // MARK: Shared

  /// The workspace's default help center, otherwise its first; nil if there is none.
  static func defaultHelpCenter(in workspace: Workspace) -> Record? {
    let all = workspace[model].all
    return all.first { $0["default"] == true } ?? all.first
  }

  /// The locales of all help centers, the default locale first.
  static func locales(in workspace: Workspace) -> [String] {
    let main = defaultHelpCenter(in: workspace)
    let others = workspace[model].all.filter { $0.id != main?.id }
    var locales: [String] = []
    for locale in (main?["locales"].strings ?? []) + others.flatMap({ $0["locales"].strings })
    where !locales.contains(locale) { locales.append(locale) }
    return locales.isEmpty ? ["en"] : locales
  }

  static func defaultLocale(in workspace: Workspace) -> String {
    defaultHelpCenter(in: workspace)?["locales"].strings.first ?? "en"
  }

  /// Whether a help center has several locales. Otherwise articles and collections show no translations.
  static func isMultilingual(in workspace: Workspace) -> Bool {
    workspace[model].all.contains { $0["locales"].strings.count > 1 }
  }

  /// The URL of an article or a collection, such as `https://.../en/articles/42-a-title`; nil without a help center
  /// URL.
  static func url(center: Record?, locale: String, kind: String, id: String, title: String?) -> String? {
    guard let url = center?["url"].string else { return nil }
    let words = WordTokenizer.words(in: title ?? "").filter { $0.allSatisfy { $0 < 0x80 } }.map {
      String(decoding: $0, as: UTF8.self)
    }
    return "\(url)/\(locale)/\(kind)/\(([id] + words).joined(separator: "-"))"
  }
}
