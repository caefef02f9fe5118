import API
import HTTPTypes
import JSON
import Store

/// What is told of requests (webhooks.md, 5).
extension Topics {
  /// Recorded. Unknown: how the service numbers tokens; the client and its package are those of an app that is not known
  /// here.
  static let request: Topic.RequestItem = { notice in
    let (request, call) = (notice.request, notice.call)
    let admin = call.workspace[Admins.model][Admins.actor(call)]
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
      "admin": admin.map { ["id": .string($0.id), "email": $0["email"].stored ?? .null] } ?? .null,
    ]
  }
}
