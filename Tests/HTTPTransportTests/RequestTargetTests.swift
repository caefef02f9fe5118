import HTTPMessage
import HTTPTypes
import Testing

@Suite("Targets and fields")
struct RequestTargetTests {
  @Test(
    "a path is split before it is decoded",
    arguments: [
      ("/", []), ("/a", ["a"]), ("//a//b/", ["a", "b"]), ("/a%2Fb/c", ["a/b", "c"]), ("/a+b%20c", ["a+b c"]),
      ("/%zz/%4/%", ["%zz", "%4", "%"]), ("/%C3%BC%FF", ["ü\u{FFFD}"]), ("/a?b/c", ["a"]), ("", []),
    ])
  func paths(target: String, segments: [String]) {
    #expect(RequestTarget.split(target).segments == segments)
  }

  @Test(
    "a query is a list of decoded names and values",
    arguments: [
      ("/?", []), ("/?a=1&b=2&a=3", [["a", "1"], ["b", "2"], ["a", "3"]]), ("/?a", [["a", ""]]),
      ("/?a=b=c&&=d", [["a", "b=c"], ["", "d"]]), ("/?%61+b=c+%2B%26", [["a b", "c +&"]]), ("/?a?b=/", [["a?b", "/"]]),
    ])
  func queries(target: String, items: [[String]]) {
    #expect(RequestTarget.split(target).query.map { [$0.name, $0.value] } == items)
  }

  @Test("fields are found whatever their case, the first one first")
  func fields() {
    let fields = ReceivedFields([.accept: "a", .contentType: "b", .accept: "c"])
    #expect(fields[.accept] == "a" && fields.values(for: .accept) == ["a", "c"])
    #expect(fields[.contentType] == "b" && fields[.location] == nil)
    #expect(fields.all.map(\.value) == ["a", "b", "c"])
  }
}
