import API

/// An answer as a story writes it.
struct ExpectedResponse: Sendable, Equatable {
  /// Those of the `@versions` above it.
  var versions: [APIVersion]?
  let status: Int
  let fields: [HeaderLine]
  /// Its JSON; empty when there is none.
  let body: String
}
