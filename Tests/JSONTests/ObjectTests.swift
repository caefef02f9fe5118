import JSON
import Testing

@Suite("Objects")
struct JSONObjectTests {
  @Test("members keep the order in which they are written")
  func order() throws {
    let text = #"{"z":1,"a":2,"m":{"y":1,"b":2}}"#
    #expect(try JSON(parsing: text).text == text)
    #expect(try JSON(parsing: text) != JSON(parsing: #"{"a":2,"z":1,"m":{"y":1,"b":2}}"#))
  }

  @Test("of a repeated key the last value counts, in the place of the first")
  func duplicates() throws {
    #expect(try JSON(parsing: #"{"a":1,"b":2,"a":3,"a":4}"#).text == #"{"a":4,"b":2}"#)
    #expect(try JSON(parsing: #"{"a":1,"\u0061":2}"#).text == #"{"a":2}"#)
    #expect(
      try JSON(parsing: #"{"a":{"b":1},"c":[{"b":2,"b":3}],"b":4}"#).text == #"{"a":{"b":1},"c":[{"b":3}],"b":4}"#)
    let literal: JSONObject = ["a": 1, "b": 2, "a": 3]
    #expect(literal == ["a": 3, "b": 2])
  }

  @Test("keys that merely look alike are different keys")
  func lookAlikes() throws {
    let read = try JSON(parsing: #"{"\u00e9":1,"e\u0301":2,"a":3,"A":4,"a\u0000":5}"#)
    #expect(read.object?.count == 5)
    #expect(read["\u{E9}"] == 1)
    #expect(read["e\u{301}"] == 2)
    #expect(JSON.string("\u{E9}") != .string("e\u{301}"))
  }

  @Test("repeated keys are found whatever the number of members", arguments: [2, 16, 17, 63, 64, 65, 66, 300])
  func duplicatesAmongMany(count: Int) throws {
    let names = (0..<count).map { "key \($0)" }
    let twice = names.map { "\"\($0)\":1" } + names.map { "\"\($0)\":2" } + ["\"new\":3"]
    let read = try #require(try JSON(parsing: "{\(twice.joined(separator: ","))}").object)
    #expect(read.keys == names + ["new"])
    #expect(read.dropLast().allSatisfy { $0.value == 2 })
    #expect(names.allSatisfy { read[$0] == 2 } && read["new"] == 3 && read["other"] == nil)
  }

  @Test("very many members cost as many times one")
  func manyMembers() throws {
    let members = (0..<40_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    var object = try #require(try JSON(parsing: "{\(members),\"k7\":0}").object)
    #expect(object.count == 40_000)
    #expect(object["k7"] == 0)
    for number in 0..<40_000 { object["k\(number)"] = 1 }
    #expect(object.count == 40_000)
    object.removeAll { $0.key.utf8.count > 2 }
    #expect(object.keys == (0..<10).map { "k\($0)" })
  }

  @Test("members are set where they stand, added at the end and removed", arguments: [3, 100])
  func mutation(count: Int) {
    var object = JSONObject((0..<count).map { (key: "k\($0)", value: .integer(Int64($0))) })
    object["k1"] = "one"
    #expect(object[1].key == "k1" && object[1].value == "one")
    object["new"] = .null
    #expect(object.last?.key == "new" && object["new"] == .some(.null))
    #expect(object.contains(key: "new") && !object.contains(key: "old"))
    object["k0"] = nil
    #expect(object.count == count && object.first?.key == "k1" && object["k0"] == nil)
    #expect(object.removeValue(forKey: "k2") == 2 && object.removeValue(forKey: "k2") == nil)
    #expect(object["new"] == .some(.null) && object["k1"] == "one")
    object.append(key: "k2", value: 5)
    #expect(object["k2"] == 5 && object.last?.key == "k2")
  }

  @Test("an object grows past the point where it is hashed one member at a time")
  func growth() {
    var object = JSONObject()
    for number in 0..<200 {
      object["k\(number)"] = .integer(Int64(number))
      #expect(object["k\(number)"] == .integer(Int64(number)) && object["k\(number + 1)"] == nil)
    }
    #expect(object.map(\.key) == (0..<200).map { "k\($0)" })
  }

  @Test("a copy is a value of its own")
  func copies() {
    let first: JSON = ["a": ["b": 1]]
    var second = first
    second["a"]?["b"] = 2
    #expect(first["a"]?["b"] == 1 && second["a"]?["b"] == 2)
  }
}

@Suite("Access")
struct JSONAccessTests {
  let value: JSON = [
    "type": "contact", "age": 3, "score": 1.5, "seen_at": 1_795_132_800.0, "blocked": false, "owner": nil,
    "source": ["author": ["id": "7"]], "tags": [["id": "a"], ["id": "b"]], "a.b": 1,
  ]

  @Test("a value is had as what it is and as nothing else")
  func kinds() {
    #expect(value["type"]?.string == "contact" && value["age"]?.string == nil)
    #expect(value["blocked"]?.boolean == false && value["age"]?.boolean == nil)
    #expect(value["age"]?.integer == 3 && value["seen_at"]?.integer == nil && value["type"]?.integer == nil)
    #expect(value["score"]?.number == 1.5 && value["age"]?.number == 3 && value["type"]?.number == nil)
    #expect(value["tags"]?.array?.count == 2 && value["type"]?.array == nil)
    #expect(value["source"]?.object?.count == 1 && value["tags"]?.object == nil)
    #expect(value["owner"]?.isNull == true && value["age"]?.isNull == false && value["absent"] == nil)
  }

  @Test("a whole number is integral however it is written")
  func integral() throws {
    #expect(value["seen_at"]?.integral == 1_795_132_800)
    #expect(value["age"]?.integral == 3 && value["score"]?.integral == nil && value["type"]?.integral == nil)
    #expect(try JSON(parsing: "1e300").integral == nil && JSON.number(.nan).integral == nil)
    #expect(JSON.number(0x1p63).integral == nil && JSON.number(-0x1p63).integral == .min)
  }

  @Test("an element that is not there is nil, not a trap", arguments: [-1, 2, Int.max, Int.min])
  func indexes(index: Int) {
    #expect(value["tags"]?[index] == nil)
    #expect(value["tags"]?[1] == ["id": "b"] && value[0] == nil)
  }

  @Test("an optional that is nil becomes null")
  func optional() {
    #expect(JSON.optional("a") == "a" && JSON.optional(nil as String?) == .null)
    #expect(JSON.optional(1 as Int64?) == 1 && JSON.optional(true) == true && JSON.optional(1.5) == 1.5)
  }

  @Test("members are set on objects only")
  func setting() {
    var object = value
    object["type"] = "lead"
    object["new"] = .null
    object["age"] = nil
    #expect(object["type"] == "lead" && object["new"] == .some(.null) && object["age"] == nil)
    #expect(object.object?.last?.key == "new" && object.object?.first?.key == "type")
    var text: JSON = "text"
    text["a"] = 1
    #expect(text == "text")
  }

  @Test("a path leads through objects and arrays")
  func paths() {
    #expect(value[path: "source", "author", "id"] == "7" && value.value(at: "source.author.id") == "7")
    #expect(
      value.value(at: "tags.1.id") == "b" && value.value(at: "tags.2.id") == nil && value.value(at: "tags.x") == nil)
    #expect(value[path: "a.b"] == 1 && value.value(at: "a.b") == nil)
    #expect(value[path: "owner"] == .some(.null) && value.value(at: "owner.name") == nil && value.value(at: "") == nil)
  }

  @Test("equivalence ignores the order of members and nothing else")
  func equivalence() throws {
    #expect(try JSON(parsing: #"{"a":1,"b":[{"c":1,"d":2}]}"#).isEquivalent(to: ["b": [["d": 2, "c": 1]], "a": 1]))
    #expect(!JSON.array([1, 2]).isEquivalent(to: [2, 1]))
    #expect(!JSON.integer(1).isEquivalent(to: 1.0))
    #expect(!JSON.object(["a": 1]).isEquivalent(to: ["a": 1, "b": 1]))
    #expect(!JSON.object(["a": 1, "c": 1]).isEquivalent(to: ["a": 1, "b": 1]))
    #expect(!JSON.null.isEquivalent(to: false))
  }

  @Test("a value matches what it has more of, at every depth")
  func subsets() {
    #expect(value.matches(subset: [:]) && value.matches(subset: ["type": "contact", "source": ["author": [:]]]))
    #expect(value.matches(subset: ["tags": [[:], ["id": "b"]], "owner": nil]))
    #expect(!value.matches(subset: ["tags": [["id": "a"]]]) && !value.matches(subset: ["type": "lead"]))
    #expect(!value.matches(subset: ["absent": nil]))
    #expect(!value.matches(subset: []) && !JSON.string("a").matches(subset: [:]))
  }
}
