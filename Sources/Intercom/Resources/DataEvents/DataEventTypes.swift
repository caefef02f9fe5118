import API
import Store

/// The kinds of events that a workspace has words for. They come with the seed: the API describes none.
enum DataEventTypes {
  static let model = Model(
    "data_event_type", collection: "event_types", ids: .sequence(from: 1),
    [.string("id"), .string("name", .indexed), .string("description")])

  static func description(of name: String, _ call: Call) -> String? {
    call.workspace[model].first(in: "name", under: name)?["description"].string
  }
}
