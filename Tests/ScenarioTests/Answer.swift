import API

/// An answer as a story writes it.
struct Answer: Sendable, Equatable {
  /// Those of the `@versions` above it.
  var versions: [APIVersion]?
  let status: Int
  let fields: [FieldLine]
  /// Its JSON; empty when there is none.
  let body: String
}
