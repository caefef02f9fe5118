import API
import HTTPTypes
import JSON

/// A list or search of the catalogue, with the parameters that it requires.
struct PagedList {
  let operation: API.Operation
  let path: String
  let version: APIVersion
  /// The members of the query or, for a POST with a `query`, of the body.
  var parameters: JSONObject

  /// Whether the paging parameters are in the `pagination` member of the body.
  var isSearch: Bool { parameters["query"] != nil }
}

/// One page of a list, as a client reads it.
struct ListPage {
  /// How the next page is requested.
  enum Next: Equatable {
    case cursor(String)
    case scroll(String)
    /// The cursor of a merge history.
    case history(String)
    case url(String)
    case number(Int)
  }

  /// The identifying member of each item.
  let keys: [String]
  let total: Int?
  let page: Int?
  let pageCount: Int?
  let next: Next?

  /// Whether the next page is requested by its number.
  var isNumbered: Bool {
    switch next {
    case .cursor, .scroll, .history: false
    case .url(let url): url.contains("&page=")
    case .number, nil: true
    }
  }

  /// Parses a reply; nil if the list is not divided into pages.
  init?(_ json: JSON) {
    let pages = json["pages"]?.object
    guard let items = Self.items(in: json) else { return nil }
    let number = (pages?["page"] ?? json["page"])?.integral.map(Int.init)
    let count = (pages?["total_pages"] ?? json["total_pages"])?.integral.map(Int.init)
    (page, pageCount, total) = (number, count, json["total_count"]?.integral.map(Int.init))
    keys = items.compactMap(Self.key)
    if let text = json["scroll_param"]?.string {
      next = keys.isEmpty ? nil : .scroll(text)
    } else if json["has_more"] != nil {
      next = json["next_cursor"]?.string.map(Next.history)
    } else if let text = pages?["next"]?["starting_after"]?.string {
      next = .cursor(text)
    } else if let text = pages?["next"]?.string {
      next = .url(text)
    } else if pages != nil || count != nil {
      // Without `next`, only the number of pages tells whether there is another one.
      next = number.flatMap { number in count.flatMap { number < $0 ? .number(number + 1) : nil } }
    } else {
      return nil
    }
  }

  private static func items(in json: JSON) -> [JSON]? {
    if let inner = json["data"]?.object { return inner.lazy.compactMap { $0.value.array }.first }
    return json.object?.lazy.filter { $0.key != "errors" }.compactMap { $0.value.array }.first
  }

  private static func key(of item: JSON) -> String? {
    ["id", "side_conversation_id", "source_contact_id"].lazy.compactMap { item[$0] }.first.flatMap {
      $0.string ?? $0.integral.map { String($0) }
    }
  }
}

/// A client that requests the pages of a list.
struct ListClient {
  let fixture: ServerFixture
  let list: PagedList

  /// Requests a page; returns the status and the page, nil if the reply is not a page.
  func page(_ next: ListPage.Next? = nil, size: Int?) -> (status: Int, page: ListPage?) {
    let answer =
      if case .url(let url) = next, list.operation.method == .get {
        fixture.send(.get, to: Self.target(of: url, size: size), version: list.version)
      } else if list.isSearch {
        fixture.send(.post, to: list.path, body: .object(body(next, size: size)), version: list.version)
      } else {
        fixture.send(
          list.operation.method, to: target(next, size: size), body: .object(numbers(next, size: size)),
          version: list.version)
      }
    return (answer.status, answer.status == 200 ? ListPage(answer.json) : nil)
  }

  private func body(_ next: ListPage.Next?, size: Int?) -> JSONObject {
    var (body, pagination) = (list.parameters, JSONObject())
    if let size { pagination["per_page"] = .integer(Int64(size)) }
    if case .cursor(let text) = next { pagination["starting_after"] = .string(text) }
    body["pagination"] = .object(pagination)
    return body
  }

  /// The body of a POST that is paged by number. Some of these take the number from the query, some from the body.
  private func numbers(_ next: ListPage.Next?, size: Int?) -> JSONObject {
    guard list.operation.method == .post else { return [:] }
    var body = list.parameters
    if let size { body["per_page"] = .integer(Int64(size)) }
    if let number = number(of: next) { body["page"] = .string(number) }
    return body
  }

  private func target(_ next: ListPage.Next?, size: Int?) -> String {
    var query = list.parameters.map { "\($0.key)=\($0.value.string ?? $0.value.text)" }
    if let size { query.append("per_page=\(size)") }
    switch next {
    case .cursor(let text): query.append("starting_after=\(text)")
    case .scroll(let text): query.append("scroll_param=\(text)")
    case .history(let text): query.append("cursor=\(text)")
    case .url, .number: query.append("page=\(number(of: next) ?? "")")
    case nil: break
    }
    return "\(list.path)?\(query.joined(separator: "&"))".replacing("+", with: "%2B")
  }

  private func number(of next: ListPage.Next?) -> String? {
    switch next {
    case .number(let number): String(number)
    case .url(let url): url.split(separator: "page=").last.map { String($0.prefix { $0.isNumber }) }
    default: nil
    }
  }

  /// The path and query of a URL, with another page size.
  private static func target(of url: String, size: Int?) -> String {
    let parts = url.split(separator: "/", maxSplits: 2).last?.split(separator: "?") ?? []
    let members = parts.last?.split(separator: "&").filter { !$0.hasPrefix("per_page=") }.map(String.init) ?? []
    return "/\(parts.first ?? "")?" + (members + (size.map { ["per_page=\($0)"] } ?? [])).joined(separator: "&")
  }

  /// Requests all pages, at most a hundred.
  func allPages(size: Int) -> [ListPage] {
    var pages: [ListPage] = []
    repeat {
      guard let page = page(pages.last?.next, size: size).page else { break }
      pages.append(page)
    } while pages.last?.next != nil && pages.count < 100
    return pages
  }
}
