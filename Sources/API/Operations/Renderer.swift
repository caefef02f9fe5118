import JSON
import Store

/// Writes the nodes of a reply as JSON in the requested version.
public struct Renderer: ~Copyable {
  public var writer: JSONWriter
  private let call: Call
  private let plan: VersionPlan

  /// - Parameters:
  ///   - call: the call whose version plan is used, and which computed members receive
  ///   - writer: the output; nodes are appended to its contents
  public init(in call: Call, to writer: consuming JSONWriter) {
    self.call = call
    plan = call.plan
    self.writer = writer
  }

  /// Appends a node.
  public mutating func write(_ node: Node) {
    switch node {
    case .json(let json): writer.write(json)
    case .record(let record): write(record)
    case .records(let records): write(records)
    case .object(let members): write(members)
    case .array(let nodes): write(nodes)
    case .shape(let name, let object): writer.write(.object(plan.downgrade(object, as: name)))
    }
  }

  private mutating func write(_ members: [Node.Member]) {
    writer.write(byte: UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      if index > 0 { writer.write(byte: UInt8(ascii: ",")) }
      writer.write(string: member.key)
      writer.write(byte: UInt8(ascii: ":"))
      write(member.value)
    }
    writer.write(byte: UInt8(ascii: "}"))
  }

  private mutating func write(_ nodes: [Node]) {
    writer.write(byte: UInt8(ascii: "["))
    for (index, node) in nodes.enumerated() {
      if index > 0 { writer.write(byte: UInt8(ascii: ",")) }
      write(node)
    }
    writer.write(byte: UInt8(ascii: "]"))
  }

  private mutating func write(_ records: [Record]) {
    writer.write(byte: UInt8(ascii: "["))
    for (index, record) in records.enumerated() {
      if index > 0 { writer.write(byte: UInt8(ascii: ",")) }
      write(record)
    }
    writer.write(byte: UInt8(ascii: "]"))
  }

  private mutating func write(_ record: Record) {
    guard let model = plan.modelPlan(for: record.schema) else {
      assertionFailure("\(record.schema.name) is in no plan")
      return writer.write(record.storedJSON)
    }
    guard model.rewrites.isEmpty else { return rewrite(record, plan: model) }
    write(record, plan: model)
  }

  private mutating func write(_ record: Record, plan model: ModelPlan) {
    writer.write(byte: UInt8(ascii: "{"))
    record.withSlots { slots in
      model.steps.withUnsafeBufferPointer { steps in
        var index = 0
        while index < steps.count {
          guard let slot = steps[index].slot else {
            write(model.otherSources[steps[index].otherIndex], of: record, key: steps[index].key)
            index += 1
            continue
          }
          let end = Self.endOfNulls(in: slots, steps: steps, from: index)
          if end > index {
            write(nulls: steps[index].nullRange.lowerBound..<steps[end - 1].nullRange.upperBound, of: model)
            index = end
          } else {
            if let value = slots[slot] { write(value, key: steps[index].key) }
            index += 1
          }
        }
      }
    }
    writer.write(byte: UInt8(ascii: "}"))
  }

  /// Returns the index after the run of null members that begins at `start`; `start` if its member is not null.
  private static func endOfNulls(
    in slots: RecordSlots, steps: UnsafeBufferPointer<ModelPlan.Step>, from start: Int
  ) -> Int {
    var index = start
    while index < steps.count, let slot = steps[index].slot, slots.isNull(slot: slot) { index += 1 }
    return index
  }

  /// Writes a run of consecutive null members with one copy.
  private mutating func write(nulls range: Range<Int>, of model: ModelPlan) {
    model.encodedNulls.withUnsafeBytes { bytes in
      let isFirst = writer.withBytes { $0.last == UInt8(ascii: "{") }
      writer.write(raw: UnsafeRawBufferPointer(rebasing: bytes[range].dropFirst(isFirst ? 1 : 0)))
    }
  }

  private mutating func write(_ value: Value, key: JSONKey) {
    switch value {
    case .absent: break
    case .json(let json):
      writer.write(key)
      writer.write(json)
    case .record(let record):
      writer.write(key)
      write(record)
    case .records(let records):
      writer.write(key)
      write(records)
    }
  }

  private mutating func write(_ source: ModelPlan.Source, of record: Record, key: JSONKey) {
    switch source {
    case .constant(let bytes):
      writer.write(key)
      writer.write(raw: bytes)
    case .retyped(let slot, let retype):
      guard let json = record[slot: slot].json else { return }
      writer.write(key)
      writer.write(retype(json))
    case .derived(let derive):
      guard let node = derive(record, call) else { return }
      writer.write(key)
      write(node)
    case .written(let body):
      writer.write(key)
      body(record, call, &writer)
    case .slot: break
    }
  }

  /// Renders a record that the version rewrites: renders it separately, parses the output, converts the object and
  /// writes
  /// it. Slow, but such records are rare.
  private mutating func rewrite(_ record: Record, plan model: ModelPlan) {
    var node = Renderer(in: call, to: JSONWriter())
    node.write(record, plan: model)
    guard let tree = try? JSON(parsing: node.writer.bytes), let object = tree.object else { return writer.writeNull() }
    writer.write(.object(model.rewrites.reduce(object) { $1($0) }))
  }

  /// Returns the writer with the output.
  public consuming func finish() -> JSONWriter {
    writer
  }
}
