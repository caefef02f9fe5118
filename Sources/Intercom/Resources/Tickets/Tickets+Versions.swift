import API
import JSON

/// How requests about tickets looked before.
extension Tickets {
  /// Before there were kinds of replies: a note of an admin.
  static let note: VersionChange.Rewriting = { body in
    var note = body
    note["type"] = "admin"
    note["message_type"] = "note"
    return note
  }

  /// Before the ids stood in the request itself: in an `assignment`.
  static let flattenAssignment: VersionChange.Rewriting = { body in
    var flat = body
    flat["admin_id"] = body["assignment"]?["admin_id"]
    flat["assignee_id"] = body["assignment"]?["assignee_id"]
    flat["assignment"] = nil
    return flat
  }
}
