import API
import HTTPTypes
import JSON
import Store

/// Members that requests about articles of all kinds share.
extension Call {
  /// The HTML that `body` or `body_markdown` stands for; nil when there is neither. Throws `parameter_invalid`.
  func html(in members: JSONObject) throws -> String? {
    let body = try text(members, "body")
    guard let markdown = try text(members, "body_markdown") else { return body }
    guard body == nil else { throw APIError.parameterInvalid("body and body_markdown are mutually exclusive") }
    return Markdown.html(markdown)
  }

  /// The id of a teammate; nil when there is none. Throws `parameter_invalid`.
  func teammate(_ name: String, in members: JSONObject) throws -> Int64? {
    guard let json = members[name], !json.isNull else { return nil }
    guard let id = json.integral ?? json.string.flatMap({ Int64($0) }), workspace[Admins.model][String(id)] != nil
    else { throw APIError.parameterInvalid("\(name) must be the ID of a teammate of this workspace") }
    return id
  }

  /// The ids of `audience_ids`; nil when there are none. Throws `parameter_invalid`, with 404 for one that is not there.
  func audiences(in members: JSONObject) throws -> [JSON]? {
    guard let json = members["audience_ids"], !json.isNull else { return nil }
    do {
      return try Audiences.ids(in: json, self)
    } catch let error as APIError {
      throw error.withoutRequestID
    }
  }

  /// What `folder_id` says: null for no folder; nil when it is absent. Throws 404 for a folder that is not there.
  func folder(in members: JSONObject) throws -> JSON? {
    guard let json = members["folder_id"] else { return nil }
    if json.isNull { return JSON.null }
    guard let id = json.integral ?? json.string.flatMap({ Int64($0) }) else {
      throw APIError.parameterInvalid("folder_id must be an integer")
    }
    guard workspace[Folders.model][String(id)] != nil else { throw APIError.notFound(Folders.model) }
    return .integer(id)
  }

  /// The whole numbers of a list. Throws `parameter_invalid`.
  func integers(_ json: JSON, _ name: String) throws -> [Int64] {
    guard let items = json.array else { throw APIError.parameterInvalid("\(name) must be an array") }
    return try items.map { item in
      guard let id = item.integral ?? item.string.flatMap({ Int64($0) }) else {
        throw APIError.parameterInvalid("\(name) must be an array of integers")
      }
      return id
    }
  }

  private func text(_ members: JSONObject, _ name: String) throws -> String? {
    guard let json = members[name], !json.isNull else { return nil }
    guard let text = json.string else { throw APIError.parameterInvalid("\(name) must be a string") }
    return text
  }
}
