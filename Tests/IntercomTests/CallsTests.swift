import API
import JSON
import Testing
@testable import Intercom

@Suite struct CallsTests {
  private let fixture: ServerFixture

  init() throws {
    fixture = try ServerFixture()
  }

  @Test func `A transcript is plain text with one line per entry`() {
    let (status, bytes) = fixture.sendForBytes(.get, to: "/calls/6001/transcript")
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    #expect(status == 200 && lines.count == 4)
    #expect(lines.first == #"[00:00:02] Teammate 1: "Turtle Soup support, this is Ada.""#)
  }

  @Test func `A recording is a redirect`() {
    #expect(fixture.sendForBytes(.get, to: "/calls/6001/recording").status == 302)
    let none = fixture.send(.get, to: "/calls/6003/recording")
    #expect(none.status == 404 && none.json["errors"]?[0]?["message"] == "Recording Not Found")
  }

  @Test func `Only the search returns transcripts, each call once`() {
    let found = fixture.send(.post, to: "/calls/search", body: ["conversation_ids": ["1101", "1101", "none"]]).json[
      "data"]?.array
    #expect(found?.count == 2 && found?.first?["transcript"]?.array?.count == 4)
    #expect(fixture.send(.get, to: "/calls/6001").json["transcript"] == nil)
  }

  @Test(arguments: [[], .array(Array(repeating: "1", count: 21)), "1101", nil] as [JSON])
  func `A search for more than twenty conversations, or for none, is rejected`(ids: JSON) {
    let answer = fixture.send(.post, to: "/calls/search", body: ["conversation_ids": ids])
    #expect(answer.status == 400 && answer.json["request_id"] == nil)
    #expect(answer.json["errors"]?[0]?["code"] == "conversation_id_limit_exceeded")
  }

  @Test func `Only Preview has the durations of calls`() {
    #expect(fixture.send(.get, to: "/calls/6001", body: [:], version: .v2_16).json["duration"] == nil)
    #expect(fixture.send(.get, to: "/calls/6001").json["duration"] == 214)
  }

  @Test func `A registered call can be retrieved after it is matched`() {
    let body: JSON = ["phone_number": "+15550100200", "call_id": "c-1"]
    let made = fixture.send(.post, to: "/fin_voice/register", body: body)
    #expect(made.status == 200 && made.json["status"] == "registered")
    #expect(fixture.send(.post, to: "/fin_voice/register", body: body).status == 409)
    #expect(fixture.send(.get, to: "/fin_voice/external_id/c-1").status == 404)
    if var record = fixture.workspace[FinVoice.model][made.json["id"]?.integer.map(String.init) ?? ""] {
      record["intercom_call_id"] = "6001"
      fixture.workspace[FinVoice.model].replace(record)
    }
    #expect(
      fixture.send(.get, to: "/fin_voice/external_id/c-1").json
        == fixture.send(.get, to: "/fin_voice/phone_number/+15550100200").json)
    #expect(fixture.send(.get, to: "/fin_voice/external_id/c-1").json["intercom_call_id"] == "6001")
  }

  @Test func `A call refers to its contact and conversation until they are deleted`() {
    fixture.send(.delete, to: "/contacts/65f1a00200000000000000a2")
    #expect(fixture.send(.get, to: "/calls/6003").json["contact_id"] == .some(.null))
    #expect(fixture.send(.get, to: "/calls/6001").json["contact_id"] == "65f1a00100000000000000a1")
    fixture.send(.delete, to: "/conversations/1101")
    #expect(fixture.send(.get, to: "/calls/6001").json["conversation_id"] == .some(.null))
  }

  @Test func `Errors of Switch have their own format`() {
    let answer = fixture.send(.post, to: "/phone_call_redirects", body: ["phone": "12"])
    #expect(answer.status == 400)
    #expect(answer.json == ["error_key": "invalid_phone_number", "message": "Invalid phone number"])
    #expect(
      fixture.send(.post, to: "/phone_call_redirects", body: ["phone": "+353 83 234 5678"]).json["type"]
        == "phone_call_redirect")
  }
}
