/// Writes that follow from the writes to a collection, whoever made these: a request, a fixture or the control plane.
///
/// It keeps two records that share members equal. A derivation must not write a record that has the derived members
/// already; otherwise two derivations between the same collections would never end.
public struct Derivation: Sendable {
  /// Name of the collection.
  let collection: String
  let apply: @Sendable (Record, Workspace) -> Void
  let repair: @Sendable (Workspace, [Mutation]?) -> SlicedWork<Void>

  /// Creates a derivation.
  /// - Parameters:
  ///   - collection: the name of the collection whose writes are followed
  ///   - apply: called with each record that was inserted or replaced
  ///   - repair: the work to do after records were written from outside, when records may be missing on either side: with
  ///     these writes, or with nil after whole collections were replaced
  public init(
    from collection: String,
    repair: @escaping @Sendable (Workspace, [Mutation]?) -> SlicedWork<Void> = { _, _ in .finished(()) },
    apply: @escaping @Sendable (Record, Workspace) -> Void
  ) {
    self.collection = collection
    self.apply = apply
    self.repair = repair
  }
}
