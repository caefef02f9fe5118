import API
import Intercom
import Testing

/// The tables that are generated from the published descriptions.
@Suite struct DocumentationTests {
  @Test func `Every documented operation has a row in the table of parameters`() {
    let catalogue = Catalogue.intercom
    let missing = catalogue.operations.filter {
      $0.isDocumented && catalogue.documentedParameters.entry(of: $0, in: .v2_14) == nil
    }
    #expect(missing.map { "\($0.method) \($0.path)" } == [], "`make documented-tables` writes the rows")
  }
}
