extension JSONParser {
  /// Reads a key of the innermost object, up to where its value starts, and makes it the one that gets that value.
  mutating func key(_ bytes: Span<UInt8>) throws(JSONError) {
    guard position < bytes.count, bytes[position] == .quote else { throw error("expected a key", bytes) }
    let key = try string(bytes, isKey: true)
    skipWhitespace(bytes)
    try expect(.colon, "expected ':' after a key", bytes)
    skipWhitespace(bytes)
    let container = containers.count - 1
    if let known = position(of: key, keyFingerprint, in: container) {
      containers[container].member = known
    } else {
      containers[container].member = members.count
      members.push((key: key, value: .null))
    }
  }

  /// Where the object already has a member with the key.
  private mutating func position(of key: String, _ fingerprint: UInt64, in container: Int) -> Int? {
    let start = containers[container].start
    let count = members.count - start
    if count > JSONObject.unhashedCount {
      if containers[container].seen.positions == nil { hash(container) }
      return containers[container].seen.position(of: key, orRecord: count).map { start + $0 }
    }
    guard containers[container].seen.mayHave(fingerprint) else { return nil }
    return (start..<members.count).first { members[$0].key.hasSameBytes(as: key) }
  }

  private mutating func hash(_ container: Int) {
    let start = containers[container].start
    var positions: [ExactKey: Int] = [:]
    for index in start..<members.count { positions[ExactKey(members[index].key)] = index - start }
    containers[container].seen.startHashing(positions)
  }
}
