import API
import HTTPTypes
import JSON

/// The items of a bulk request (errors.md, "Companies", "Contacts").
enum BulkItems {
  private static let limit = 100

  /// The items that the request names, in their order.
  ///
  /// Throws 422 when there are none or too many, or when they have the wrong form; the whole request is refused then.
  static func read(_ subject: BulkJobs.Subject, identified: Bool, _ call: Call) throws -> [JSONObject] {
    let name = subject.rawValue
    guard let json = call.body[name], !json.isNull else {
      throw refusal("field_not_found", "\(name) field must be supplied")
    }
    guard let list = json.array else { throw refusal("type_mismatch", "\(name) must be an array") }
    guard list.count <= limit else {
      throw refusal("parameter_invalid", "maximum number of \(name) per request is \(limit)")
    }
    let items = try list.map { item in
      guard let object = item.object else {
        throw refusal("type_mismatch", "each \(subject.singular) must be an object")
      }
      return object
    }
    if let job = call.body["job"], !job.isNull, job.object == nil {
      throw refusal("type_mismatch", "job must be an object")
    }
    guard !identified || items.allSatisfy(hasID) else {
      throw refusal("field_not_found", "\(name) must be identified by id")
    }
    return items
  }

  private static func hasID(_ item: JSONObject) -> Bool {
    item["id"]?.integral != nil || !(item["id"]?.string ?? "").isEmpty
  }

  private static func refusal(_ code: String, _ message: String) -> APIError {
    APIError(.unprocessableContent, code, message)
  }
}
