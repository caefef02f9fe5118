import API
import JSON
import Store
import TimeZones

/// What a request says of an article, in each of the languages that it speaks of.
struct ArticleChange {
  /// What is said in one language: members in the form that is kept.
  private struct LocalizedChange {
    let locale: String
    var members: JSONObject
    var state: String?
  }

  private let schedule: ArticleSchedule
  private var localizedChanges: [LocalizedChange] = []
  /// The audiences of all languages; nil when the request leaves them to each.
  private var audiences: [JSON]?
  private var parents: [JSON]?
  private var folder: JSON?
  /// In which languages a text or a state was written, and whether it was only staged.
  private(set) var writtenLocales: [(locale: String, isStaged: Bool)] = []

  private static let members = [
    "title", "description", "body", "body_markdown", "author_id", "state", "audience_ids", "ai_chatbot_availability",
    "ai_copilot_availability", "ai_sales_agent_availability",
  ]

  /// The part that does not depend on the article. Throws what is wrong with it.
  init(in call: Call) throws {
    schedule = try ArticleSchedule(in: call)
    audiences = try call.audiences(in: call.body)
    parents = try Self.parentIDs(in: call)
    folder = try call.folder(in: call.body)
  }

  /// Reads what is said of an article in its languages. Throws `parameter_invalid`.
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
    // The body's own members win over its default language's.
    if root["body"] != nil || root["body_markdown"] != nil { own.removeAll { $0.key.hasPrefix("body") } }
    for (name, value) in root { own[name] = value }
    localizedChanges.insert(try Self.localizedChange(for: article.defaultLocale, members: own, in: call), at: 0)
  }

  /// Throws `parameter_not_found` when a new article lacks its author or its title.
  func check(isComplete locale: String) throws {
    let members = localizedChanges.first { $0.locale == locale }?.members ?? [:]
    guard members["author_id"] != nil else { throw Articles.authorMissing }
    guard members["title"] != nil else { throw APIError.parameterMissing("title is a required parameter") }
  }

  private static func localizedChange(for locale: String, members: JSONObject, in call: Call) throws -> LocalizedChange
  {
    var kept = members
    kept.removeAll { !Self.members.contains($0.key) || $0.value.isNull || $0.key.hasPrefix("body") }
    kept["body"] = try call.html(in: members).map { .string(HTML.articleBody(from: $0)) }
    kept["author_id"] = try call.teammate("author_id", in: members).map(JSON.integer)
    kept["audience_ids"] = try call.audiences(in: members).map(JSON.array)
    if kept["title"] == "" { throw APIError.parameterInvalid("title must not be empty") }
    for (name, value) in kept { _ = try ArticleContents.model.field(named: name)?.validated(value) }
    let state = kept.removeValue(forKey: "state")?.string
    return LocalizedChange(locale: locale, members: kept, state: state)
  }

  // MARK: Writing

  /// Writes what is said to an article. Throws what its state does not allow.
  mutating func apply(to article: inout Article, in call: Call) throws {
    writeParentsAndAudiences(to: &article)
    for telling in localizedChanges { try write(telling, to: &article, in: call) }
    try schedule.apply(to: &article)
    // A text that was written notes the time itself: the article's own is its default language's.
    if writtenLocales.isEmpty { article["updated_at"] = .integer(call.now) }
  }

  /// Stages the texts alone, whatever else is said; a translation that was never written begins as a draft.
  mutating func stage(on article: inout Article, in call: Call) throws {
    for telling in localizedChanges {
      let text = Self.text(of: telling)
      if article.liveContent(for: telling.locale) == nil {
        try write(LocalizedChange(locale: telling.locale, members: text, state: nil), to: &article, in: call)
      } else if !text.isEmpty || telling.locale == article.defaultLocale {
        try stage(text, for: telling.locale, on: &article, in: call)
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

  private mutating func write(_ telling: LocalizedChange, to article: inout Article, in call: Call) throws {
    let locale = telling.locale
    var content = article.liveContent(for: locale) ?? Self.blankTranslation(of: article, in: call)
    let text = Self.text(of: telling)
    // A time to publish takes the place of publishing at once.
    let state = schedule.publishesLater && telling.state == "published" ? nil : telling.state
    let isStaged =
      content["state"] == "published" && state == nil && (schedule.publishesLater || article.draft(for: locale) != nil)
    var members = telling.members
    if let audiences { members["audience_ids"] = .array(audiences) }
    if isStaged {
      members.removeAll { ArticleContents.versionedMembers.contains($0.key) }
      if !text.isEmpty { try stage(text, for: locale, on: &article, in: call) }
    } else if state != nil, let draft = article.draft(for: locale) {
      // A state that is said settles what is staged: it is published with the rest, or becomes the draft.
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

  /// What was to come at a time has come.
  private func clearDueSchedule(of article: inout Article) {
    if article.isPublished {
      article["was_published"] = true
      article["scheduled_publish_at"] = nil
    } else {
      article["scheduled_unpublish_at"] = nil
    }
  }

  private static func text(of telling: LocalizedChange) -> JSONObject {
    var text = telling.members
    text.removeAll { !ArticleContents.versionedMembers.contains($0.key) }
    return text
  }

  /// A translation that is not written yet.
  private static func blankTranslation(of article: Article, in call: Call) -> Record {
    var content = ArticleContents.model.blank()
    content["author_id"] = article["author_id"]
    content["created_at"] = .integer(call.now)
    content["created_by_id"] = .integer(Int64(Admins.actorID(in: call)))
    return content
  }
}

extension ArticleChange {
  /// The collections that a request puts an article in; nil when it says nothing of them. `parent_ids` wins over
  /// `parent_id`. Throws 404 for a collection that is not there.
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

/// When a request wants an article published or taken back (state-machine.md, 9).
struct ArticleSchedule {
  /// What is said of a time: nothing, that there is none, or when.
  enum ScheduleChange: Equatable {
    case unspecified, cleared
    case set(Int64)
  }

  let publish: ScheduleChange
  let unpublish: ScheduleChange

  /// Throws `parameter_invalid` with the field that is wrong.
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

  /// Whether a time to publish is set.
  var publishesLater: Bool {
    if case .set = publish { true } else { false }
  }

  /// Writes the times to an article: one that is set takes the place of the other.
  ///
  /// Throws `parameter_invalid` when an article is to be taken back that never was out.
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

  /// Unknown: Intercom's own wordings for a time that is none or past.
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
