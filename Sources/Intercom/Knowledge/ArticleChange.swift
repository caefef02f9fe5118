import API
import JSON
import Store
import TimeZones

/// What a request says of an article, in each of the languages that it speaks of.
struct ArticleChange {
  /// What is said in one language: members in the form that is kept.
  private struct Telling {
    let locale: String
    var members: JSONObject
    var state: String?
  }

  private let schedule: ArticleSchedule
  private var tellings: [Telling] = []
  /// The audiences of all languages; nil when the request leaves them to each.
  private var audiences: [JSON]?
  private var parents: [JSON]?
  private var folder: JSON?
  /// In which languages a text or a state was written, and whether it was only staged.
  private(set) var written: [(locale: String, isStaged: Bool)] = []

  private static let members = [
    "title", "description", "body", "body_markdown", "author_id", "state", "audience_ids", "ai_chatbot_availability",
    "ai_copilot_availability", "ai_sales_agent_availability",
  ]

  /// The part that does not depend on the article. Throws what is wrong with it.
  init(_ call: Call) throws {
    schedule = try ArticleSchedule(call)
    audiences = try call.audiences(in: call.body)
    parents = try Self.parents(call)
    folder = try call.folder(in: call.body)
  }

  /// Reads what is said of an article in its languages. Throws `parameter_invalid`.
  mutating func read(for article: Article, _ call: Call) throws {
    var root = call.body
    root.removeAll { !Self.members.contains($0.key) || $0.value.isNull }
    var own = JSONObject()
    for (locale, members) in try Translations.told(call.body["translated_content"]) {
      if locale == article.defaultLocale {
        own = members
      } else {
        tellings.append(try Self.telling(locale, members, call))
      }
    }
    // The body's own members win over its default language's.
    if root["body"] != nil || root["body_markdown"] != nil { own.removeAll { $0.key.hasPrefix("body") } }
    for (name, value) in root { own[name] = value }
    tellings.insert(try Self.telling(article.defaultLocale, own, call), at: 0)
  }

  /// Throws `parameter_not_found` when a new article lacks its author or its title.
  func check(isComplete locale: String) throws {
    let members = tellings.first { $0.locale == locale }?.members ?? [:]
    guard members["author_id"] != nil else { throw Articles.authorMissing }
    guard members["title"] != nil else { throw APIError.parameterMissing("title is a required parameter") }
  }

  private static func telling(_ locale: String, _ members: JSONObject, _ call: Call) throws -> Telling {
    var kept = members
    kept.removeAll { !Self.members.contains($0.key) || $0.value.isNull || $0.key.hasPrefix("body") }
    kept["body"] = try call.html(in: members).map { .string(HTML.article($0)) }
    kept["author_id"] = try call.teammate("author_id", in: members).map(JSON.integer)
    kept["audience_ids"] = try call.audiences(in: members).map(JSON.array)
    if kept["title"] == "" { throw APIError.parameterInvalid("title must not be empty") }
    for (name, value) in kept { _ = try ArticleContents.model.field(name)?.checked(value) }
    let state = kept.removeValue(forKey: "state")?.string
    return Telling(locale: locale, members: kept, state: state)
  }

  // MARK: Writing

  /// Writes what is said to an article. Throws what its state does not allow.
  mutating func apply(to article: inout Article, _ call: Call) throws {
    placeAndTarget(&article)
    for telling in tellings { try write(telling, to: &article, call) }
    try schedule.apply(to: &article)
    // A text that was written notes the time itself: the article's own is its default language's.
    if written.isEmpty { article["updated_at"] = .integer(call.now) }
  }

  /// Stages the texts alone, whatever else is said; a translation that was never written begins as a draft.
  mutating func stage(in article: inout Article, _ call: Call) throws {
    for telling in tellings {
      let text = Self.text(of: telling)
      if article.live(telling.locale) == nil {
        try write(Telling(locale: telling.locale, members: text, state: nil), to: &article, call)
      } else if !text.isEmpty || telling.locale == article.defaultLocale {
        try stage(text, telling.locale, in: &article, call)
      }
    }
  }

  private func placeAndTarget(_ article: inout Article) {
    if let parents { article["parent_ids"] = .json(.array(parents)) }
    if let folder { article["folder_id"] = .json(folder) }
    guard let audiences else { return }
    for locale in article.locales {
      guard var content = article.live(locale) else { continue }
      content["audience_ids"] = .json(.array(audiences))
      article.setLive(content, locale)
    }
  }

  private mutating func write(_ telling: Telling, to article: inout Article, _ call: Call) throws {
    let locale = telling.locale
    var content = article.live(locale) ?? Self.blank(in: article, call)
    let text = Self.text(of: telling)
    // A time to publish takes the place of publishing at once.
    let state = schedule.publishesLater && telling.state == "published" ? nil : telling.state
    let isStaged =
      content["state"] == "published" && state == nil && (schedule.publishesLater || article.draft(locale) != nil)
    var members = telling.members
    if let audiences { members["audience_ids"] = .array(audiences) }
    if isStaged {
      members.removeAll { ArticleContents.text.contains($0.key) }
      if !text.isEmpty { try stage(text, locale, in: &article, call) }
    } else if state != nil, let draft = article.draft(locale) {
      // A state that is said settles what is staged: it is published with the rest, or becomes the draft.
      for name in ArticleContents.text { content[name] = draft[name] }
      article.setDraft(nil, locale)
    }
    guard !members.isEmpty || state != nil else { return }
    let before = content["updated_at"]
    try ArticleContents.model.write(members, to: &content, call)
    if isStaged { content["updated_at"] = before }
    content["updated_by_id"] = .integer(Int64(Admins.actor(call)))
    if let state { content["state"] = .string(state) }
    article.setLive(content, locale)
    if state != nil { settle(&article) }
    if !isStaged, !text.isEmpty || state != nil { written.append((locale, false)) }
  }

