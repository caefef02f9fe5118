import JSON
import Store
import Testing

@Suite struct RecordTests {
  @Test func `All slots of a new record are absent`() {
    let pebble = Record(schema: StoreFixture.pebble)
    #expect(pebble.storedJSON == [:])
    #expect(pebble.id == "")
    #expect(StoreFixture.pebble.slots.allSatisfy { pebble[$0] == .absent })
  }

  @Test func `The stored form has the present members in the schema's order`() {
    var pebble = Record(schema: StoreFixture.pebble)
    pebble["found_at"] = 12
    pebble["name"] = nil
    pebble["id"] = "7"
    #expect(pebble.storedJSON.text == #"{"id":"7","name":null,"found_at":12}"#)
  }

  @Test func `Slots are accessible by name and by number`() throws {
    var pebble = StoreFixture.pebble(id: 7, name: "Basalt")
    let slot = try #require(StoreFixture.pebble.slot(named: "name"))
    #expect(pebble[slot: slot] == "Basalt")
    pebble[slot: slot] = "Quartz"
    #expect(pebble["name"] == "Quartz")
    #expect(pebble.withSlots { $0[slot] } == "Quartz")
  }

  @Test func `Values without storage can be set and replace any other value`() throws {
    let slot = try #require(StoreFixture.pebble.slot(named: "name"))
    let values: [Value] = [false, true, .json([]), .json([:]), .null, .absent, "Basalt", .json([false]), false, "", 0]
    var pebble = StoreFixture.pebble(id: 7, colours: ["grey"])
    for value in values {
      pebble[slot: slot] = value
      #expect(pebble[slot: slot] == value)
      #expect(pebble["id"] == "7" && pebble["colours"] == .json(["grey"]))
      var draft = StoreFixture.pebble(id: 7, name: "Slate", colours: ["grey"])
      draft.set([(slot, "Quartz"), (slot, value)])
      #expect(draft == pebble)
    }
  }

  @Test func `Borrowed slots distinguish a value, null and absent`() throws {
    var pebble = StoreFixture.pebble(id: 7)
    let slot = try #require(StoreFixture.pebble.slot(named: "name"))
    for (value, isNull) in [(Value.absent, false), (.null, true), ("Basalt", false), (.null, true), (.absent, false)] {
      pebble[slot: slot] = value
      #expect(pebble.withSlots { $0.isNull(slot: slot) } == isNull)
      #expect(pebble.withSlots { $0[slot] == nil } == value.isEmpty)
      #expect(pebble[slot: slot] == value)
    }
  }

  @Test func `Setting slots one by one or at once results in the same record`() {
    let values: [Value] = StoreFixture.pebble.slots.indices.map { [.integer($0), .null, .absent][$0 % 3] }
    var (one, other) = (StoreFixture.pebble(id: 7, name: "Basalt"), StoreFixture.pebble(id: 7, name: "Quartz"))
    for slot in values.indices.reversed() { one[slot: slot] = values[slot] }
    other.set([(0, "passing")] + values.enumerated().map { (slot: $0, value: $1) })
    #expect(one == other)
    #expect(values.indices.map { other[slot: $0] } == values)
  }

  @Test func `The last of several values for a slot is stored`() {
    for last in [Value.string("Basalt"), .null, .absent] {
      var pebble = StoreFixture.pebble(id: 7, name: "Quartz")
      pebble.set((0..<300).flatMap { [(slot: 1, value: Value.integer($0)), (slot: 1, value: .null)] } + [(1, last)])
      #expect(pebble["name"] == last)
      #expect(pebble.id == "7")
    }
  }

  @Test func `An unknown name is absent`() {
    #expect(StoreFixture.pebble(id: 7)["shape"] == .absent)
    #expect(StoreFixture.pebble.slot(named: "shape") == nil)
  }

  @Test func `The id is a string, whatever its JSON type`() {
    var pebble = Record(schema: StoreFixture.pebble)
    pebble["id"] = "65f1a001"
    #expect(pebble.id == "65f1a001")
    pebble["id"] = 7001
    #expect(pebble.id == "7001")
    pebble["id"] = nil
    #expect(pebble.id == "")
    #expect(Record(schema: Schema(name: "grain", slots: ["size"])).id == "")
  }

  @Test func `A change of a copy does not affect the original`() {
    let first = StoreFixture.pebble(id: 7, name: "Basalt")
    var second = first
    second["name"] = "Quartz"
    #expect(first["name"] == "Basalt")
    #expect(first != second)
    second["name"] = "Basalt"
    #expect(first == second)
  }

  @Test func `Records of different schemas are not equal, even with the same slots`() {
    let twin = Schema(name: "pebble", slots: StoreFixture.pebble.slots)
    #expect(Record(schema: twin) != Record(schema: StoreFixture.pebble))
  }

  @Test func `Nested records are part of the stored form`() {
    let box = Schema(name: "box", slots: ["lid", "pebbles"])
    var record = Record(schema: box)
    record["lid"] = .record(StoreFixture.pebble(id: 1))
    record["pebbles"] = .records([StoreFixture.pebble(id: 2), StoreFixture.pebble(id: 3, name: nil)])
    #expect(record.storedJSON == ["lid": ["id": "1"], "pebbles": [["id": "2"], ["id": "3", "name": nil]]])
    #expect(record["pebbles"].records.map(\.id) == ["2", "3"])
  }
}

@Suite struct ValueTests {
  @Test func `Absent, null and empty are different values`() {
    #expect(Value.absent != .null)
    #expect(Value.null != .string(""))
    #expect(Value.absent.json == nil)
    #expect(Value.null.json == .some(.null))
    #expect(Value.string("").json == .some(""))
    #expect(Value.absent.isEmpty)
    #expect(Value.null.isEmpty)
    #expect(!Value.string("").isEmpty)
    #expect(!Value.strings([]).isEmpty)
    #expect(!Value.records([]).isEmpty)
  }

  @Test func `A value is readable only as its own type`() {
    #expect(Value.string("7").string == "7")
    #expect(Value.string("7").integer == nil)
    #expect(Value.integer(7).integer == 7)
    #expect(Value.integer(7).number == 7)
    #expect(Value.json(1.5).number == 1.5)
    #expect(Value.json(1.5).integer == nil)
    #expect(Value.boolean(false).boolean == false)
    #expect(Value.integer(0).boolean == nil)
    #expect(Value.json(["a": 1]).object == ["a": 1])
    #expect(Value.json([1, 2]).array == [1, 2])
    #expect(Value.absent.string == nil)
  }

  @Test func `A missing string or number is stored as null`() {
    #expect(Value.string(nil) == .null)
    #expect(Value.integer(nil) == .null)
    #expect(Value.integer(Int64.min).integer == .min)
  }

  @Test func `The strings of a list exclude other values`() {
    #expect(Value.json(["a", 1, nil, "b"]).strings == ["a", "b"])
    #expect(Value.string("a").strings == [])
    #expect(Value.absent.records == [])
  }

  @Test func `Values can be written as literals`() {
    let values: [Value] = ["text", 3, true, nil]
    #expect(values == [.string("text"), .integer(3), .boolean(true), .null])
  }
}
