import JSON
import Store

/// Reading a file record by record: all of its values at once would take many times its size.
extension Fixtures {
  /// Adds the records of a file, and returns their references that lead nowhere yet.
  mutating func load(_ file: File, into workspace: Workspace) throws -> [OpenReference] {
    guard let model = model(of: file.name) else {
      throw FixtureError(file: file.path, reason: "there is no collection \(file.name)")
    }
    do {
      return try addRecords(of: file, model, workspace)
    } catch let error as JSONError {
      throw file.refusal(error)
    } catch {
      // What is no JSON is refused as such, wherever else it is wrong.
      try Self.checkSyntax(of: file)
      throw error
    }
  }

  private static func checkSyntax(of file: File) throws(FixtureError) {
    do {
      _ = try JSON.parseArrayWithLines(file.bytes)
    } catch {
      throw file.refusal(error)
    }
  }

  private mutating func addRecords(of file: File, _ model: Model, _ workspace: Workspace) throws -> [OpenReference] {
    let (bytes, now) = (file.bytes.span, clock.now)
    var (numbers, open): ([UInt64], [OpenReference]) = ([], [])
    var text = try JSONReader(bytes)
    try text.beginArray(bytes)
    while try text.nextElement(bytes) {
      let start = FixturePlace(file: file.path, line: text.line, model: model)
      let (record, place) = try addNext(of: &text, bytes, start, now, workspace)
      if let number = UInt64(place.id) { numbers.append(number) }
      for reference in model.references { open += OpenReference.all(reference, record, place, workspace) }
    }
    try text.finish(bytes)
    workspace.ids.reserve(numbers, in: model.sequence)
    return open
  }

  /// Adds the record that comes next in a text.
  private mutating func addNext(
    of text: inout JSONReader, _ bytes: Span<UInt8>, _ place: FixturePlace, _ now: Int64, _ workspace: Workspace
  ) throws -> (Record, FixturePlace) {
    let start = text.mark
    let record = try FixtureReader(place: place, now: now).record(&text, bytes, place.model)
    guard let record, !record.id.isEmpty else {
      text.rewind(to: start)
      return try add(try text.value(bytes), place, workspace)
    }
    let records = workspace[place.model]
    let place = place.of(record.id)
    guard records[place.id] == nil else { throw place.error("id", "the id is there twice") }
    records.insert(record)
    return (record, place)
  }
}
