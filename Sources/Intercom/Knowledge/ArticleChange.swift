import API
import JSON
import Store
import TimeZones

/// The changes to an article that a request specifies, in each language.
struct ArticleChange {
  /// The changes in one language, in their stored form.
  private struct LocalizedChange {
    let locale: String
    var members: JSONObject
    var state: String?
  }

  private let schedule: ArticleSchedule
  private var localizedChanges: [LocalizedChange] = []
  /// The audiences for all languages, or nil if the body has no `audience_ids` of its own.
  private var audiences: [JSON]?
  private var parents: [JSON]?
  private var folder: JSON?
  /// The languages whose content or state was written, and whether it was only staged as a draft.
  private(set) var writtenLocales: [(locale: String, isStaged: Bool)] = []

  private static let members = [
    "title", "description", "body", "body_markdown", "author_id", "state", "audience_ids", "ai_chatbot_availability",
    "ai_copilot_availability", "ai_sales_agent_availability",
  ]

  /// Reads the members that do not depend on the article. Throws an `APIError` if one is invalid.
  init(in call: Call) throws {
    schedule = try ArticleSchedule(in: call)
    audiences = try call.audiences(in: call.body)
    parents = try Self.parentIDs(in: call)
    folder = try call.folder(in: call.body)
  }

  /// Reads the changes in each language. Throws `parameter_invalid` if one is invalid.
  mutating func read(for article: Article, in call: Call) throws {
    var root = call.body
    root.removeAll { !Self.members.contains($0.key) || $0.value.isNull }
    var own = JSONObject()
    for (locale, members) in try Translations.contents(from: call.body["translated_content"]) {
      if locale == article.defaultLocale {
        own = members
      } else {
        localizedChanges.append(try Self.localizedChange(for: locale, members: members, in: call))
      }
    }
    // Members of the body take precedence over those of the default language in `translated_content`.
    if root["body"] != nil || root["body_markdown"] != nil { own.removeAll { $0.key.hasPrefix("body") } }
    for (name, value) in root { own[name] = value }
    localizedChanges.insert(try Self.localizedChange(for: article.defaultLocale, members: own, in: call), at: 0)
  }

  /// Throws `parameter_not_found` if a new article has no author or no title.
  func check(isComplete locale: String) throws {
    let members = localizedChanges.first { $0.locale == locale }?.members ?? [:]
    guard members["author_id"] != nil else { throw Articles.authorMissing }
    guard members["title"] != nil else { throw APIError.parameterMissing("title is a required parameter") }
  }

  private static func localizedChange(for locale: String, members: JSONObject, in call: Call) throws -> LocalizedChange
  {
    var validated = members
    validated.removeAll { !Self.members.contains($0.key) || $0.value.isNull || $0.key.hasPrefix("body") }
    validated["body"] = try call.html(in: members).map { .string(HTML.articleBody(from: $0)) }
    validated["author_id"] = try call.teammate("author_id", in: members).map(JSON.integer)
    validated["audience_ids"] = try call.audiences(in: members).map(JSON.array)
    if validated["title"] == "" { throw APIError.parameterInvalid("title must not be empty") }
    for (name, value) in validated { _ = try ArticleContents.model.field(named: name)?.validated(value) }
    let state = validated.removeValue(forKey: "state")?.string
    return LocalizedChange(locale: locale, members: validated, state: state)
  }

  // MARK: Writing

  /// Applies the changes to an article. Throws `parameter_invalid` if the article's state does not allow one.
  mutating func apply(to article: inout Article, in call: Call) throws {
    writeParentsAndAudiences(to: &article)
    for change in localizedChanges { try write(change, to: &article, in: call) }
    try schedule.apply(to: &article)
    // `updated_at` of the article belongs to its default language. Writing content sets it for each language written.
    if writtenLocales.isEmpty { article["updated_at"] = .integer(call.now) }
  }

  /// Stages the content as drafts and ignores all other changes; a new translation is written directly, as a draft.
  mutating func stage(on article: inout Article, in call: Call) throws {
    for change in localizedChanges {
      let text = Self.text(of: change)
      if article.liveContent(for: change.locale) == nil {
        try write(LocalizedChange(locale: change.locale, members: text, state: nil), to: &article, in: call)
      } else if !text.isEmpty || change.locale == article.defaultLocale {
        try stage(text, for: change.locale, on: &article, in: call)
      }
    }
  }

  private func writeParentsAndAudiences(to article: inout Article) {
    if let parents { article["parent_ids"] = .json(.array(parents)) }
    if let folder { article["folder_id"] = .json(folder) }
    guard let audiences else { return }
    for locale in article.locales {
      guard var content = article.liveContent(for: locale) else { continue }
      content["audience_ids"] = .json(.array(audiences))
      article.setLiveContent(content, for: locale)
    }
  }

  private mutating func write(_ change: LocalizedChange, to article: inout Article, in call: Call) throws {
    let locale = change.locale
    var content = article.liveContent(for: locale) ?? Self.blankTranslation(of: article, in: call)
    let text = Self.text(of: change)
    // A scheduled publish replaces an immediate one.
    let state = schedule.publishesLater && change.state == "published" ? nil : change.state
    let isStaged =
      content["state"] == "published" && state == nil && (schedule.publishesLater || article.draft(for: locale) != nil)
    var members = change.members
    if let audiences { members["audience_ids"] = .array(audiences) }
    if isStaged {
      members.removeAll { ArticleContents.versionedMembers.contains($0.key) }
      if !text.isEmpty { try stage(text, for: locale, on: &article, in: call) }
    } else if state != nil, let draft = article.draft(for: locale) {
      // An explicit state resolves the draft: it is published with the request, or becomes the unpublished content.
      for name in ArticleContents.versionedMembers { content[name] = draft[name] }
      article.setDraft(nil, for: locale)
    }
    guard !members.isEmpty || state != nil else { return }
    let before = content["updated_at"]
    try ArticleContents.model.write(members, to: &content, in: call)
    if isStaged { content["updated_at"] = before }
    content["updated_by_id"] = .integer(Int64(Admins.actorID(in: call)))
    if let state { content["state"] = .string(state) }
    article.setLiveContent(content, for: locale)
    if state != nil { clearDueSchedule(of: &article) }
    if !isStaged, !text.isEmpty || state != nil { writtenLocales.append((locale, false)) }
  }

