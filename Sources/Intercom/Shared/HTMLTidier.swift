import ASCII
import Store

/// Normalises HTML the way Intercom does: removes the elements that wrap a page and the white space between block tags,
/// and starts each block on a new line (recorded for notes).
///
/// Works on UTF-8, because a request may contain a million tags, which took seconds by `Character`. All marks are ASCII, so
/// that the text between them stays valid.
///
/// Unknown: what else Intercom removes; here scripts, styles, heads and comments, which are not text.
struct HTMLTidier {
  private enum Kind { case none, text, inline, opening, closing }
  private enum Element { case other, wrapper, removed, block, list, rule }

  private static let elements: [(name: String, element: Element)] =
    ["html", "body", "!doctype"].map { ($0, .wrapper) } + ["script", "style", "head", "title"].map { ($0, .removed) }
    + ["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "div", "blockquote", "pre", "table", "tr"].map { ($0, .block) }
    + [("ul", .list), ("ol", .list), ("hr", .rule)]
  private static let names = NameTable(elements.map(\.name))

  private let html: [UInt8]
  private var position = 0
  private var out: [UInt8] = []
  private var last = Kind.none
  /// Whether the last tag was that of a list.
  private var lastIsList = false
  /// White space, written only if it is between text or inline tags.
  private var pendingSpace: [UInt8] = []

  init(_ text: Substring) {
    html = Array(text.utf8)
  }

  mutating func tidy() -> String {
    while let open = html.index(of: UInt8(ascii: "<"), from: position) {
      addText(position..<open)
      position = open
      guard let end = endOfTag(at: open) else { break }
      position = end
      let name = name(ofTagAt: open)
      switch Self.element(named: name) {
      case .removed: position = endOfElement(named: name)
      case .wrapper: break
      case let element: if !isComment(at: open) { addTag(open..<end, of: element) }
      }
    }
    addText(position..<html.count)
    return String(decoding: out, as: UTF8.self)
  }

  private static func element(named name: [UInt8]) -> Element {
    names.index(of: name.span).map { elements[$0].element } ?? .other
  }

  private func isComment(at open: Int) -> Bool {
    html[open...].starts(with: "<!--".utf8)
  }

  /// The position after a tag or a comment; nil if it is not closed.
  private func endOfTag(at open: Int) -> Int? {
    let isComment = isComment(at: open)
    var start = open
    while let close = html.index(of: UInt8(ascii: ">"), from: start) {
      if !isComment || html[...close].suffix(3).elementsEqual("-->".utf8) { return close + 1 }
      start = close + 1
    }
    return nil
  }

  /// The name of a tag, in lower case, without the slash of a closing tag. A longer name than those of all elements is cut.
  private func name(ofTagAt open: Int) -> [UInt8] {
    var name: [UInt8] = []
    var index = open + 1
    while index < html.count, html[index] == UInt8(ascii: "/") { index += 1 }
    while index < html.count, name.count < 12, Self.isNameByte(html[index]) {
      name.append(html[index].asciiLowercased)
      index += 1
    }
    return name
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "!") || byte >= 0x80
  }

  /// The position after the closing tag of an element; the end if the element is not closed.
  private func endOfElement(named name: [UInt8]) -> Int {
    var start = position
    while let open = html.index(of: UInt8(ascii: "<"), from: start) {
      // Searches for `>` only once: a search after every `<` takes quadratic time in a script with many comparisons.
      if html[open...].starts(with: "</".utf8), self.name(ofTagAt: open) == name {
        return html.index(of: UInt8(ascii: ">"), from: open).map { $0 + 1 } ?? html.count
      }
      start = open + 1
    }
    return html.count
  }

  private mutating func addText(_ range: Range<Int>) {
    let text = html[range]
    guard !text.isWhitespace else {
      pendingSpace += text
      return
    }
    if last != .none { out += pendingSpace }
    pendingSpace.removeAll(keepingCapacity: true)
    out += text
    last = .text
  }

