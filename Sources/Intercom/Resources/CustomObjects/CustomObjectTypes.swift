import API
import JSON
import Store

/// The kinds of custom objects that a workspace has. Nothing in the API makes or shows them: fixtures do.
enum CustomObjectTypes {
  static let model = Model(
    "custom_object_type", collection: "custom_object_types", ids: .sequence(from: 1),
    [
      .string("id"), .string("identifier", .indexed), .string("name"),
      // Which attributes of contacts, conversations and tickets hold instances of it.
      .models("references", reference),
    ])

  private static let reference = Model(
    "custom_object_reference",
    [.string("owner", oneOf: ["contact", "conversation", "ticket"]), .string("attribute")])

  static func named(_ identifier: String, _ call: Call) -> Record? {
    call.workspace[model].first(in: "identifier", under: identifier)
  }

  /// The identifier of the type that an attribute refers to; nil for an attribute of another kind.
  static func identifier(of attribute: String, _ owner: CustomObjectReferences.Owner, _ call: Call) -> String? {
    call.workspace[model].all.first { type in
      type["references"].records.contains {
        $0["owner"].string == owner.rawValue && $0["attribute"].string == attribute
      }
    }?["identifier"].string
  }
}
