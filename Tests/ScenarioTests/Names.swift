import JSON

extension String {
  /// With `{{name}}` replaced by what it stands for.
  func fillingPlaceholders(from names: [String: String]) -> String {
    guard contains("{{") else { return self }
    return names.reduce(self) { text, name in text.replacing("{{\(name.key)}}", with: name.value) }
  }

  /// With captured values replaced by their names: the whole text, or a part that is too long to be there by chance.
  func insertingPlaceholders(for names: [String: String]) -> String {
    names.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.reduce(self) { text, name in
      if text == name.value { return "{{\(name.key)}}" }
      return name.value.count < 12 ? text : text.replacing(name.value, with: "{{\(name.key)}}")
    }
  }
}

extension JSON {
  /// With captured values replaced by their names.
  func insertingPlaceholders(for names: [String: String]) -> JSON {
    switch self {
    case .string(let text): .string(text.insertingPlaceholders(for: names))
    case .array(let elements): .array(elements.map { $0.insertingPlaceholders(for: names) })
    case .object(let members):
      .object(JSONObject(members.map { (key: $0.key, value: $0.value.insertingPlaceholders(for: names)) }))
    default: self
    }
  }
}
