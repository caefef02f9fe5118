import API
import JSON
import Testing

@Suite struct VersionTests {
  @Test func `Every version is found by its name, and versions are in order`() {
    for version in APIVersion.allCases { #expect(APIVersion(named: version.name) == version) }
    #expect(APIVersion.allCases == APIVersion.allCases.sorted())
    #expect(APIVersion.allCases.map(\.name).first == "2.7")
    #expect(APIVersion.v2_9 < .v2_10)
    #expect(APIVersion.v2_16 < .preview)
  }

  @Test(arguments: ["Preview", "preview", "Unstable", "unstable"])
  func `Preview is also found by its former name`(name: String) {
    #expect(APIVersion(named: name) == .preview)
  }

  @Test(arguments: APIVersion.undocumented) func `Versions before 2.7 are served as 2.7`(name: String) {
    #expect(APIVersion(named: name) == .v2_7)
  }

  @Test(arguments: ["", "2", "2.17", "1.5", "2.70", "02.7", "v2.14", " 2.14", "PREVIEW", "2.14\n", "2．14"])
  func `An unknown version name returns nil`(name: String) {
    #expect(APIVersion(named: name) == nil)
  }

  @Test func `An operation exists from its first version through its last`() {
    func versions(in availability: Availability) -> [String] {
      APIVersion.allCases.filter(availability.contains).map(\.name)
    }
    #expect(versions(in: .always).count == APIVersion.allCases.count)
    #expect(versions(in: .since(.v2_15)) == ["2.15", "2.16", "Preview"])
    #expect(versions(in: .through(.v2_8)) == ["2.7", "2.8"])
    #expect(versions(in: .between(.v2_9, and: .v2_10)) == ["2.9", "2.10"])
    #expect(versions(in: .since(.preview)) == ["Preview"])
  }
}

/// Combining the changes of all versions into one plan per version.
@Suite struct VersionPlanTests {
  private func plan(for version: APIVersion, changes: (APIVersion, VersionChange)...) -> VersionPlan {
    VersionPlan(version: version, history: changes.map { VersionChanges(version: $0, changes: [$1]) }, models: [])
  }

  @Test func `A field that was added exists from that version on`() {
    let change = VersionChange("Parrots have beaks").adds("beak", to: "parrot")
    let parrot: JSONObject = ["id": "1", "beak": "red"]
    #expect(plan(for: .v2_11, changes: (.v2_12, change)).downgrade(parrot, as: "parrot") == ["id": "1"])
    #expect(plan(for: .v2_12, changes: (.v2_12, change)).downgrade(parrot, as: "parrot") == parrot)
    #expect(plan(for: .v2_11, changes: (.v2_12, change)).downgrade(parrot, as: "pirate") == parrot)
  }

  @Test(arguments: zip(APIVersion.allCases, [true, true, false, false, false, true, true, false, false, false, true]))
  func `A field that was added, removed and added again exists in exactly those versions`(
    version: APIVersion, isThere: Bool
  ) {
    let plan = plan(
      for: version, changes: (.preview, VersionChange("back again").adds("beak", to: "parrot")),
      (.v2_9, VersionChange("gone").removes("beak", from: "parrot")),
      (.v2_14, VersionChange("gone again").removes("beak", from: "parrot")),
      (.v2_12, VersionChange("back").adds("beak", to: "parrot")))
    #expect(plan.downgrade(["beak": "red"], as: "parrot") == (isThere ? ["beak": "red"] : [:]))
    #expect(plan.upgrade(["beak": "red"], as: "parrot") == (isThere ? ["beak": "red"] : [:]))
  }

  @Test(arguments: [(APIVersion.v2_9, "tag"), (.v2_10, "label"), (.v2_13, "label"), (.v2_14, "name")])
  func `Several renames of one field are undone in reverse order`(version: APIVersion, name: String) {
    let plan = plan(
      for: version, changes: (.v2_10, VersionChange("first").renames("tag", to: "label", in: "parrot")),
      (.v2_14, VersionChange("then").renames("label", to: "name", in: "parrot")))
    #expect(plan.downgrade(["id": "1", "name": "Polly"], as: "parrot") == ["id": "1", name: "Polly"])
    #expect(plan.upgrade([name: "Polly"], as: "parrot") == ["name": "Polly"])
  }

