import JSON
import Store
import Testing

@Suite struct RecordTests {
  @Test func `A new record holds nothing`() {
    let pebble = Record(Beach.pebble)
    #expect(pebble.stored == [:])
    #expect(pebble.id == "")
    #expect(Beach.pebble.slots.allSatisfy { pebble[$0] == .absent })
  }

  @Test func `A record is stored with what is present, in the schema's order`() {
    var pebble = Record(Beach.pebble)
    pebble["found_at"] = 12
    pebble["name"] = nil
    pebble["id"] = "7"
    #expect(pebble.stored.text == #"{"id":"7","name":null,"found_at":12}"#)
  }

  @Test func `Slots are reached by name and by number alike`() throws {
    var pebble = Beach.pebble(7, name: "Basalt")
    let slot = try #require(Beach.pebble.slot("name"))
    #expect(pebble[slot: slot] == "Basalt")
    pebble[slot: slot] = "Quartz"
    #expect(pebble["name"] == "Quartz")
    #expect(pebble.withSlots { $0[slot] } == "Quartz")
  }

  @Test func `What takes no room is kept like everything else, and may take the place of anything`() throws {
    let slot = try #require(Beach.pebble.slot("name"))
    let values: [Value] = [false, true, .json([]), .json([:]), .null, .absent, "Basalt", .json([false]), false, "", 0]
    var pebble = Beach.pebble(7, colours: ["grey"])
    for value in values {
      pebble[slot: slot] = value
      #expect(pebble[slot: slot] == value)
      #expect(pebble["id"] == "7" && pebble["colours"] == .json(["grey"]))
      var draft = Beach.pebble(7, name: "Slate", colours: ["grey"])
      draft.set([(slot, "Quartz"), (slot, value)])
      #expect(draft == pebble)
    }
  }

  @Test func `Lent slots tell a value from null and from nothing at all`() throws {
    var pebble = Beach.pebble(7)
    let slot = try #require(Beach.pebble.slot("name"))
    for (value, isNull) in [(Value.absent, false), (.null, true), ("Basalt", false), (.null, true), (.absent, false)] {
      pebble[slot: slot] = value
      #expect(pebble.withSlots { $0.isNull(slot) } == isNull)
      #expect(pebble.withSlots { $0[slot] == nil } == value.isEmpty)
      #expect(pebble[slot: slot] == value)
    }
  }

  @Test func `A record is the same whether its slots are set one by one or all at once`() {
    let values: [Value] = Beach.pebble.slots.indices.map { [.integer($0), .null, .absent][$0 % 3] }
    var (one, other) = (Beach.pebble(7, name: "Basalt"), Beach.pebble(7, name: "Quartz"))
    for slot in values.indices.reversed() { one[slot: slot] = values[slot] }
    other.set([(0, "passing")] + values.enumerated().map { (slot: $0, value: $1) })
    #expect(one == other)
    #expect(values.indices.map { other[slot: $0] } == values)
  }

  @Test func `Of many values for one slot the last counts`() {
    for last in [Value.string("Basalt"), .null, .absent] {
      var pebble = Beach.pebble(7, name: "Quartz")
      pebble.set((0..<300).flatMap { [(slot: 1, value: Value.integer($0)), (slot: 1, value: .null)] } + [(1, last)])
      #expect(pebble["name"] == last)
      #expect(pebble.id == "7")
    }
  }

  @Test func `A name that the schema lacks reads as absent`() {
    #expect(Beach.pebble(7)["shape"] == .absent)
    #expect(Beach.pebble.slot("shape") == nil)
  }

  @Test func `The id reads as text, whichever type it has`() {
    var pebble = Record(Beach.pebble)
    pebble["id"] = "65f1a001"
    #expect(pebble.id == "65f1a001")
    pebble["id"] = 7001
    #expect(pebble.id == "7001")
    pebble["id"] = nil
    #expect(pebble.id == "")
    #expect(Record(Schema("grain", slots: ["size"])).id == "")
  }

  @Test func `A copy is its own: changing it leaves the first as it was`() {
    let first = Beach.pebble(7, name: "Basalt")
    var second = first
    second["name"] = "Quartz"
    #expect(first["name"] == "Basalt")
    #expect(first != second)
    second["name"] = "Basalt"
    #expect(first == second)
  }

  @Test func `Records of two schemas are never equal, even with the same slots`() {
    let twin = Schema("pebble", slots: Beach.pebble.slots)
    #expect(Record(twin) != Record(Beach.pebble))
  }

  @Test func `Records inside records are stored inside them`() {
    let box = Schema("box", slots: ["lid", "pebbles"])
    var record = Record(box)
    record["lid"] = .record(Beach.pebble(1))
    record["pebbles"] = .records([Beach.pebble(2), Beach.pebble(3, name: nil)])
    #expect(record.stored == ["lid": ["id": "1"], "pebbles": [["id": "2"], ["id": "3", "name": nil]]])
    #expect(record["pebbles"].records.map(\.id) == ["2", "3"])
  }
}
