import API
import JSON
import Store
import Testing

@Suite struct RendererTests {
  private let fixture = APIFixture()

  private func text(of node: Node, version: APIVersion = .preview) throws -> String {
    APIFixture.render(node, in: try fixture.makeCall(.get, to: "/parrots", version: version))
  }

  private func parrot(with members: JSONObject) -> Record {
    SampleParrots.model.record(from: members)
  }

  @Test func `Members are rendered in the order of the model, without hidden ones`() throws {
    let parrot = parrot(with: ["secret": "gold", "age": 3, "id": "1", "words": ["ahoy", "aye"]])
    #expect(
      try text(of: .record(parrot)) == #"{"type":"parrot","id":"1","name":null,"mood":"calm","pirate_id":null,"age":3,"#
        + #""weight":null,"tame":false,"hatched_at":null,"custom_attributes":{},"words":["ahoy","aye"],"cage":null,"#
        + #""greeting":"ahoy!","loudness":2,"created_at":null,"updated_at":null}"#)
  }

  @Test func `A sparse member and a derived member without a value are omitted`() throws {
    let silent = try text(of: .record(parrot(with: ["id": "1"])))
    #expect(!silent.contains("nickname"))
    #expect(!silent.contains("greeting"))
    #expect(silent.contains(#""words":[]"#))
    #expect(try text(of: .record(parrot(with: ["nickname": "Pol"]))).contains(#""nickname":"Pol""#))
  }

  @Test func `A nested record is rendered by its own model`() throws {
    let caged = try text(of: .record(parrot(with: ["cage": ["bars": 3]])))
    #expect(caged.contains(#""cage":{"type":"cage","metal":null,"bars":3}"#))
  }

  @Test func `Each version renders its own structure, in nested records too`() throws {
    let parrot = parrot(with: ["id": "1", "name": "Polly", "age": 3, "cage": ["bars": 3, "metal": "tin"]])
    let old = try text(of: .record(parrot), version: .v2_7)
    #expect(old.hasPrefix(#"{"type":"parrot","id":"1","label":"Polly","pirate_id""#))
    #expect(old.contains(#""age":"3""#))
    #expect(old.contains(#""cage":{"cage":"3 bars of tin"}"#))
    let newer = try text(of: .record(parrot), version: .v2_14)
    #expect(newer.contains(#""name":"Polly","mood":"calm""#))
    #expect(newer.contains(#""age":"3""#))
    #expect(try text(of: .record(parrot), version: .v2_16).contains(#""age":3,"#))
  }

  @Test func `Nodes of every kind can be combined`() throws {
    let node = Node.members([
      "a": nil, "b": .null, "c": .array([1, "two", true]), "d": .records([]), "e": .json(["x": 1.0]),
      "\"quoted\"": .shape("parrot", ["mood": "calm", "name": "x"]),
    ])
    #expect(
      try text(of: node)
        == ##"{"b":null,"c":[1,"two",true],"d":[],"e":{"x":1.0},"\"quoted\"":{"mood":"calm","name":"x"}}"##
    )
    #expect(try text(of: node, version: .v2_7).hasSuffix(##"{"label":"x"}}"##))
    #expect(try text(of: .object([])) == "{}")
    #expect(try text(of: .array([])) == "[]")
  }

  @Test func `A list of records is separated by commas`() throws {
    var pirate = SamplePirates.model.blank()
    pirate["id"] = 1
    #expect(try text(of: .records([pirate, pirate])) == #"[{"id":1,"name":null},{"id":1,"name":null}]"#)
  }

  @Test func `A nested list is rendered record by record`() throws {
    let flock = Model(name: "flock", fields: [.models("parrots", of: SampleParrots.cage)])
    let catalogue = Catalogue(resources: [], history: [])
    #expect(catalogue.models.map(\.name) == ["errand"])
    let call = Call(
      workspace: fixture.workspace, operation: SampleParrots.operations[0],
      plan: VersionPlan(version: .preview, history: [], models: [flock, SampleParrots.cage]),
      request: .init(method: .get, target: "/")
    )
    let record = flock.record(from: ["parrots": [["metal": "tin"], "no cage", ["bars": 2]]])
    #expect(
      APIFixture.render(.record(record), in: call)
        == #"{"parrots":[{"type":"cage","metal":"tin","bars":null},{"type":"cage","metal":null,"bars":2}]}"#)
  }
}
