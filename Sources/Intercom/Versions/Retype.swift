import API
import JSON

/// The changes of type that versions made, by name.
enum Retype {
  /// A text of digits as the number it stands for; anything else as it is.
  static let integer: VersionChange.Retyping = { json in
    json.string.flatMap { Int64($0) }.map(JSON.integer) ?? json
  }

  /// The type `datetime` as `date`; any other type as it is.
  static let dateOfDatetime: VersionChange.Retyping = { json in
    json == "datetime" ? "date" : json
  }

  /// A number as text; anything else as it is.
  static let string: VersionChange.Retyping = { json in
    json.integer.map { .string(String($0)) } ?? json
  }

  /// The address of an image as an object around it; anything else as it is.
  static let image: VersionChange.Retyping = { json in
    json.string.map { ["image_url": .string($0)] } ?? json
  }

  /// An object around the address of an image as that address; anything else as it is.
  static let imageURL: VersionChange.Retyping = { json in
    json["image_url"] ?? json
  }
}
