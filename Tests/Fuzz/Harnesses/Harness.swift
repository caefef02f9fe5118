/// Something of ours that reads what anyone may send, and what must hold whatever that is.
struct FuzzHarness: Sendable {
  /// Takes one input; throws a `Finding` when something does not hold.
  typealias Check = (_ input: [UInt8]) throws -> Void

  /// Also that of its folder in `Corpus`.
  let name: String
  /// Makes ready, once for all inputs.
  let prepare: @Sendable () throws -> Check

  static let all = [
    requests, chunks, json, queries, searches, cursors, fixtures, forms, urls, zones, times, answers, texts, server,
    operations,
  ]

  /// One that needs no preparation.
  static func stateless(named name: String, _ check: @escaping @Sendable (_ input: [UInt8]) throws -> Void)
    -> FuzzHarness
  {
    FuzzHarness(name: name) { check }
  }
}
