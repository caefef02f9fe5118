import JSON

/// JSON for readers: what fits on a line stands on one, longer objects and arrays are filled line by line.
enum StoryJSONFormatter {
  private static let lineLength = 120
  /// A container that is longer than this begins a line of its own.
  private static let inlineLength = 40

  static func lines(for json: JSON, indent: Int = 0, before prefix: String = "", after suffix: String = "") -> [String]
  {
    let margin = String(repeating: " ", count: indent)
    let line = margin + prefix + inline(json) + suffix
    guard line.count > lineLength, !isSimple(json) else { return [line] }
    let (opening, closing) = json.array == nil ? ("{", "}") : ("[", "]")
    return [margin + prefix + opening] + wrapped(items(of: json), indent: indent + 2) + [margin + closing + suffix]
  }

  private struct Item {
    let key: String
    let value: JSON
  }

  private static func items(of json: JSON) -> [Item] {
    if let members = json.object { return members.map { Item(key: JSON.string($0.key).text + ": ", value: $0.value) } }
    return (json.array ?? []).map { Item(key: "", value: $0) }
  }

  private static func wrapped(_ items: [Item], indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var isOpen = false
    for (index, item) in items.enumerated() {
      let comma = index + 1 < items.count ? "," : ""
      let text = item.key + inline(item.value) + comma
      guard isSimple(item.value) || text.count <= inlineLength else {
        lines += Self.lines(for: item.value, indent: indent, before: item.key, after: comma)
        isOpen = false
        continue
      }
      if isOpen, let last = lines.last, last.count + 1 + text.count <= lineLength {
        lines[lines.count - 1] += " " + text
      } else {
        lines.append(margin + text)
      }
      isOpen = true
    }
    return lines
  }

  private static func isSimple(_ json: JSON) -> Bool {
    switch json {
    case .object(let members): members.isEmpty
    case .array(let elements): elements.isEmpty
    default: true
    }
  }

  private static func inline(_ json: JSON) -> String {
    if isSimple(json) { return json.text }
    if let elements = json.array { return "[\(elements.map(inline).joined(separator: ", "))]" }
    return "{ \(items(of: json).map { $0.key + inline($0.value) }.joined(separator: ", ")) }"
  }
}
