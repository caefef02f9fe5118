import API
import HTTPTypes
import Store

/// Reads the parameters of a content search: lists are repeated, or separated by commas.
struct ContentQuery {
  private let call: Call

  init(_ call: Call) {
    self.call = call
  }

  /// Unknown: the words for what makes no sense, but for records that are not there.
  static func refusal(_ message: String) -> APIError {
    APIError(.unprocessableContent, "parameter_invalid", message)
  }

  private static let badReference = APIError(
    .unprocessableContent, "data_invalid", "Invalid or duplicated record reference")

  func texts(_ name: String) -> [String] {
    call.query.filter { $0.name == name || $0.name == name + "[]" }
      .flatMap { $0.value.split(separator: ",").map(String.init) }
  }

  func option(_ name: String, _ known: [String]) throws -> String? {
    guard let text = call.query(name), !text.isEmpty else { return nil }
    guard known.contains(text) else {
      throw Self.refusal("\(name) must be one of \(known.joined(separator: ", "))")
    }
    return text
  }

  /// Nil when the query names none.
  func options(_ name: String, _ known: [String]) throws -> Set<String>? {
    let texts = Set(texts(name))
    guard texts.isSubset(of: known) else {
      throw Self.refusal("\(name) must be one of \(known.joined(separator: ", "))")
    }
    return texts.isEmpty ? nil : texts
  }

  /// Ids of records that there are, each once.
  func ids(_ name: String, of model: Model) throws -> Set<String> {
    let ids = texts(name)
    guard Set(ids).count == ids.count, ids.allSatisfy({ call.workspace[model][$0] != nil }) else {
      throw Self.badReference
    }
    return Set(ids)
  }

  /// From `_after` to `_before`, both of them counted.
  func times(_ name: String) throws -> ClosedRange<Int64> {
    let (after, before) = (try time("\(name)_after") ?? .min, try time("\(name)_before") ?? .max)
    guard after <= before else { throw Self.refusal("\(name)_after must not be later than \(name)_before") }
    return after...before
  }

  private func time(_ name: String) throws -> Int64? {
    guard let text = call.query(name), !text.isEmpty else { return nil }
    guard let time = Int64(text), time.magnitude < 1 << 40 else {
      throw Self.refusal("\(name) must be a Unix timestamp in seconds")
    }
    return time
  }
}
