/// What the service makes of HTML that is sent: the wrappers of a page go, so does the space between the tags of blocks,
/// and each block begins a line (recorded of notes).
///
/// Unknown: what else it takes out; here scripts, styles, heads and comments, which are no text.
struct HTMLTidying {
  private enum Kind { case none, text, inline, opening, closing }

  private static let wrappers: Set = ["html", "body", "!doctype"]
  private static let wordless: Set = ["script", "style", "head", "title"]
  private static let lists: Set = ["ul", "ol"]
  private static let blocks: Set = [
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "div", "blockquote", "pre", "table", "tr", "hr",
  ]

  private var out = ""
  private var last = Kind.none
  /// Whether the last tag was that of a list.
  private var lastIsList = false
  /// White space that counts only when a text or an inline tag stands on both sides.
  private var space: Substring = ""

  mutating func tidied(_ html: Substring) -> String {
    var rest = html
    while let open = rest.firstIndex(of: "<") {
      add(text: rest[..<open])
      guard let tag = tag(at: open, in: rest) else {
        add(text: rest[open...])
        return out
      }
      rest = rest[tag.endIndex...]
      let name = name(of: tag)
      if Self.wordless.contains(name) {
        rest = after(name, in: rest)
      } else if !Self.wrappers.contains(name), !tag.hasPrefix("<!--") {
        add(tag: tag, name)
      }
    }
    add(text: rest)
    return out
  }

  private func tag(at open: Substring.Index, in rest: Substring) -> Substring? {
    guard rest[open...].hasPrefix("<!--") else {
      return rest[open...].firstIndex(of: ">").map { rest[open...$0] }
    }
    var end = open
    while let close = rest[end...].firstIndex(of: ">") {
      if rest[open...close].hasSuffix("-->") { return rest[open...close] }
      end = rest.index(after: close)
    }
    return nil
  }

  /// In lower case, without the slash of a closing tag.
  private func name(of tag: Substring) -> String {
    tag.dropFirst().drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "!" }.lowercased()
  }

  /// What follows the closing tag of an element; nothing when it is never closed.
  private func after(_ name: String, in rest: Substring) -> Substring {
    var rest = rest
    while let open = rest.firstIndex(of: "<") {
      let tag = rest[open...]
      // The end is looked for once, not from every `<`: a script may compare, and often.
      if tag.hasPrefix("</"), self.name(of: tag) == name {
        return tag.firstIndex(of: ">").map { tag[tag.index(after: $0)...] } ?? ""
      }
      rest = rest[rest.index(after: open)...]
    }
    return ""
  }

  private mutating func add(text: Substring) {
    guard !text.allSatisfy(\.isWhitespace) else {
      space += text
      return
    }
    if last != .none { out += space }
    space = ""
    out += text
    last = .text
  }

  private mutating func add(tag: Substring, _ name: String) {
    guard Self.blocks.contains(name) else {
      if last == .text || last == .inline { out += space }
      space = ""
      out += tag
      last = .inline
      return
    }
    let (isClosing, isList) = (tag.hasPrefix("</"), Self.lists.contains(name))
    let follows = last == .closing && (!isClosing || isList) || last == .opening && lastIsList && !isClosing
    if follows { out += "\n" }
    space = ""
    out += tag
    (last, lastIsList) = (isClosing || name == "hr" ? .closing : .opening, isList)
  }
}
