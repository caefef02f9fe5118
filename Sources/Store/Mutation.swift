/// One write to the store: what webhooks and histories are made of.
public struct Mutation: Sendable {
  /// The collection's name.
  public let collection: String
  /// The record as it was; nil when it was created.
  public let before: Record?
  /// The record as it is; nil when it was removed.
  public let after: Record?

  /// Several writes as what they come to: one for each record, in the order in which the records were first written;
  /// none for a record that came and went.
  public static func summed(_ mutations: [Mutation]) -> [Mutation] {
    guard mutations.count > 1 else { return mutations }
    var places: [Key: Int] = [:]
    var sums: [Mutation] = []
    for mutation in mutations {
      let key = Key(collection: mutation.collection, id: (mutation.after ?? mutation.before)?.id ?? "")
      if let place = places[key] {
        sums[place] = Mutation(collection: key.collection, before: sums[place].before, after: mutation.after)
      } else {
        places[key] = sums.count
        sums.append(mutation)
      }
    }
    return sums.filter { $0.before != nil || $0.after != nil }
  }

  private struct Key: Hashable {
    let collection: String
    let id: String
  }
}
