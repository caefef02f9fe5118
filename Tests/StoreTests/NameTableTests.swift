import Testing

@testable import Store

@Suite("Places by name")
struct NameTableTests {
  @Test("Every name is found where it stands")
  func findsEveryName() {
    let names =
      (0..<200).map { "field_\($0)" } + ["", "a", "seven77", "eight888", "ünïcödé", "a name with many letters"]
    let table = NameTable(names)
    for (place, name) in names.enumerated() {
      #expect(table[name] == place)
      let bytes = Array(name.utf8)
      #expect(table.index(of: bytes.span) == place)
      #expect(Array(table.bytes[table.range(of: place)]) == bytes)
    }
    #expect(table.range(of: names.count).isEmpty)
  }

  @Test("A name that is not there is not found, however alike")
  func missesOthers() {
    let table = NameTable(["android_app_name", "ios_app_name", "id"])
    for name in ["app_name", "Android_app_name", "ID", "", "i", "idd"] { #expect(table[name] == nil) }
  }

  @Test("The first place counts when a name comes twice")
  func keepsTheFirst() {
    #expect(NameTable(["id", "name", "id"])["id"] == 0)
  }

  @Test("An empty list has no places")
  func isEmpty() {
    #expect(NameTable([])["id"] == nil)
  }
}
