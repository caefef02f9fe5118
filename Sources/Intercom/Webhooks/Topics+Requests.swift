import API
import HTTPTypes
import JSON
import Store

/// Items of notifications about requests (Documentation.docc/Webhooks.md, "Items").
extension Topics {
  /// Recorded. Unknown: Intercom's ids of tokens; the OAuth client and the package are those of an app that is unknown
  /// here, so null.
  static let completedRequest: Topic.RequestItem = { notice in
    let (request, call) = (notice.request, notice.call)
    let admin = call.workspace[Admins.model][Admins.actorID(in: call)]
    return [
      "type": "api.request.completed", "request_id": .string(notice.id), "timestamp": .integer(call.now),
      "request": [
        "method": .string(request.method.rawValue), "path": .string(String(request.target.prefix { $0 != "?" })),
        "ip_address": .string(request.peer), "user_agent": .optional(request.fields[.userAgent]),
      ],
      "authentication": [
        "method": "oauth", "token_id": .string(notice.token), "oauth_client_id": .null, "app_package_code": .null,
      ],
      "response": ["status": .integer(Int64(notice.status))],
      "admin": admin.map { ["id": .string($0.id), "email": $0["email"].json ?? .null] } ?? .null,
    ]
  }
}
