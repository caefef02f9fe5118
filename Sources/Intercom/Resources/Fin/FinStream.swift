import API
import HTTPTypes
import JSON
import Store

/// `GET /event-stream`: what Fin says, as Server-Sent Events, to whoever has the URL that Fin's answers name.
///
/// What there is comes in one piece. A client that holds to the standard comes back for more, from where it was; once
/// Fin has done, 204 tells it to stay away. Unknown: how the service frames events; here each is the documented object.
enum FinStream {
  /// For how long a URL serves, in seconds (documented).
  private static let lifetime: Int64 = 180
  /// Milliseconds until a client that wants more comes back.
  private static let pause = 500

  /// Where a session is listened to, from its `first` event on. Only the first turn's URL is documented to look back;
  /// as Fin has mostly spoken before a client can listen, all do.
  static func url(of session: Record, from first: Int, _ call: Call) -> String {
    let channel = channel(session.id, call)
    let pass = StreamPass(token: call.token, channel: channel, first: first, expiresAt: call.now + lifetime)
    return "\(call.baseURL)/event-stream?channels=\(PercentEncoding.encode(channel))&accessToken=\(pass.text)&rewind=2m"
  }

  private static func channel(_ id: String, _ call: Call) -> String {
    "fin_agent_api:\(Profile.id(call)):\(id)"
  }

  static func stream(_ call: Call) throws -> Reply {
    guard let pass = call.query("accessToken").flatMap(StreamPass.init), pass.expiresAt > call.now,
      pass.channel == call.query("channels"), pass.channel.hasPrefix(channel("", call)),
      let session = call.workspace[FinConversations.model][String(pass.channel.dropFirst(channel("", call).count))]
    else { throw APIError(.unauthorized, "unauthorized", "Access Token Invalid") }
    let events = session["events"].array ?? []
    let heard = call.field("Last-Event-ID").flatMap { Int($0) } ?? -1
    let first = max(pass.first, heard < events.count ? heard + 1 : 0, 0)
    guard first < events.count || session["is_next"] == true else { return .noContent }
    return Reply(
      .ok, headerFields: [HTTPField(name: .cacheControl, value: "no-cache")],
      body: .bytes(Array(text(of: events, from: first).utf8), contentType: "text/event-stream"))
  }

  private static func text(of events: [JSON], from first: Int) -> String {
    var text = "retry: \(pause)\n\n"
    for (place, event) in events.enumerated().dropFirst(first) {
      text += "id: \(place)\nevent: message\ndata: \(event.text)\n\n"
    }
    return text
  }
}
