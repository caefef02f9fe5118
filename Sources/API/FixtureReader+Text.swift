import JSON
import Store

/// Reading a record straight from its text, without its JSON in between.
extension FixtureReader {
  private static let type = NameTable(["type"])

  /// The record that comes next; nil when anything in it needs a closer look, so that it has to be read as JSON instead.
  func record(_ text: inout JSONReader, _ bytes: Span<UInt8>, _ model: Model) throws(JSONError) -> Record? {
    try text.enterObject(bytes) ? members(&text, bytes, model) : nil
  }

  /// Reads an object from behind its brace on. Its members mostly come in the order of their slots.
  private func members(_ text: inout JSONReader, _ bytes: Span<UInt8>, _ model: Model) throws(JSONError) -> Record? {
    let names = model.schema.names
    var draft = RecordDraft(model.blank())
    var slot = 0
    while true {
      switch try text.nextMember(bytes, expecting: names.bytes.span.extracting(names.range(of: slot))) {
      case .end: return draft.finish()
      case .escaped: return nil
      case .expected: break
      case .key(let key):
        if let other = names.place(of: bytes.extracting(key)) {
          slot = other
        } else {
          guard model.showsType, Self.type.place(of: bytes.extracting(key)) != nil else { return nil }
          _ = try text.value(bytes)
          continue
        }
      }
      guard let value = try value(&text, bytes, model.stored[slot]) else { return nil }
      draft.set(slot, value)
      slot += 1
    }
  }

  private func value(_ text: inout JSONReader, _ bytes: Span<UInt8>, _ field: Field) throws(JSONError) -> Value? {
    if text.acceptNull(bytes) { return .null }
    switch field.kind {
    case .model(let model):
      if try text.enterObject(bytes) { return try members(&text, bytes, model).map { .record($0) } }
    case .models(let model):
      if try text.enterArray(bytes) { return try records(&text, bytes, model).map { .records($0) } }
    default: break
    }
    return value(try text.value(bytes), field)
  }

  private func records(_ text: inout JSONReader, _ bytes: Span<UInt8>, _ model: Model) throws(JSONError) -> [Record]? {
    var records: [Record] = []
    while try text.nextElement(bytes) {
      guard let record = try record(&text, bytes, model) else { return nil }
      records.append(record)
    }
    return records
  }
}
