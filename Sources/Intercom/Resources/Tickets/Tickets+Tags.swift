import API
import HTTPTypes
import JSON
import Store

/// Tags on tickets.
extension Tickets {
  private static let noTag = APIError(.notFound, "tag_not_found", "Tag not found")

  static func attachTag(_ call: Call) throws -> Reply {
    let ticket = try call.find(model, "ticket_id")
    guard let id = try call.id("id") else {
      throw APIError.parameterMissing("id is a required parameter")
    }
    guard let tag = call.workspace[Tags.model][id] else { throw noTag }
    let tagging = Taggings.add(tag.id, to: "ticket", ticket.id, by: try call.admin(), call)
    return .ok(Taggings.applied(tagging, call.workspace) ?? .record(tag))
  }

  static func detachTag(_ call: Call) throws -> Reply {
    let ticket = try call.find(model, "ticket_id")
    _ = try Admins.named(call.body["admin_id"], call)
    guard let tagging = Taggings.find(call.parameter("id"), on: "ticket", ticket.id, call.workspace),
      let answer = Taggings.applied(tagging, call.workspace)
    else { throw noTag }
    call.workspace[Taggings.model].remove(tagging.id)
    return .ok(answer)
  }
}
