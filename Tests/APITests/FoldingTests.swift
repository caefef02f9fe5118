import API
import JSON
import Testing

/// How a history of changes is folded into one plan per version.
@Suite struct FoldingTests {
  private func plan(_ version: APIVersion, _ changes: (APIVersion, VersionChange)...) -> VersionPlan {
    VersionPlan(version, history: changes.map { VersionChanges(version: $0, changes: [$1]) }, models: [])
  }

  @Test func `A field that was added is there from that version on`() {
    let change = VersionChange("Parrots have beaks").adds("beak", to: "parrot")
    let parrot: JSONObject = ["id": "1", "beak": "red"]
    #expect(plan(.v2_11, (.v2_12, change)).back(parrot, as: "parrot") == ["id": "1"])
    #expect(plan(.v2_12, (.v2_12, change)).back(parrot, as: "parrot") == parrot)
    #expect(plan(.v2_11, (.v2_12, change)).back(parrot, as: "pirate") == parrot)
  }

  @Test(arguments: zip(APIVersion.allCases, [true, true, false, false, false, true, true, false, false, false, true]))
  func `A field that came, went and came back is there when it was`(version: APIVersion, isThere: Bool) {
    let plan = plan(
      version, (.preview, VersionChange("back again").adds("beak", to: "parrot")),
      (.v2_9, VersionChange("gone").removes("beak", from: "parrot")),
      (.v2_14, VersionChange("gone again").removes("beak", from: "parrot")),
      (.v2_12, VersionChange("back").adds("beak", to: "parrot")))
    #expect(plan.back(["beak": "red"], as: "parrot") == (isThere ? ["beak": "red"] : [:]))
    #expect(plan.forward(["beak": "red"], as: "parrot") == (isThere ? ["beak": "red"] : [:]))
  }

  @Test(arguments: [(APIVersion.v2_9, "tag"), (.v2_10, "label"), (.v2_13, "label"), (.v2_14, "name")])
  func `Renames of one field are a chain that is walked back`(version: APIVersion, name: String) {
    let plan = plan(
      version, (.v2_10, VersionChange("first").renames("tag", to: "label", in: "parrot")),
      (.v2_14, VersionChange("then").renames("label", to: "name", in: "parrot")))
    #expect(plan.back(["id": "1", "name": "Polly"], as: "parrot") == ["id": "1", name: "Polly"])
    #expect(plan.forward([name: "Polly"], as: "parrot") == ["name": "Polly"])
  }

  @Test func `A field that was retyped twice goes back newest first and forward oldest first`() {
    func marks(_ mark: String) -> VersionChange {
      VersionChange(mark).retypes(
        "age", in: "parrot", back: { .string(($0.string ?? "") + "<\(mark)") },
        forward: { .string(($0.string ?? "") + ">\(mark)") })
    }
    let oldest = plan(.v2_7, (.v2_10, marks("10")), (.v2_14, marks("14")))
    #expect(oldest.back(["age": "7"], as: "parrot") == ["age": "7<14<10"])
    #expect(oldest.forward(["age": "7"], as: "parrot") == ["age": "7>10>14"])
    let middle = plan(.v2_10, (.v2_10, marks("10")), (.v2_14, marks("14")))
    #expect(middle.back(["age": "7"], as: "parrot") == ["age": "7<14"])
    #expect(plan(.v2_14, (.v2_14, marks("14"))).back(["age": "7"], as: "parrot") == ["age": "7"])
  }

  @Test func `A field that was retyped under a former name is retyped still`() {
    let quoted = VersionChange("A tag is a text").retypes(
      "tag", in: "parrot", back: { _ in "old" }, forward: { _ in 5 })
    let plan = plan(
      .v2_7, (.v2_10, quoted), (.v2_14, VersionChange("renamed").renames("tag", to: "name", in: "parrot")))
    #expect(plan.back(["name": 5], as: "parrot") == ["tag": "old"])
    #expect(plan.forward(["tag": "old"], as: "parrot") == ["name": 5])
  }

  @Test func `A field that was added under a former name is hidden before`() {
    let plan = plan(
      .v2_7, (.v2_10, VersionChange("added").adds("tag", to: "parrot")),
      (.v2_14, VersionChange("renamed").renames("tag", to: "name", in: "parrot")))
    #expect(plan.back(["id": "1", "name": 5], as: "parrot") == ["id": "1"])
    #expect(plan.forward(["tag": 5], as: "parrot") == [:])
  }

  @Test func `A node is rewritten after its fields were chosen, and a request before`() {
    let change = VersionChange("A cage is an object")
      .adds("bars", to: "cage")
      .rewrites(
        "cage", back: { ["was": .array($0.keys.map(JSON.string))] }, forward: { _ in ["metal": "tin", "bars": 3] })
    let before = plan(.v2_9, (.v2_10, change))
    #expect(before.back(["metal": "tin", "bars": 3], as: "cage") == ["was": ["metal"]])
    #expect(before.forward(["was": []], as: "cage") == ["metal": "tin"])
    #expect(plan(.v2_10, (.v2_10, change)).back(["bars": 3], as: "cage") == ["bars": 3])
  }

  @Test func `A behaviour is on from its version on`() {
    let change = VersionChange("Parrots repeat").turnsOn(.repeatsWords)
    #expect(plan(.v2_11, (.v2_12, change)).behaviours.isEmpty)
    #expect(plan(.v2_12, (.v2_12, change)).behaviours == [.repeatsWords])
    #expect(plan(.preview, (.v2_12, change)).behaviours == [.repeatsWords])
  }

  @Test func `A request's members that the version does not have yet are ignored`() throws {
    let aviary = Aviary()
    let old = try aviary.ask(.post, "/parrots", ["label": "Polly", "mood": "cross"], version: .v2_11)
    #expect(old["label"] == "Polly")
    #expect(old["mood"] == nil)
    #expect(try aviary.ask(.get, "/parrots/1")["mood"] == "calm")
    let new = try aviary.ask(.post, "/parrots", ["name": "Kiki", "mood": "cross"], version: .v2_14)
    #expect(new["mood"] == "cross")
  }
}
