/// Values by schema. Every rendered node and every use of a collection looks something up by schema, and hashing a
/// reference the ordinary way costs more than what is found; this goes by its address.
public struct SchemaTable<Value: Sendable>: Sendable {
  private var keys: [Schema?]
  private var values: [Value?]
  private let mask: Int

  /// A table of these pairs; the first of a schema that comes twice stays.
  public init(_ pairs: [(Schema, Value)]) {
    var size = 16
    while size < pairs.count * 4 { size *= 2 }
    keys = Array(repeating: nil, count: size)
    values = Array(repeating: nil, count: size)
    mask = size - 1
    for (schema, value) in pairs { insert(schema, value) }
  }

  public subscript(schema: Schema) -> Value? {
    var place = self.place(of: schema)
    while let key = keys[place] {
      if key === schema { return values[place] }
      place = (place + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ schema: Schema, _ value: Value) {
    guard self[schema] == nil else { return }
    var place = self.place(of: schema)
    while keys[place] != nil { place = (place + 1) & mask }
    keys[place] = schema
    values[place] = value
  }

  private func place(of schema: Schema) -> Int {
    let address = Int(bitPattern: Unmanaged.passUnretained(schema).toOpaque())
    return (address >> 4 ^ address >> 12) & mask
  }
}
