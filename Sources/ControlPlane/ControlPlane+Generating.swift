import API
import JSON
import Server

/// Plausible records by the ten thousand.
extension ControlPlane {
  private static let most: Int64 = 200_000

  static let generatingRoutes: [ControlRoute] = [
    ControlRoute(
      later: .post, "/_mock/generate",
      "Make plausible, linked records, the same for the same seed; others are served "
        + "meanwhile",
      takes: .object([
        .optional("contacts", .integer(0...most)), .optional("companies", .integer(0...most)),
        .optional("conversations", .integer(0...most)), .optional("seed", .integer()),
      ]),
      gives: .object([
        .required("companies", .integer()), .required("contacts", .integer()), .required("conversations", .integer()),
        .required("conversation_parts", .integer()), .required("seed", .integer()),
      ]), statuses: [.ok, .conflict], generate)
  ]

  func generate(_ call: ControlCall) throws -> ControlAnswer {
    func count(_ name: String) -> Int { Int(call.body[name]?.integral ?? 0) }
    let order = GenerationRequest(
      contacts: count("contacts"), companies: count("companies"), conversations: count("conversations"),
      seed: UInt64(call.body["seed"]?.integral ?? 1))
    guard order.contacts + order.companies + order.conversations > 0 else {
      throw Self.wrong("contacts", "contacts, companies or conversations must be at least 1")
    }
    guard order.conversations == 0 || order.contacts > 0 else {
      throw Self.wrong("contacts", "contacts must be at least 1: conversations need somebody to begin them")
    }
    let tenant = try tenant(call)
    server.catchUp(tenant)
    // What is refused at once must not become an answer that comes later.
    var started: ((Result<Reply, APIError>) -> Void)?
    var early: Result<Reply, APIError>?
    try server.generate(order, in: tenant) { result in
      let reply = result.map { Self.reply($0, order) }
      if let started { started(reply) } else { early = reply }
    }
    return .later { complete in
      if let early { complete(early) } else { started = complete }
    }
  }

  private static func reply(_ made: [(collection: String, count: Int)], _ order: GenerationRequest) -> Reply {
    var object = JSONObject()
    for (collection, count) in made { object.append(key: collection, value: .integer(Int64(count))) }
    object.append(key: "seed", value: .integer(Int64(clamping: order.seed)))
    return .ok(.json(.object(object)))
  }
}
