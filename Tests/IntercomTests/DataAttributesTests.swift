import API
import JSON
import Testing

@testable import Intercom

@Suite struct DataAttributesTests {
  private let fixture = WorkspaceFixture()

  @Test(arguments: APIVersion.allCases)
  func `the type of a built-in time has a name of its own in Preview`(version: APIVersion) throws {
    let attributes =
      try fixture.send(.get, to: "/data_attributes?model=company", body: [:], version: version)["data"]?.array ?? []
    let created = try #require(attributes.first { $0["name"] == "created_at" })
    #expect(created["data_type"] == (version == .preview ? "datetime" : "date"))
    #expect(attributes.allSatisfy { $0["id"] == nil && $0["custom"] == false && $0["model"] == "company" })
  }

  @Test(arguments: APIVersion.allCases)
  func `a new attribute is open to the Messenger up to 2.10`(version: APIVersion) throws {
    let body: JSONObject = ["name": "owls", "model": "contact", "data_type": "integer"]
    let made = try fixture.send(.post, to: "/data_attributes", body: body, version: version)
    #expect(made["messenger_writable"] == .boolean(version <= .v2_10))
  }

  @Test(arguments: APIVersion.allCases)
  func `the attributes of conversations are refused from 2.16 on`(version: APIVersion) throws {
    func list() throws -> JSON {
      try fixture.send(.get, to: "/data_attributes?model=conversation", body: [:], version: version)
    }
    guard version >= .v2_16 else {
      #expect(try list()["data"] == [])
      return
    }
    #expect { try list() } throws: { ($0 as? APIError)?.status.code == 422 }
  }

  @Test(arguments: APIVersion.allCases)
  func `a list may be asked for as options from 2.14 on`(version: APIVersion) throws {
    let body: JSONObject = ["name": "wood", "model": "contact", "data_type": "options", "options": ["holly", "yew"]]
    guard version >= .v2_14 else {
      #expect(throws: APIError.parameterInvalid("Data Type isn't an option")) {
        try fixture.send(.post, to: "/data_attributes", body: body, version: version)
      }
      return
    }
    let made = try fixture.send(.post, to: "/data_attributes", body: body, version: version)
    #expect(made["data_type"] == "string" && made["options"] == ["holly", "yew"])
  }

  @Test func `an attribute that a segment asks for cannot be archived`() throws {
    fixture.insert(
      ["id": 7, "model": "company", "name": "tier", "data_type": "string", "segment_ids": ["c3"]],
      into: DataAttributes.model)
    #expect { try fixture.send(.put, to: "/data_attributes/7", body: ["archived": true]) } throws: {
      ($0 as? APIError)?.code == "data_invalid"
    }
    #expect(fixture.workspace[DataAttributes.model]["7"]?["archived"] == false)
  }
}