  private mutating func stage(
    _ text: JSONObject, for locale: String, on article: inout Article, in call: Call
  ) throws {
    guard var draft = article.draft(for: locale) ?? article.liveContent(for: locale) else { return }
    try ArticleContents.model.write(text, to: &draft, in: call)
    draft["updated_by_id"] = .integer(Int64(Admins.actorID(in: call)))
    article.setDraft(draft, for: locale)
    writtenLocales.append((locale, true))
  }

  /// Clears a schedule that the article's new state has fulfilled.
  private func clearDueSchedule(of article: inout Article) {
    if article.isPublished {
      article["was_published"] = true
      article["scheduled_publish_at"] = nil
    } else {
      article["scheduled_unpublish_at"] = nil
    }
  }

  private static func text(of change: LocalizedChange) -> JSONObject {
    var text = change.members
    text.removeAll { !ArticleContents.versionedMembers.contains($0.key) }
    return text
  }

  /// The content of a translation that does not exist yet.
  private static func blankTranslation(of article: Article, in call: Call) -> Record {
    var content = ArticleContents.model.blank()
    content["author_id"] = article["author_id"]
    content["created_at"] = .integer(call.now)
    content["created_by_id"] = .integer(Int64(Admins.actorID(in: call)))
    return content
  }
}

extension ArticleChange {
  /// The collections that a request assigns an article to, or nil if the request has neither `parent_ids` nor
  /// `parent_id`. `parent_ids` takes precedence over `parent_id`.
  ///
  /// Throws 404 if a collection does not exist.
  private static func parentIDs(in call: Call) throws -> [JSON]? {
    let ids: [Int64]
    if let json = call.body["parent_ids"], !json.isNull {
      ids = try call.integers(from: json, member: "parent_ids")
    } else if let json = call.body["parent_id"] {
      ids = json.isNull ? [] : try call.integers(from: [json], member: "parent_id")
    } else {
      return nil
    }
    if let type = call.body["parent_type"], !type.isNull, type != "collection", type != "section" {
      throw APIError.parameterInvalid("parent_type must be one of collection, section")
    }
    for id in ids where call.workspace[Collections.model][String(id)] == nil {
      throw APIError.notFound(for: Collections.model)
    }
    var unique: [Int64] = []
    for id in ids where !unique.contains(id) { unique.append(id) }
    return unique.map(JSON.integer)
  }
}

/// The scheduled publish and unpublish times that a request specifies (Documentation.docc/Content.md).
struct ArticleSchedule {
  /// The change of a scheduled time: absent, null or a Unix time in seconds.
  enum ScheduleChange: Equatable {
    case unspecified, cleared
    case set(Int64)
  }

  let publish: ScheduleChange
  let unpublish: ScheduleChange

  /// Throws `parameter_invalid` with the name of the invalid field.
  init(in call: Call) throws {
    publish = try Self.scheduleChange(named: "scheduled_publish_at", in: call)
    unpublish = try Self.scheduleChange(named: "scheduled_unpublish_at", in: call)
    if case .set = publish, case .set = unpublish {
      throw Self.parameterInvalid(
        field: "scheduled_unpublish_at",
        message: "Cannot set scheduled_publish_at and scheduled_unpublish_at in the same request")
    }
    if case .set = publish, call.body["state"] == "draft" {
      throw Self.parameterInvalid(
        field: "scheduled_publish_at", message: "Cannot schedule a publish while setting state to draft")
    }
  }

  /// Whether the request schedules a publish.
  var publishesLater: Bool {
    if case .set = publish { true } else { false }
  }

  /// Writes the times to an article. Setting one of the two times clears the other.
  ///
  /// Throws `parameter_invalid` when scheduling to unpublish an article that was never published.
  func apply(to article: inout Article) throws {
    if publish == .cleared { article["scheduled_publish_at"] = nil }
    if unpublish == .cleared { article["scheduled_unpublish_at"] = nil }
    if case .set(let time) = publish {
      article["scheduled_publish_at"] = .integer(time)
      article["scheduled_unpublish_at"] = nil
    }
    if case .set(let time) = unpublish {
      guard article.isPublished || article["was_published"] == true else {
        throw Self.parameterInvalid(
          field: "scheduled_unpublish_at",
          message: "Cannot schedule unpublish for an article that has never been published")
      }
      article["scheduled_unpublish_at"] = .integer(time)
      article["scheduled_publish_at"] = nil
    }
  }

  /// Unknown: Intercom's messages for a time that is invalid or in the past.
  private static func scheduleChange(named name: String, in call: Call) throws -> ScheduleChange {
    guard let json = call.body[name] else { return .unspecified }
    if json.isNull { return .cleared }
    guard let time = json.string.flatMap(ISO8601.seconds) else {
      throw parameterInvalid(field: name, message: "\(name) must be an ISO 8601 timestamp")
    }
    guard time > call.now else { throw parameterInvalid(field: name, message: "\(name) must be in the future") }
    return .set(time)
  }

  private static func parameterInvalid(field: String, message: String) -> APIError {
    APIError(status: .badRequest, code: "parameter_invalid", message: message, field: field)
  }
}
