import API
import JSON
import Store

/// The events of Fin that a workspace receives at its callback URL (Documentation.docc/Webhooks.md, "Fin Agent webhooks").
enum FinEvents {
  static let callbackEvents = CallbackEvents(
    names: ["fin_replied", "fin_status_updated", "csat_requested"], on: "fin_conversations"
  ) { write in
    added(by: write).compactMap { event in
      event["event_name"]?.string.map { CallbackEvents.Event(name: $0, body: event) }
    }
  }

  /// The events that a write appended to a session. A long list of events loses its oldest, see `FinTurn.log`.
  private static func added(by write: Mutation) -> ArraySlice<JSON> {
    let (old, new) = (write.before?["events"].array ?? [], write.after?["events"].array ?? [])
    let dropped = (0...old.count).first { new.starts(with: old.dropFirst($0)) } ?? old.count
    return new.dropFirst(old.count - dropped)
  }
}
