import HTTPMessage
import JSON
import Store

/// The page of a list that a call requests.
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

  /// Reads the paging parameters of the query.
  ///
  /// Unknown: what Intercom does with a `per_page` out of range. Here it is clamped to 1...`listing.limit`.
  /// - Throws: `parameter_invalid` (400) if a number is malformed; `client_error` (400) if the cursor is malformed
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

  /// Reads the `pagination` object of a request body.
  /// - Throws: `parameter_invalid` (400) if a number is malformed; `client_error` (400) if the cursor is malformed
  init(pagination: JSONObject, listing: Listing) throws {
    let cursor = try pagination.optional("starting_after", as: .nonEmptyString).map { try Cursor($0) }
    let perPage = try pagination.optional("per_page", as: .integer(in: .fortyBits)).map { Int($0) } ?? listing.perPage
    let number = try pagination.optional("page", as: .integer(in: .fortyBits)).map { Int($0) } ?? 1
    self.init(number: cursor?.page ?? max(number, 1), perPage: min(max(perPage, 1), listing.limit), cursor: cursor)
  }

  /// The number of records before the page, from the page number, or from a cursor whose key is an offset.
  /// - Throws: `bad_request` (400) beyond the listing's `recordLimit`
  func offset(for listing: Listing) throws -> Int {
    if let cursor { return max(Int(cursor.key.integral ?? 0), 0) }
    let offset = (number - 1) * min(perPage, 1 << 20)
    if let recordLimit = listing.recordLimit, offset >= recordLimit {
      throw APIError(status: .badRequest, code: "bad_request", message: "page limit reached, please use scroll API")
    }
    return offset
  }

  /// The position where the page starts: an offset, or after the record of the cursor.
  /// - Throws: `bad_request` (400) beyond the listing's `recordLimit`
  func start(for listing: Listing) throws -> PageStart {
    guard let cursor else { return .offset(try offset(for: listing)) }
    return .after(key: (cursor.key.integral ?? 0) / 1000, id: cursor.id)
  }

  /// The number of pages for a number of records.
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

  /// Recorded: an object in cursor lists, an absolute URL in numbered ones (Documentation.docc/Pagination.md, "Kinds of
  /// list").
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

  /// The query without paging parameters, so that the link requests the same list.
  private func otherQueryParameters(in call: Call) -> String {
    call.query.filter { !["page", "per_page", "starting_after"].contains($0.name) }
      .map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))&" }.joined()
  }
}

/// The position in a list: base64 of `[sort value, id, page]`, as recorded (Documentation.docc/Pagination.md,
/// "Cursors").
///
/// The server keeps no state for a cursor. The page starts after (sort value, id), even if records were added or moved.
struct Cursor: Equatable {
  /// The sort value of the last record before the page; times are in milliseconds.
  var key: JSON
  /// The id of that record.
  var id: String
  /// The number of the page, counted from 1.
  var page: Int

  init(key: JSON, id: String, page: Int) {
    self.key = key
    self.id = id
    self.page = page
  }

  /// Parses an encoded cursor.
  /// - Throws: `client_error` (400) if it is malformed
  init(_ text: String) throws {
    guard let bytes = Base64.decode(text), let parts = try? JSON(parsing: bytes).array, parts.count == 3,
      let id = parts[1].string ?? parts[1].integer.map(String.init), let page = parts[2].integral, page > 0,
      page < 1 << 40
    else { throw APIError.invalidCursor }
    self.init(key: parts[0], id: id, page: Int(page))
  }

  /// The encoded cursor.
  var text: String {
    // Encode an id as a number only if parsing returns the same string: a fixture may contain the id "007".
    let number = id.count < 19 ? Int64(id).flatMap { String($0) == id ? $0 : nil } : nil
    return Base64.encode(JSON.array([key, number.map(JSON.integer) ?? .string(id), .integer(Int64(page))]).bytes)
  }
}
