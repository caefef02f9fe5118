import API
import Testing

@Suite struct VersionTests {
  @Test func `Every version is asked for by its name, and they are in order`() {
    for version in APIVersion.allCases { #expect(APIVersion(named: version.name) == version) }
    #expect(APIVersion.allCases == APIVersion.allCases.sorted())
    #expect(APIVersion.allCases.map(\.name).first == "2.7")
    #expect(APIVersion.v2_9 < .v2_10)
    #expect(APIVersion.v2_16 < .preview)
  }

  @Test(arguments: ["Preview", "preview", "Unstable", "unstable"])
  func `Preview answers to its former name too`(name: String) {
    #expect(APIVersion(named: name) == .preview)
  }

  @Test(arguments: APIVersion.undocumented) func `Versions before 2.7 are served as 2.7`(name: String) {
    #expect(APIVersion(named: name) == .v2_7)
  }

  @Test(arguments: ["", "2", "2.17", "1.5", "2.70", "02.7", "v2.14", " 2.14", "PREVIEW", "2.14\n", "2．14"])
  func `An unknown version name returns nil`(name: String) {
    #expect(APIVersion(named: name) == nil)
  }

  @Test func `An operation is there from its first version through its last`() {
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
