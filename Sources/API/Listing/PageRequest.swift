import HTTPMessage
import JSON
import Store

/// Which page of a list a call asks for.
struct PageRequest {
  var number: Int
  var perPage: Int
  var cursor: Cursor?

  static let everything = PageRequest(number: 1, perPage: .max, cursor: nil)

  private init(number: Int, perPage: Int, cursor: Cursor?) {
    self.number = number
    self.perPage = perPage
    self.cursor = cursor
  }

  /// The page that a query names.
  ///
  /// Throws `parameter_invalid` for numbers that are none and `client_error` for a cursor that is none.
  /// Unknown: what Intercom does with a `per_page` out of bounds; here the nearest bound serves.
  init(in call: Call, listing: Listing) throws {
    guard listing.paging != .unpaged else {
      self = .everything
      return
    }
    let cursor = try call.queryParameter("starting_after").flatMap { $0.isEmpty ? nil : try Cursor($0) }
    let number = try call.integerQueryParameter("page") ?? 1
    let perPage = try call.integerQueryParameter("per_page") ?? listing.perPage
    self.init(
      number: cursor?.page ?? max(number, 1), perPage: min(max(perPage, 1), listing.limit), cursor: cursor)
  }

  /// The page that a search body's `pagination` names.
  init(pagination: JSONObject, listing: Listing) throws {
    var cursor: Cursor?
    if let after = pagination["starting_after"], !after.isNull {
      guard let text = after.string else { throw APIError.parameterInvalid("starting_after must be a string") }
      cursor = text.isEmpty ? nil : try Cursor(text)
    }
    let perPage = try Self.integer(from: pagination, named: "per_page") ?? listing.perPage
    let number = try Self.integer(from: pagination, named: "page") ?? 1
    self.init(number: cursor?.page ?? max(number, 1), perPage: min(max(perPage, 1), listing.limit), cursor: cursor)
  }

  private static func integer(from object: JSONObject, named name: String) throws -> Int? {
    guard let json = object[name], !json.isNull else { return nil }
    guard let number = json.integral ?? json.string.flatMap({ Int64($0) }), number.magnitude < 1 << 40 else {
      throw APIError.parameterInvalid("\(name) must be an integer")
    }
    return Int(number)
  }

  /// How many records come before the page when no cursor says where it starts.
  func offset(for listing: Listing) throws -> Int {
    if let cursor { return max(Int(cursor.key.integral ?? 0), 0) }
    let offset = (number - 1) * min(perPage, 1 << 20)
    if let reach = listing.recordLimit, offset >= reach {
      throw APIError(status: .badRequest, code: "bad_request", message: "page limit reached, please use scroll API")
    }
    return offset
  }

  func start(for listing: Listing) throws -> PageStart {
    guard let cursor else { return .offset(try offset(for: listing)) }
    return .after(key: (cursor.key.integral ?? 0) / 1000, id: cursor.id)
  }

  /// How many pages there are of so many records.
  func pageCount(of total: Int) -> Int {
    total == 0 ? 0 : (total - 1) / perPage + 1
  }

  /// The `pages` member.
  func node(for listing: Listing, total: Int, next cursor: Cursor?, in call: Call) -> Node {
    let count = pageCount(of: total)
    let next: Node? = number < count ? self.nextLink(for: listing, cursor: cursor, in: call) : nil
    return .members([
      "type": "pages", "next": next ?? (listing.endsWithNull ? .null : nil), "page": .integer(number),
      "per_page": .integer(perPage), "total_pages": .integer(count),
      "prev": listing.linksBack ? (number > 1 ? link(to: number - 1, in: call) : .null) : nil,
    ])
  }

  /// Recorded: an object in cursor lists, an absolute URL in numbered ones (pagination.md, 1).
  private func nextLink(for listing: Listing, cursor: Cursor?, in call: Call) -> Node? {
    switch listing.paging {
    case .cursor:
      cursor.map { .members(["page": .integer($0.page), "starting_after": .string($0.text)]) }
    default: link(to: number + 1, in: call)
    }
  }

  private func link(to page: Int, in call: Call) -> Node {
    .string("\(call.baseURL)\(call.path)?\(otherQueryParameters(in: call))per_page=\(perPage)&page=\(page)")
  }

  /// The other parameters of the query, so that following `next` asks for the same list.
  private func otherQueryParameters(in call: Call) -> String {
    call.query.filter { !["page", "per_page", "starting_after"].contains($0.name) }
      .map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))&" }.joined()
  }
}

/// Where a page starts: base64 of `[sort value, id, page]`, as recorded (api-behaviour.md, 5). Times are in milliseconds.
///
/// Stateless: it resumes after (sort value, id), whatever moved meanwhile.
struct Cursor: Equatable {
  var key: JSON
  var id: String
  var page: Int

  init(key: JSON, id: String, page: Int) {
    self.key = key
    self.id = id
    self.page = page
  }

  /// Throws 400 `client_error` for a text that is no cursor.
  init(_ text: String) throws {
    guard let bytes = Base64.decode(text), let parts = try? JSON(parsing: bytes).array, parts.count == 3,
      let id = parts[1].string ?? parts[1].integer.map(String.init), let page = parts[2].integral, page > 0,
      page < 1 << 40
    else { throw APIError.invalidCursor }
    self.init(key: parts[0], id: id, page: Int(page))
  }

  var text: String {
    // Only what reads back as the same id: a fixture may call a record "007".
    let number = id.count < 19 ? Int64(id).flatMap { String($0) == id ? $0 : nil } : nil
    return Base64.encode(JSON.array([key, number.map(JSON.integer) ?? .string(id), .integer(Int64(page))]).bytes)
  }
}
