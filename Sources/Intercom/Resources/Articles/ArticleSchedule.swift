import API
import JSON
import Store

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