  private mutating func stage(
    _ text: JSONObject, _ locale: String, in article: inout Article, _ call: Call
  ) throws {
    guard var draft = article.draft(locale) ?? article.live(locale) else { return }
    try ArticleContents.model.write(text, to: &draft, call)
    draft["updated_by_id"] = .integer(Int64(Admins.actor(call)))
    article.setDraft(draft, locale)
    written.append((locale, true))
  }

  /// What was to come at a time has come.
  private func settle(_ article: inout Article) {
    if article.isPublished {
      article["was_published"] = true
      article["scheduled_publish_at"] = nil
    } else {
      article["scheduled_unpublish_at"] = nil
    }
  }

  private static func text(of telling: Telling) -> JSONObject {
    var text = telling.members
    text.removeAll { !ArticleContents.text.contains($0.key) }
    return text
  }

  /// A translation that is not written yet.
  private static func blank(in article: Article, _ call: Call) -> Record {
    var content = ArticleContents.model.blank()
    content["author_id"] = article["author_id"]
    content["created_at"] = .integer(call.now)
    content["created_by_id"] = .integer(Int64(Admins.actor(call)))
    return content
  }
}

extension ArticleChange {
  /// The collections that a request puts an article in; nil when it says nothing of them. `parent_ids` wins over
  /// `parent_id`. Throws 404 for a collection that is not there.
  private static func parents(_ call: Call) throws -> [JSON]? {
    let ids: [Int64]
    if let json = call.body["parent_ids"], !json.isNull {
      ids = try call.integers(json, "parent_ids")
    } else if let json = call.body["parent_id"] {
      ids = json.isNull ? [] : try call.integers([json], "parent_id")
    } else {
      return nil
    }
    if let type = call.body["parent_type"], !type.isNull, type != "collection", type != "section" {
      throw APIError.parameterInvalid("parent_type must be one of collection, section")
    }
    for id in ids where call.workspace[Collections.model][String(id)] == nil {
      throw APIError.notFound(Collections.model)
    }
    var unique: [Int64] = []
    for id in ids where !unique.contains(id) { unique.append(id) }
    return unique.map(JSON.integer)
  }
}

/// When a request wants an article published or taken back (state-machine.md, 9).
struct ArticleSchedule {
  /// What is said of a time: nothing, that there is none, or when.
  enum Time: Equatable {
    case unsaid, none
    case at(Int64)
  }

  let publish: Time
  let unpublish: Time

  /// Throws `parameter_invalid` with the field that is wrong.
  init(_ call: Call) throws {
    publish = try Self.time("scheduled_publish_at", call)
    unpublish = try Self.time("scheduled_unpublish_at", call)
    if case .at = publish, case .at = unpublish {
      throw Self.invalid(
        "scheduled_unpublish_at", "Cannot set scheduled_publish_at and scheduled_unpublish_at in the same request")
    }
    if case .at = publish, call.body["state"] == "draft" {
      throw Self.invalid("scheduled_publish_at", "Cannot schedule a publish while setting state to draft")
    }
  }

  /// Whether a time to publish is set.
  var publishesLater: Bool {
    if case .at = publish { true } else { false }
  }

  /// Writes the times to an article: one that is set takes the place of the other.
  ///
  /// Throws `parameter_invalid` when an article is to be taken back that never was out.
  func apply(to article: inout Article) throws {
    if publish == .none { article["scheduled_publish_at"] = nil }
    if unpublish == .none { article["scheduled_unpublish_at"] = nil }
    if case .at(let time) = publish {
      article["scheduled_publish_at"] = .integer(time)
      article["scheduled_unpublish_at"] = nil
    }
    if case .at(let time) = unpublish {
      guard article.isPublished || article["was_published"] == true else {
        throw Self.invalid(
          "scheduled_unpublish_at", "Cannot schedule unpublish for an article that has never been published")
      }
      article["scheduled_unpublish_at"] = .integer(time)
      article["scheduled_publish_at"] = nil
    }
  }

  /// Unknown: Intercom's own wordings for a time that is none or past.
  private static func time(_ name: String, _ call: Call) throws -> Time {
    guard let json = call.body[name] else { return .unsaid }
    if json.isNull { return .none }
    guard let time = json.string.flatMap(ISOTime.seconds) else {
      throw invalid(name, "\(name) must be an ISO 8601 timestamp")
    }
    guard time > call.now else { throw invalid(name, "\(name) must be in the future") }
    return .at(time)
  }

  private static func invalid(_ field: String, _ message: String) -> APIError {
    APIError(.badRequest, "parameter_invalid", message, field: field)
  }
}
