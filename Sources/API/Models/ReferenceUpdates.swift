import Store

/// The references of all models, by their target collections.
struct ReferenceTable: Sendable {
  /// A reference with the model that declares it.
  struct Entry: Sendable {
    let model: Model
    let reference: Reference
    /// The target collection, one of those of the reference.
    let collection: String
    /// Whether an index finds the referring records; otherwise all records of the model are read.
    let isIndexed: Bool
  }

  private let entries: [String: [Entry]]

  init(models: [Model]) {
    var entries: [String: [Entry]] = [:]
    for model in models {
      guard let definition = model.definition else { continue }
      for reference in model.references {
        let isIndexed = definition.indexes.contains { $0.name == reference.index }
        for name in reference.collections {
          entries[name, default: []].append(
            Entry(model: model, reference: reference, collection: name, isIndexed: isIndexed))
        }
      }
    }
    self.entries = entries.mapValues { all in
      all.filter { $0.reference.onDelete == .cascade } + all.filter { $0.reference.onDelete != .cascade }
    }
  }

  /// The references to the records of a model: first those that delete their records with the target, then the others;
  /// both in the
  /// order of the models. The order is visible: webhooks are sent in the order of the writes.
  func references(to model: Model) -> [Entry] {
    model.definition.flatMap { entries[$0.name] } ?? []
  }
}

/// Deletion and merging of records according to their declared references.
extension Call {
  /// Deletes a record, the records that cascade from it, and the ids of all of them in other records.
  ///
  /// The order of the writes: the references to a record, then the record, then those that cascade from it. Callers
  /// check
  /// `dependents` first where a reference has the rule `restrict`.
  public func delete(_ record: Record, of model: Model) {
    var pending = [(model: model, record: record)]
    while let (model, record) = pending.popLast() {
      // A record that refers to several deleted records is found several times.
      guard workspace[model][record.id] != nil else { continue }
      removeReferences(to: record, of: model)
      workspace[model].remove(id: record.id)
      for entry in plan.references.references(to: model) where entry.reference.onDelete == .cascade {
        pending += records(of: entry, referringTo: record.id).map { (entry.model, $0) }
      }
    }
  }

  /// Removes the ids of a record from the records whose references have the rule `remove` or `removeAndTouch`.
  public func removeReferences(to record: Record, of model: Model) {
    for entry in plan.references.references(to: model) {
      let rule = entry.reference.onDelete
      guard rule == .remove || rule == .removeAndTouch else { continue }
      for referring in records(of: entry, referringTo: record.id) {
        var changed = entry.reference.removing(record.id, of: entry.collection, from: referring)
        if rule == .removeAndTouch { changed["updated_at"] = .integer(now) }
        workspace[entry.model].replace(changed)
      }
    }
  }

  /// Merges a record into another of its collection: moves the references, then deletes the record.
  ///
  /// The caller combines the fields of the two records.
  public func merge(_ source: Record, into target: Record, of model: Model) {
    for entry in plan.references.references(to: model) {
      switch entry.reference.onMerge {
      case .likeDeletion: break
      case .follow: moveReferences(entry, from: source.id, to: target.id)
      case .followUnlessEqual(let field):
        moveReferences(entry, from: source.id, to: target.id, unlessEqual: field)
      case .call(let hook):
        for record in records(of: entry, referringTo: source.id) { hook(record, source.id, target.id, self) }
      }
    }
    delete(source, of: model)
  }

  /// The records that prevent the deletion of a record: those that refer to it with the rule `restrict`.
  public func dependents(of record: Record, in model: Model) -> [Record] {
    plan.references.references(to: model).filter { $0.reference.onDelete == .restrict }.flatMap {
      records(of: $0, referringTo: record.id)
    }
  }

  private func moveReferences(
    _ entry: ReferenceTable.Entry, from source: String, to target: String,
    unlessEqual field: String? = nil
  ) {
    var taken = field.map { name in records(of: entry, referringTo: target).map { $0[name] } }
    for record in records(of: entry, referringTo: source) {
      if let field, let values = taken {
        guard !values.contains(record[field]) else { continue }
        taken?.append(record[field])
      }
      workspace[entry.model].replace(
        entry.reference.replacing(source, of: entry.collection, with: target, in: record))
    }
  }

  /// The records that refer to an id, in the order of their ids.
  private func records(of entry: ReferenceTable.Entry, referringTo id: String) -> [Record] {
    let records = workspace[entry.model]
    let candidates = entry.isIndexed ? records.records(in: entry.reference.index, under: id) : records.all
    return candidates.filter { entry.reference.ids(in: $0, to: entry.collection).contains(id) }
  }
}
