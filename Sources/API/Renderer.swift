import JSON
import Store

/// Writes what a handler answered, in the shape of the version asked for, straight into the reply.
public struct Renderer: ~Copyable {
  public var writer: JSONWriter
  private let call: Call
  private let plan: VersionPlan

  public init(_ call: Call, reserving bytes: Int) {
    self.call = call
    plan = call.plan
    writer = JSONWriter(reserving: bytes)
  }

  public mutating func write(_ node: Node) {
    switch node {
    case .json(let json): writer.write(json)
    case .record(let record): write(record)
    case .records(let records): write(records)
    case .object(let members): write(members)
    case .array(let nodes): write(nodes)
    case .shape(let name, let object): writer.write(.object(plan.back(object, as: name)))
    }
  }

  private mutating func write(_ members: [Node.Member]) {
    writer.write(byte: UInt8(ascii: "{"))
    for (place, member) in members.enumerated() {
      if place > 0 { writer.write(byte: UInt8(ascii: ",")) }
      writer.write(string: member.key)
      writer.write(byte: UInt8(ascii: ":"))
      write(member.value)
    }
    writer.write(byte: UInt8(ascii: "}"))
  }

  private mutating func write(_ nodes: [Node]) {
    writer.write(byte: UInt8(ascii: "["))
    for (place, node) in nodes.enumerated() {
      if place > 0 { writer.write(byte: UInt8(ascii: ",")) }
      write(node)
    }
    writer.write(byte: UInt8(ascii: "]"))
  }

  private mutating func write(_ records: [Record]) {
    writer.write(byte: UInt8(ascii: "["))
    for (place, record) in records.enumerated() {
      if place > 0 { writer.write(byte: UInt8(ascii: ",")) }
      write(record)
    }
    writer.write(byte: UInt8(ascii: "]"))
  }

  private mutating func write(_ record: Record) {
    guard let model = plan.model(record.schema) else {
      assertionFailure("\(record.schema.name) is in no plan")
      return writer.write(record.stored)
    }
    guard model.rewrites.isEmpty else { return rewrite(record, model) }
    write(record, model)
  }

  private mutating func write(_ record: Record, _ model: ModelPlan) {
    let start = writer.count
    for entry in model.entries { write(entry, record) }
    // Every member begins with a comma; the first one's becomes the brace.
    if writer.count == start { writer.write(byte: UInt8(ascii: "{")) } else { writer.replace(at: start, with: UInt8(ascii: "{")) }
    writer.write(byte: UInt8(ascii: "}"))
  }

  private mutating func write(_ entry: ModelPlan.Entry, _ record: Record) {
    switch entry.source {
    case .slot(let slot): write(record.values[slot], entry)
    case .constant(let bytes):
      writer.write(raw: entry.prefix)
      writer.write(raw: bytes)
    case .retyped(let slot, let retype):
      guard let json = record.values[slot].stored else { return }
      writer.write(raw: entry.prefix)
      writer.write(retype(json))
    case .derived(let derive):
      guard let node = derive(record, call) else { return }
      writer.write(raw: entry.prefix)
      write(node)
    case .written(let body):
      writer.write(raw: entry.prefix)
      body(record, call, &writer)
    }
  }

  private mutating func write(_ value: Value, _ entry: ModelPlan.Entry) {
    switch value {
    case .absent: break
    case .json(.null): writer.write(raw: entry.null)
    case .json(let json):
      writer.write(raw: entry.prefix)
      writer.write(json)
    case .record(let record):
      writer.write(raw: entry.prefix)
      write(record)
    case .records(let records):
      writer.write(raw: entry.prefix)
      write(records)
    }
  }

  /// Nodes that a version rewrites are rare: rendered on their own, read back as a tree, changed, and written.
  private mutating func rewrite(_ record: Record, _ model: ModelPlan) {
    var node = Renderer(call, reserving: 1024)
    node.write(record, model)
    guard let tree = try? JSON(parsing: node.writer.bytes), let object = tree.object else { return writer.writeNull() }
    writer.write(.object(model.rewrites.reduce(object) { $1($0) }))
  }

  /// What was written.
  public consuming func finish() -> [UInt8] {
    writer.bytes
  }
}