  private mutating func addTag(_ range: Range<Int>, of element: Element) {
    guard element != .other else {
      if last == .text || last == .inline { out += pendingSpace }
      pendingSpace.removeAll(keepingCapacity: true)
      out += html[range]
      last = .inline
      return
    }
    let (isClosing, isList) = (html[range].starts(with: "</".utf8), element == .list)
    let follows = last == .closing && (!isClosing || isList) || last == .opening && lastIsList && !isClosing
    if follows { out.append(UInt8(ascii: "\n")) }
    pendingSpace.removeAll(keepingCapacity: true)
    out += html[range]
    (last, lastIsList) = (isClosing || element == .rule ? .closing : .opening, isList)
  }
}

/// HTML as `display_as=plaintext` shows it: without tags, links as `label (url)`.
enum PlainText {
  static func text(from html: String) -> String {
    text(from: html, showsAddresses: true)
  }

  /// - Parameter showsAddresses: whether to show the URLs of links
  static func text(from html: String, showsAddresses: Bool) -> String {
    let html = Array(html.utf8)
    var out: [UInt8] = []
    var link: String?
    var position = 0
    while let open = html.index(of: UInt8(ascii: "<"), from: position) {
      // The line break before a block is not text.
      if !html[position..<open].isLineBreaks { out += html[position..<open] }
      position = open
      guard let close = html.index(of: UInt8(ascii: ">"), from: open) else { break }
      let tag = html[(open + 1)..<close]
      position = close + 1
      if tag.starts(with: "a ".utf8), showsAddresses {
        link = address(in: tag)
      } else if tag.elementsEqual("/a".utf8) {
        if let link { out += " (\(link))".utf8 }
        link = nil
      } else if tag.starts(with: "br".utf8) || tag.elementsEqual("/p".utf8) && position < html.count {
        out.append(UInt8(ascii: "\n"))
      }
    }
    return unescaped(out + html[position...])
  }

  private static func address(in tag: ArraySlice<UInt8>) -> String? {
    let parts = tag.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
    guard let index = parts.firstIndex(where: { $0.suffix(5).elementsEqual("href=".utf8) }), index + 1 < parts.count
    else { return nil }
    return String(decoding: parts[index + 1], as: UTF8.self)
  }

  private static let references: [(name: [UInt8], character: UInt8)] = [
    (Array("&lt;".utf8), UInt8(ascii: "<")), (Array("&gt;".utf8), UInt8(ascii: ">")),
    (Array("&quot;".utf8), UInt8(ascii: "\"")), (Array("&#39;".utf8), UInt8(ascii: "'")),
    (Array("&nbsp;".utf8), UInt8(ascii: " ")), (Array("&amp;".utf8), UInt8(ascii: "&")),
  ]

  /// Replaces the most common character references by their characters.
  static func unescaped(_ text: String) -> String {
    text.utf8.contains(UInt8(ascii: "&")) ? unescaped(Array(text.utf8)) : text
  }

  private static func unescaped(_ text: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var position = 0
    while let start = text.index(of: UInt8(ascii: "&"), from: position) {
      out += text[position..<start]
      let reference = references.first { text[start...].starts(with: $0.name) }
      out.append(reference?.character ?? text[start])
      position = start + (reference?.name.count ?? 1)
    }
    return String(decoding: out + text[position...], as: UTF8.self)
  }
}

extension [UInt8] {
  /// The first position of a byte from `start` on.
  fileprivate func index(of byte: UInt8, from start: Int) -> Int? {
    self[start...].firstIndex(of: byte)
  }
}

extension ArraySlice<UInt8> {
  /// Whether the UTF-8 text consists of white space only.
  fileprivate var isWhitespace: Bool {
    consists(of: { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }, \.isWhitespace)
  }

  /// Whether the UTF-8 text consists of line breaks only.
  fileprivate var isLineBreaks: Bool {
    consists(of: { (0x0A...0x0D).contains($0) }, \.isNewline)
  }

  /// Decodes the text only if its ASCII characters satisfy the test.
  private func consists(of test: (UInt8) -> Bool, _ isMember: (Character) -> Bool) -> Bool {
    guard allSatisfy({ $0 >= 0x80 || test($0) }) else { return false }
    return allSatisfy { $0 < 0x80 } || String(decoding: self, as: UTF8.self).allSatisfy(isMember)
  }
}
