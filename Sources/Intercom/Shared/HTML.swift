import JSON

/// Converts strings to HTML the way Intercom stores them (Documentation.docc/Requests-and-Responses.md, "Text and
/// HTML").
enum HTML {
  /// Wraps plain text in a paragraph; normalises a string that is HTML.
  static func paragraphs(from text: String) -> String {
    let trimmed = text.drop(while: \.isWhitespace)
    guard trimmed.first == "<", let next = trimmed.dropFirst().first, next.isLetter || "/!".contains(next) else {
      return "<p>\(text)</p>"
    }
    var tidying = HTMLTidier()
    return tidying.tidy(trimmed)
  }

  /// The body of an article: every paragraph has the class `no-margin` (Documentation.docc/Requests-and-Responses.md,
  /// "Text and HTML").
  static func articleBody(from text: String) -> String {
    guard text.hasPrefix("<") else { return text.isEmpty ? "" : "\(paragraph)\(text)</p>" }
    return text.split(separator: "<p>", omittingEmptySubsequences: false).joined(separator: paragraph)
  }

  private static let paragraph = "<p class=\"no-margin\">"

  /// Escapes the characters `&`, `<`, `>` and `"`.
  static func escaped(_ text: some StringProtocol) -> String {
    var out = ""
    for character in text {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.append(character)
      }
    }
    return out
  }
}

/// Normalises HTML the way Intercom does: removes the elements that wrap a page and the white space between block tags,
/// and starts each block on a new line (recorded for notes).
///
/// Unknown: what else Intercom removes; here scripts, styles, heads and comments, which are not text.
struct HTMLTidier {
  private enum Kind { case none, text, inline, opening, closing }

  private static let wrappers: Set = ["html", "body", "!doctype"]
  private static let removedElements: Set = ["script", "style", "head", "title"]
  private static let lists: Set = ["ul", "ol"]
  private static let blocks: Set = [
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "div", "blockquote", "pre", "table", "tr", "hr",
  ]

  private var out = ""
  private var last = Kind.none
  /// Whether the last tag was that of a list.
  private var lastIsList = false
  /// White space, written only if it is between text or inline tags.
  private var pendingSpace: Substring = ""

  mutating func tidy(_ html: Substring) -> String {
    var rest = html
    while let open = rest.firstIndex(of: "<") {
      add(text: rest[..<open])
      guard let tag = tag(at: open, in: rest) else {
        add(text: rest[open...])
        return out
      }
      rest = rest[tag.endIndex...]
      let name = name(of: tag)
      if Self.removedElements.contains(name) {
        rest = textAfterElement(name, in: rest)
      } else if !Self.wrappers.contains(name), !tag.hasPrefix("<!--") {
        add(tag: tag, named: name)
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

  /// The name of a tag, in lower case, without the slash of a closing tag.
  private func name(of tag: Substring) -> String {
    tag.dropFirst().drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "!" }.lowercased()
  }

  /// The string after the closing tag of an element; empty if the element is not closed.
  private func textAfterElement(_ name: String, in rest: Substring) -> Substring {
    var rest = rest
    while let open = rest.firstIndex(of: "<") {
      let tag = rest[open...]
      // Searches for `>` only once: a search after every `<` takes quadratic time in a script with many comparisons.
      if tag.hasPrefix("</"), self.name(of: tag) == name {
        return tag.firstIndex(of: ">").map { tag[tag.index(after: $0)...] } ?? ""
      }
      rest = rest[rest.index(after: open)...]
    }
    return ""
  }

  private mutating func add(text: Substring) {
    guard !text.allSatisfy(\.isWhitespace) else {
      pendingSpace += text
      return
    }
    if last != .none { out += pendingSpace }
    pendingSpace = ""
    out += text
    last = .text
  }

  private mutating func add(tag: Substring, named name: String) {
    guard Self.blocks.contains(name) else {
      if last == .text || last == .inline { out += pendingSpace }
      pendingSpace = ""
      out += tag
      last = .inline
      return
    }
    let (isClosing, isList) = (tag.hasPrefix("</"), Self.lists.contains(name))
    let follows = last == .closing && (!isClosing || isList) || last == .opening && lastIsList && !isClosing
    if follows { out += "\n" }
    pendingSpace = ""
    out += tag
    (last, lastIsList) = (isClosing || name == "hr" ? .closing : .opening, isList)
  }
}

/// HTML as `display_as=plaintext` shows it: without tags, links as `label (url)`.
enum PlainText {
  static func text(from html: String) -> String {
    text(from: html, showsAddresses: true)
  }

  /// - Parameter showsAddresses: whether to show the URLs of links
  static func text(from html: String, showsAddresses: Bool) -> String {
    var out = ""
    var link: String?
    var rest = html[...]
    while let open = rest.firstIndex(of: "<") {
      // The line break before a block is not text.
      if !rest[..<open].allSatisfy(\.isNewline) { out += rest[..<open] }
      guard let close = rest[open...].firstIndex(of: ">") else {
        rest = rest[open...]
        break
      }
      let tag = rest[rest.index(after: open)..<close]
      rest = rest[rest.index(after: close)...]
      if tag.hasPrefix("a "), showsAddresses {
        link = address(in: tag)
      } else if tag == "/a" {
        link.map { out += " (\($0))" }
        link = nil
      } else if tag.hasPrefix("br") || tag == "/p" && !rest.isEmpty {
        out += "\n"
      }
    }
    return unescaped(out + rest)
  }

  private static func address(in tag: Substring) -> String? {
    let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
    guard let index = parts.firstIndex(where: { $0.hasSuffix("href=") }), index + 1 < parts.count else { return nil }
    return String(parts[index + 1])
  }

  /// Replaces the most common character references by their characters.
  static func unescaped(_ text: String) -> String {
    guard text.contains("&") else { return text }
    let names: KeyValuePairs = ["&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&nbsp;": " ", "&amp;": "&"]
    return names.reduce(text) { text, name in
      text.split(separator: name.key, omittingEmptySubsequences: false).joined(separator: name.value)
    }
  }
}
