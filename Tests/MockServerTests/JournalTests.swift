import HTTPMessage
import HTTPTypes
import Testing
@testable import MockServer

/// The contents and limits of the request journal.
@Suite struct JournalTests {
  private func record(number: Int, in journal: Journal?, body: Int, response: Int = 0) {
    let request = Request(method: .post, target: "/boats", body: Array(repeating: 1, count: body))
    journal?.record(
      Exchange(request: request, id: "\(number)"),
      response: Response(status: .ok, body: .bytes(Array(repeating: 2, count: response))),
      time: Int64(number), microseconds: 1)
  }

  @Test func `A workspace records its last thousand requests`() throws {
    let fixture = SampleServerFixture()
    for _ in 0..<1005 { _ = fixture.get("/boats") }
    let journal = try fixture.server.sessions.openSession(named: "token").journal
    let entries = journal.entries()
    #expect(entries.count == 1000)
    #expect(entries.first?.operation == "listBoats")
    #expect(try fixture.server.sessions.openSession(named: "other").journal.isEmpty)
  }

  @Test func `Bodies are truncated at 64 KB, and the original length is recorded`() {
    let journal = Journal(in: JournalBuffer())
    record(number: 1, in: journal, body: 70_000, response: 65_536)
    #expect(journal["1"]?.request.body.count == 65_536)
    #expect(journal["1"]?.requestLength == 70_000)
    #expect(journal["1"]?.responseLength == 65_536)
    record(number: 2, in: journal, body: 0, response: 100_000)
    let long = journal["2"]
    guard case .bytes(let body) = long?.response?.body else { return #expect(Bool(false), "no body") }
    #expect(body.count == 65_536)
    #expect(long?.responseLength == 100_000)
  }

  @Test func `When all journals exceed the limit, the oldest entries of any workspace are dropped`() {
    let room = JournalBuffer(limit: 100_000)
    let (one, two) = (Journal(in: room), Journal(in: room))
    for number in 0..<20 { record(number: number, in: number.isMultiple(of: 2) ? one : two, body: 9000) }
    #expect(room.bytes <= 100_000)
    #expect(one.entries().map(\.id) == ["18", "16", "14", "12", "10"])
    #expect(two.entries().map(\.id) == ["19", "17", "15", "13", "11"])
    #expect(one["0"] == nil)
  }

  @Test func `Clearing, deinit and the thousandth entry free buffer space`() {
    let room = JournalBuffer()
    var journal: Journal? = Journal(in: room)
    for number in 0..<5000 { record(number: number, in: journal, body: 10) }
    let full = room.bytes
    #expect(full < 1_200_000)
    journal?.clear()
    #expect(room.bytes == 0)
    record(number: 1, in: journal, body: 10)
    journal = nil
    #expect(room.bytes == 0)
  }

  @Test func `A filter selects by status, time, path and position`() throws {
    let fixture = SampleServerFixture()
    for target in ["/boats", "/boats/9", "/boats/argo", "/nowhere"] { _ = fixture.get(target) }
    let journal = try fixture.server.sessions.openSession(named: "token").journal
    func targets(_ change: (inout Journal.Filter) -> Void) -> [String] {
      var filter = Journal.Filter()
      change(&filter)
      return journal.entries(matching: filter).map { $0.request.target }
    }
    #expect(targets { $0.status = "404" } == ["/nowhere", "/boats/9"])
    #expect(targets { $0.status = "2xx" } == ["/boats/argo", "/boats"])
    #expect(targets { $0.pattern.path = "/boats/*" } == ["/boats/argo", "/boats/9"])
    #expect(targets { $0.since = fixture.milliseconds + 1 }.isEmpty)
    #expect(targets { $0.after = journal.entries()[2].id } == ["/nowhere", "/boats/argo"])
    #expect(targets { $0.pattern.operation = "showBoat" } == ["/boats/9"])
  }

  @Test func `A broken connection is recorded with the fault rule that caused it`() throws {
    let fixture = SampleServerFixture()
    let session = try fixture.server.sessions.openSession(named: "token")
    var rule = FaultRule(id: "fault-1")
    rule.connection = .closeBeforeResponse
    session.faults.add(rule)
    _ = fixture.get("/boats")
    let contents = try #require(session.journal.entries().first)
    #expect(contents.response == nil)
    #expect(contents.faultID == "fault-1")
    #expect(contents.operation == "listBoats")
  }

  @Test func `A disabled journal records nothing`() throws {
    let fixture = SampleServerFixture { $0.settings.journal = false }
    _ = fixture.get("/boats")
    #expect(try fixture.server.sessions.openSession(named: "token").journal.isEmpty)
  }
}
