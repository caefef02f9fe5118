@testable import JSON

func measureJSON() {
  measureValidation(label: "ASCII", name: "Ada Lovelace")
  measureValidation(label: "a name of every record not ASCII", name: "Åsa Šimić")
  measureKeys()
}

/// A fixture file of contacts, about 10 MB.
private func document(name: String) -> [UInt8] {
  let member = contactFields.map { "\"\($0)\":null" }.joined(separator: ",")
  let record = "{\"name\":\"\(name)\",\"email\":\"ada@example.com\",\(member)}"
  return Array("[\(Array(repeating: record, count: 8_000).joined(separator: ",\n"))]".utf8)
}

private func measureValidation(label: String, name: String) {
  let bytes = document(name: name)
  let megabytes = bytes.count / 1_000_000
  measure("validation of a megabyte, \(label): UTF8Span", operations: megabytes) {
    _ = try? UTF8Span(validating: bytes.span)
  }
  measure("parsing of a megabyte, \(label)", operations: megabytes) { keep(try? JSON(parsing: bytes)) }
}

private func measureKeys() {
  let keys = contactFields.compactMap(JSONKey.init)
  let encoded = contactFields.map { [.comma] + JSON.encodedKey($0) }
  let rounds = 1_000
  measure("key of a member: JSONKey", operations: rounds * keys.count) {
    var writer = JSONWriter(reserving: 4096)
    for _ in 0..<rounds {
      writer.removeAll()
      writer.write(byte: .leftBrace)
      for key in keys {
        writer.write(key)
        writer.writeNull()
      }
    }
  }
  measure("key of a member: [UInt8]", operations: rounds * keys.count) {
    var writer = JSONWriter(reserving: 4096)
    for _ in 0..<rounds {
      writer.removeAll()
      writer.write(byte: .leftBrace)
      for key in encoded {
        writer.write(raw: key)
        writer.writeNull()
      }
    }
  }
}
