import API
import HTTPMessage

/// The page on which a person lets an app in, or does not.
enum ConsentPage {
  static func reply(to request: Request, clientID: String) -> Reply {
    let target = escaped(request.target)
    let page = """
      <!doctype html>
      <meta charset="utf-8">
      <title>Authorize \(escaped(clientID))</title>
      <h1>Authorize access</h1>
      <p>The app <b>\(escaped(clientID))</b> wants to use this workspace.</p>
      <p><a id="approve" href="\(target)&amp;approve=1">Authorize access</a></p>
      <p><a id="deny" href="\(target)&amp;approve=0">Deny</a></p>

      """
    return Reply(status: .ok, body: .bytes(Array(page.utf8), contentType: "text/html; charset=utf-8"))
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { out, character in
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.append(character)
      }
    }
  }
}
