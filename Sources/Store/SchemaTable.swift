/// Numbers by schema. Every rendered node and every use of a collection looks something up by schema, and hashing a
/// reference the ordinary way costs more than what is found; this goes by its address.
public struct SchemaTable: Sendable {
  private var keys: [Schema?]
  private var numbers: [Int]
  private let mask: Int

  /// The place of each schema in a list; the first counts when one comes twice.
  public init(_ schemas: [Schema]) {
    var size = 16
    while size < schemas.count * 4 { size *= 2 }
    keys = Array(repeating: nil, count: size)
    numbers = Array(repeating: 0, count: size)
    mask = size - 1
    for (number, schema) in schemas.enumerated() { insert(schema, number) }
  }

  public subscript(schema: Schema) -> Int? {
    var place = self.place(of: schema)
    while let key = keys[place] {
      if key === schema { return numbers[place] }
      place = (place + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ schema: Schema, _ number: Int) {
    guard self[schema] == nil else { return }
    var place = self.place(of: schema)
    while keys[place] != nil { place = (place + 1) & mask }
    keys[place] = schema
    numbers[place] = number
  }

  private func place(of schema: Schema) -> Int {
    let address = Int(bitPattern: Unmanaged.passUnretained(schema).toOpaque())
    return (address >> 4 ^ address >> 12) & mask
  }
}