  @Test func `Two type changes of a field are undone newest first and applied oldest first`() {
    func retypingChange(mark: String) -> VersionChange {
      VersionChange(mark).retypes(
        "age", in: "parrot", downgrade: { .string(($0.string ?? "") + "<\(mark)") },
        upgrade: { .string(($0.string ?? "") + ">\(mark)") })
    }
    let oldest = plan(for: .v2_7, changes: (.v2_10, retypingChange(mark: "10")), (.v2_14, retypingChange(mark: "14")))
    #expect(oldest.downgrade(["age": "7"], as: "parrot") == ["age": "7<14<10"])
    #expect(oldest.upgrade(["age": "7"], as: "parrot") == ["age": "7>10>14"])
    let middle = plan(for: .v2_10, changes: (.v2_10, retypingChange(mark: "10")), (.v2_14, retypingChange(mark: "14")))
    #expect(middle.downgrade(["age": "7"], as: "parrot") == ["age": "7<14"])
    #expect(
      plan(for: .v2_14, changes: (.v2_14, retypingChange(mark: "14"))).downgrade(["age": "7"], as: "parrot") == [
        "age": "7"
      ])
  }

  @Test func `A type change under a former name of a field still applies`() {
    let quoted = VersionChange("A tag is a text").retypes(
      "tag", in: "parrot", downgrade: { _ in "old" }, upgrade: { _ in 5 })
    let plan = plan(
      for: .v2_7, changes: (.v2_10, quoted), (.v2_14, VersionChange("renamed").renames("tag", to: "name", in: "parrot"))
    )
    #expect(plan.downgrade(["name": 5], as: "parrot") == ["tag": "old"])
    #expect(plan.upgrade(["tag": "old"], as: "parrot") == ["name": 5])
  }

  @Test func `A field that was added under a former name is hidden before`() {
    let plan = plan(
      for: .v2_7, changes: (.v2_10, VersionChange("added").adds("tag", to: "parrot")),
      (.v2_14, VersionChange("renamed").renames("tag", to: "name", in: "parrot")))
    #expect(plan.downgrade(["id": "1", "name": 5], as: "parrot") == ["id": "1"])
    #expect(plan.upgrade(["tag": 5], as: "parrot") == [:])
  }

  @Test func `A response is rewritten after fields are removed, and a request before`() {
    let change = VersionChange("A cage is an object")
      .adds("bars", to: "cage")
      .rewrites(
        "cage", downgrade: { ["was": .array($0.keys.map(JSON.string))] }, upgrade: { _ in ["metal": "tin", "bars": 3] })
    let before = plan(for: .v2_9, changes: (.v2_10, change))
    #expect(before.downgrade(["metal": "tin", "bars": 3], as: "cage") == ["was": ["metal"]])
    #expect(before.upgrade(["was": []], as: "cage") == ["metal": "tin"])
    #expect(plan(for: .v2_10, changes: (.v2_10, change)).downgrade(["bars": 3], as: "cage") == ["bars": 3])
  }

  @Test func `A behaviour is on from its version on`() {
    let change = VersionChange("Parrots repeat").turnsOn(.repeatsWords)
    #expect(plan(for: .v2_11, changes: (.v2_12, change)).behaviours.isEmpty)
    #expect(plan(for: .v2_12, changes: (.v2_12, change)).behaviours == [.repeatsWords])
    #expect(plan(for: .preview, changes: (.v2_12, change)).behaviours == [.repeatsWords])
  }

  @Test func `A request's members that the version does not have yet are ignored`() throws {
    let fixture = APIFixture()
    let old = try fixture.send(.post, to: "/parrots", body: ["label": "Polly", "mood": "cross"], version: .v2_11)
    #expect(old["label"] == "Polly")
    #expect(old["mood"] == nil)
    #expect(try fixture.send(.get, to: "/parrots/1")["mood"] == "calm")
    let new = try fixture.send(.post, to: "/parrots", body: ["name": "Kiki", "mood": "cross"], version: .v2_14)
    #expect(new["mood"] == "cross")
  }
}
