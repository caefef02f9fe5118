import Testing
@testable import API

@Suite struct MultipartFormTests {
  private static let type = "multipart/form-data; boundary=soup"

  private func form(lines: String..., type: String = type) throws -> MultipartForm {
    try MultipartForm(body: Array(lines.joined(separator: "\r\n").utf8), contentType: type)
  }

  @Test func `Fields and files are in order, with unchanged bytes`() throws {
    let form = try form(
      lines: "--soup", "Content-Disposition: form-data; name=\"finalize\"", "", "false", "--soup",
      "Content-Type: application/json", "content-disposition: FORM-DATA; filename=\"a \\\"b\\\".json\"; name=catalog",
      "",
      "[1,", "--soups", "2]", "", "--soup--", "")
    #expect(form.parts.map(\.name) == ["finalize", "catalog"])
    #expect(form["finalize"]?.text == "false")
    #expect(form["finalize"]?.fileName == nil)
    #expect(form["catalog"]?.fileName == "a \"b\".json")
    #expect(form["catalog"]?.text == "[1,\r\n--soups\r\n2]\r\n")
    #expect(form["other"] == nil)
  }

  @Test func `A part or a form may be empty`() throws {
    #expect(try form(lines: "--soup", "Content-Disposition: form-data; name=a", "", "", "--soup--")["a"]?.bytes == [])
    #expect(try form(lines: "--soup--").parts.isEmpty)
  }

  @Test(arguments: [
    "multipart/form-data; boundary=\"so up\"", "Multipart/Form-Data;charset=utf-8; Boundary=\"so up\";",
  ])
  func `A boundary may be quoted`(type: String) throws {
    #expect(
      try form(lines: "--so up", "Content-Disposition: form-data; name=a", "", "x", "--so up--", type: type).parts.count
        == 1)
  }

  @Test(arguments: [
    "", "application/json", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=soup",
    "multipart/form-data; boundary=\"soup", "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
  ])
  func `A content type without a valid boundary is rejected`(type: String) {
    #expect(throws: MultipartError.self) { try form(lines: "--soup--", type: type) }
  }

  @Test(arguments: [
    "", "--soup", "--soup\r\n", "x\r\n--soup--", "--soup--\r\nx", "--soupx--", "--soup\n--soup--",
    "--soup\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
    "--soup\r\nContent-Disposition: form-data; name=a\r\n\r\nx--soup--",
    "--soup\r\nContent-Disposition: form-data; name=a",
    "--soup\r\nContent-Disposition: form-data\r\n\r\nx\r\n--soup--",
    "--soup\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--soup--",
    "--soup\r\n\r\nx\r\n--soup--",
    "--soup\r\nX: " + String(repeating: "y", count: 20_000) + "\r\n\r\nx\r\n--soup--",
  ])
  func `A truncated form, an unnamed part and trailing data are rejected`(text: String) {
    #expect(throws: MultipartError.self) { try form(lines: text) }
  }

  @Test func `Every proper prefix of a form is rejected without reading past its end`() throws {
    let whole = Array(
      "--soup\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n\r\r\ny\r\n--soup\r\nContent-Disposition: form-data; name=b\r\n\r\n\r\n--soup--"
        .utf8)
    for count in whole.indices {
      #expect(throws: MultipartError.self) { try MultipartForm(body: Array(whole[..<count]), contentType: Self.type) }
    }
    #expect(try MultipartForm(body: whole, contentType: Self.type)["a"]?.text == "x\r\n\r\r\ny")
  }
}
