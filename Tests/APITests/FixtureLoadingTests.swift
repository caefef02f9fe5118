import API
import JSON
import Store
import Testing
@testable import API

@Suite struct FixtureLoadingTests {
  private func load(files: KeyValuePairs<String, String>) throws -> (Workspace, [String]) {
    let clock = Clock(frozenAtMilliseconds: APIFixture.startTime * 1000)
    var fixtures = FixtureLoader(catalogue: APIFixture.catalogue, clock: clock)
    let state = try fixtures.load(
      files.map { FixtureLoader.File(path: "world/\($0).json", name: $0, bytes: Array($1.utf8)) }, seed: 1)
    return (Workspace(definition: APIFixture.catalogue.layout, state: state, clock: clock), fixtures.warnings)
  }

  private func refusal(of files: KeyValuePairs<String, String>) -> String? {
    do {
      _ = try load(files: files)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `Fixtures are loaded with relative times and the workspace profile`() throws {
    let (world, warnings) = try load(files: [
      "workspace": #"{"id_code":"abc","timezone":"UTC"}"#,
      "parrots": #"[{"id":"5","name":"Polly","created_at":"-2d","cage":{"bars":3}},{"id":"6","hatched_at":17}]"#,
    ])
    let parrots = world[SampleParrots.model]
    #expect(world.profile["id_code"] == "abc")
    #expect(parrots.count == 2)
    #expect(parrots["5"]?["created_at"] == .integer(APIFixture.startTime - 172_800))
    #expect(parrots["5"]?["cage"].record?["bars"] == 3)
    #expect(parrots["6"]?["mood"] == "calm")
    #expect(warnings.isEmpty)
  }

  @Test func `New ids continue after those of the fixtures`() throws {
    let (world, _) = try load(files: ["parrots": #"[{"id":"41"}]"#, "pirates": #"[{"id":700}]"#])
    #expect(world.nextID(for: SampleParrots.model) == "42")
    #expect(world.nextID(for: SamplePirates.model) == 701)
  }

  @Test func `A derived member is ignored with a warning that names it`() throws {
    let (world, warnings) = try load(files: ["parrots": "[\n" + #"{"type":"parrot","id":"1","greeting":"ahoy!"}]"#])
    #expect(world[SampleParrots.model].count == 1)
    #expect(warnings == ["world/parrots.json:2: record 1, field greeting: never stored, so it is ignored"])
  }

  @Test(
    arguments: [
      #"{"id":"5","mood":"cross","age":3,"cage":{"bars":3},"type":"parrot"}"#,
      #"{"type":"parrot","cage":{"bars":3},"age":3,"mood":"cross","id":"5"}"#,
      #"{ "id" : "5" , "age":4,"mood":"calm", "mood" : "cross","age":3, "cage":null, "cage":{ "bars" : 3 } }"#,
      #"{"\u0069d":"5","mood":"cross","age":3,"cage":{"b\u0061rs":3}}"#,
      #"{"id":"\u0035","mood":"cr\u006fss","age":3,"cage":{"bars":3}}"#,
    ])
  func `Formatting and member order of the JSON do not change the record`(text: String) throws {
    let polly = try load(files: ["parrots": #"[{"id":"5","mood":"cross","age":3,"cage":{"bars":3}}]"#]).0[
      SampleParrots.model]["5"]
    #expect(polly != nil)
    #expect(try load(files: ["parrots": "[\(text)]"]).0[SampleParrots.model]["5"] == polly)
  }

  @Test func `A JSON syntax error is reported first, even if an earlier record is invalid`() {
    #expect(
      refusal(of: ["parrots": "[\n{\"id\":\"1\",\"beak\":1},\n{\"id\":}]"])
        == "world/parrots.json:3: expected a value")
  }

  @Test func `A record may refer to a later one, and the first unresolved reference is named`() throws {
    let pirates = #"[{"id":700}]"#
    #expect(
      try load(files: ["parrots": #"[{"id":"1","pirate_id":"700"}]"#, "pirates": pirates]).0[SampleParrots.model].count
        == 1)
    #expect(
      refusal(of: [
        "parrots": "[{\"id\":\"1\",\"pirate_id\":\"700\"},\n{\"id\":\"2\",\"pirate_id\":\"701\"}]", "pirates": pirates,
      ])
        == "world/parrots.json:2: record 2, field pirate_id: there is no pirate 701")
  }

  @Test(
    arguments: [
      ("[\n {\"id\":\"1\"},\n {\"id\":\"2\",\"beak\":1}\n]", "3: record 2, field beak: parrot has no such field"),
      (#"[{"id":"1","age":"x"}]"#, "1: record 1, field age: expected an integer"),
      (#"[{"id":"1","age":9223372036854775807}]"#, "1: record 1, field age: expected an integer"),
      (#"[{"id":"1","created_at":-9223372036854775808}]"#, "field created_at: expected a Unix timestamp in seconds"),
      (#"[{"id":"1","name":5}]"#, "1: record 1, field name: expected a string"),
      (#"[{"id":"1","mood":"sad"}]"#, "1: record 1, field mood: expected one of calm, cross"),
      (
        #"[{"id":"1","created_at":"soon"}]"#,
        #"1: record 1, field created_at: expected a Unix timestamp in seconds or a relative time such as "-2d""#
      ),
      (#"[{"id":"1","cage":{"lock":1}}]"#, "1: record 1, field cage.lock: cage has no such field"),
      (#"[{"id":"1","cage":{"bars":"x"}}]"#, "1: record 1, field cage.bars: expected an integer"),
      (#"[{"id":"1","pirate_id":"77"}]"#, "1: record 1, field pirate_id: there is no pirate 77"),
      (#"[{"id":"1"},{"id":"1"}]"#, "1: record 1, field id: the id is not unique"),
      (#"[{"name":"Polly"}]"#, "1, field id: a record must have an id"),
      (#"[{"id":""}]"#, "1, field id: a record must have an id"),
      (#"["Polly"]"#, "1: a record must be an object"),
    ])
  func `An error names file, line, record and field`(text: String, expected: String) {
    let found = refusal(of: ["parrots": text])
    #expect(found?.hasPrefix("world/parrots.json:") == true)
    #expect(found?.contains(expected) == true, "\(found ?? "accepted")")
  }

  @Test func `A file of an unknown collection and a file with a syntax error are rejected`() {
    #expect(refusal(of: ["sharks": "[]"]) == "world/sharks.json: unknown collection sharks")
    #expect(refusal(of: ["parrots": "[\n{\"id\":}]"])?.hasPrefix("world/parrots.json:2: ") == true)
    #expect(refusal(of: ["parrots": "{}"])?.hasPrefix("world/parrots.json:1: ") == true)
    #expect(refusal(of: ["workspace": "[]"]) == "world/workspace.json: expected an object")
    #expect(refusal(of: ["workspace": "{\n!"])?.hasPrefix("world/workspace.json:2: ") == true)
    #expect(
      refusal(of: ["workspace": #"{"timezone":"Mars/Olympus"}"#])?.hasPrefix("world/workspace.json, field timezone: ")
        == true)
  }
}

@Suite struct RelativeTimeTests {
  @Test(
    arguments: [
      ("-2d", -172_800), ("+30d", 2_592_000), ("-3h", -10_800), ("+5m", 300), ("-1s", -1), ("+1w", 604_800),
      ("-0d", 0), ("+007s", 7),
    ] as [(String, Int64)])
  func `A relative time is a sign, a number and a unit`(text: String, seconds: Int64) {
    #expect(RelativeTime.seconds(text, from: 1_000_000) == 1_000_000 + seconds)
  }

  @Test(
    arguments: [
      "", "-", "+d", "2d", "-2", "-2y", "-2 d", "--2d", "-+2d", "+-2d", "-2.5d", "yesterday", "-9999999999999999999d",
      "-٢d",
    ])
  func `Anything else is not a relative time`(text: String) {
    #expect(RelativeTime.seconds(text, from: 0) == nil)
  }
}
