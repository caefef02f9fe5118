import API
import JSON
import Store

extension Articles {
  static let opening: [Field] = [
    .string("id"), .type("article"), .written("workspace_id", Profile.writeID),
    .derived("parent_id", parent), .derived("parent_type", parentType), .array("parent_ids"),
  ]

  static let fields: [Field] = [
    .derived("tags", ContentTags.list(of: "article")), .string("title", initial: ""),
    .string("description", initial: ""), .string("body", initial: ""), .derived("body_markdown", markdown),
    .integer("author_id"), .string("state", initial: "draft", oneOf: ["published", "draft"]),
    .timestamp("created_at"), .timestamp("updated_at", .ordered),
    .derived("has_unpublished_changes", hasUnpublishedChanges), .derived("draft_updated_at", draftTime),
    .derived("url", url),
    .boolean("ai_chatbot_availability", initial: true), .boolean("ai_copilot_availability", initial: true),
    .boolean("ai_sales_agent_availability", initial: true),
    .integer("created_by_id"), .integer("updated_by_id"),
    .boolean("exclude_from_article_suggestions", initial: false),
    .string("help_center_audience", initial: "everyone", oneOf: audiences),
    .timestamp("scheduled_publish_at"), .timestamp("scheduled_unpublish_at"), .integer("folder_id", .indexed),
    .string("default_locale").shown { article, call in
      HelpCenters.isMultilingual(call.workspace) ? .string(Article(article).defaultLocale) : nil
    },
    .model("translated_content", ArticleContents.translated).shown(ArticleContents.show),
    // What is staged, by locale.
    .model("drafts", ArticleContents.translated, .hidden),
    // The default language's; the others' stand in their contents.
    .array("audience_ids", .hidden),
    // Whether it ever was; one that is published need not say so.
    .boolean("was_published", .hidden, initial: false),
  ]

  private static let audiences = [
    "everyone", "all_users", "all_visitors", "all_leads", "all_visitors_and_leads", "restricted",
  ]

  /// Recorded with `conversations`, which descriptions call `conversions`.
  static let statistics = Model(
    "article_statistics",
    [
      .type("article_statistics"), .integer("views", initial: 0), .integer("conversations", initial: 0),
      .integer("reactions", initial: 0), .number("happy_reaction_percentage", initial: 0),
      .number("neutral_reaction_percentage", initial: 0), .number("sad_reaction_percentage", initial: 0),
      .integer("fin_involvements", initial: 0), .integer("fin_resolutions", initial: 0),
      .number("fin_resolution_rate", initial: 0),
    ])

  static let references = [
    Reference("parent_ids", to: "collections"), Reference("author_id", to: "admins"),
    Reference("created_by_id", to: "admins"), Reference("updated_by_id", to: "admins"),
    Reference("folder_id", to: "folders"), Reference("audience_ids", to: "audiences"),
  ]

  static let parents = CollectionDefinition.Index("parents") { article in
    article["parent_ids"].array?.compactMap(\.integer).map(String.init) ?? []
  }

  /// Those that are to be published or taken back, by when.
  static let schedules = CollectionDefinition.Order("scheduled") { article in
    article["scheduled_publish_at"].integer ?? article["scheduled_unpublish_at"].integer
  }

  // MARK: Derived

  private static func parent(of article: Record, _ call: Call) -> Node? {
    .json(.optional(article["parent_ids"].array?.first?.integer))
  }

  /// While there are sections, a collection inside another is one.
  private static func parentType(of article: Record, _ call: Call) -> Node? {
    guard let id = article["parent_ids"].array?.first?.integer else { return .null }
    let isNested = call.workspace[Collections.model][String(id)]?["parent_id"].isEmpty == false
    return isNested && !call.honours(.nestsCollections) ? "section" : "collection"
  }

  /// The body as Markdown, of an article, a translation or a version.
  static func markdown(_ content: Record, _ call: Call) -> Node? {
    .string(content["body"].string.map(Markdown.of))
  }

  private static func hasUnpublishedChanges(_ article: Record, _ call: Call) -> Node? {
    let article = Article(article)
    return .boolean(article.draft(article.defaultLocale) != nil)
  }

  private static func draftTime(_ article: Record, _ call: Call) -> Node? {
    let article = Article(article)
    return .json(.optional(article.draft(article.defaultLocale)?["updated_at"].integer))
  }

  private static func url(_ article: Record, _ call: Call) -> Node? {
    .string(ArticleContents.url(article, Article(article).defaultLocale, of: article, call))
  }
}
