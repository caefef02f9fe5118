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
  /// Only cursor lists have cursors; the others ignore `starting_after`.
  ///
  /// Unknown: what Intercom does with a `per_page` out of range. Here it is clamped to 1...`listing.limit`.
  /// - Throws: `parameter_invalid` (400) if a number is malformed; `client_error` (400) if the cursor is malformed
  init(in call: Call, listing: Listing) throws {
    guard listing.paging != .unpaged else {
      self = .everything
      return
    }
    let after = listing.paging == .cursor ? call.queryParameter("starting_after") : nil
    let cursor = try after.flatMap { $0.isEmpty ? nil : try Cursor($0) }
    let number = try call.integerQueryParameter("page") ?? 1
    let perPage = try call.integerQueryParameter("per_page") ?? listing.perPage
    self.init(
      number: cursor?.page ?? max(number, 1), perPage: min(max(perPage, 1), listing.limit), cursor: cursor)
  }

  /// Reads the `pagination` object of a request body.
  /// - Throws: `parameter_invalid` (400) if a number is malformed; `client_error` (400) if the cursor is malformed
  init(pagination: JSONObject, listing: Listing) throws {
    let hasCursor = listing.paging == .cursor
    let cursor = try hasCursor ? pagination.optional("starting_after", as: .nonEmptyString).map { try Cursor($0) } : nil
    let perPage = try pagination.optional("per_page", as: .integer(in: .fortyBits)).map { Int($0) } ?? listing.perPage
    let number = try pagination.optional("page", as: .integer(in: .fortyBits)).map { Int($0) } ?? 1
    self.init(number: cursor?.page ?? max(number, 1), perPage: min(max(perPage, 1), listing.limit), cursor: cursor)
  }

  /// The number of records to read: one more than the page holds, which shows whether another page follows.
  var lookahead: Int {
    perPage == .max ? perPage : perPage + 1
  }

  /// The number of records before the page, from the page number.
  /// - Throws: `bad_request` (400) beyond the listing's `recordLimit`
  func offset(for listing: Listing) throws -> Int {
    let offset = (number - 1) * min(perPage, 1 << 20)
    if let recordLimit = listing.recordLimit, offset >= recordLimit {
      throw APIError(status: .badRequest, code: "bad_request", message: "page limit reached, please use scroll API")
    }
    return offset
  }

  /// The position where the page starts: an offset, or after the record of the cursor.
  /// - Throws: `client_error` (400) if the sort value of the cursor is not of an ordered list; `bad_request` (400) beyond
  ///   the listing's `recordLimit`
  func start(for listing: Listing) throws -> PageStart {
    guard let cursor else { return .offset(try offset(for: listing)) }
    return .after(key: try cursor.sortValue, id: cursor.id)
  }

  /// The number of pages for a number of records.
  func pageCount(of total: Int) -> Int {
    total == 0 ? 0 : (total - 1) / perPage + 1
  }
}
