extension JSON {
  /// What stands at the end of the keys, each a member of what the key before it names.
  ///
  /// In an array a key is an index written in decimal.
  public subscript(path keys: String...) -> JSON? {
    keys.reduce(self) { value, key in value?.child(key) }
  }

  /// What stands at the end of a path of keys joined by points: `"source.author.id"`, `"contacts.0.id"`.
  ///
  /// A key that has a point itself cannot be named so: use `subscript(path:)`.
  public func at(_ path: String) -> JSON? {
    path.split(separator: ".", omittingEmptySubsequences: false).reduce(self) { value, key in
      value?.child(String(key))
    }
  }

  private func child(_ key: String) -> JSON? {
    switch self {
    case .object(let members): members[key]
    case .array: Int(key).flatMap { self[$0] }
    default: nil
    }
  }
}
