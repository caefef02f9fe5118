import JSON
import Testing

@Suite struct JSONObjectTests {
  @Test func `Members keep the order in which they are written`() throws {
    let text = #"{"z":1,"a":2,"m":{"y":1,"b":2}}"#
    #expect(try JSON(parsing: text).text == text)
    #expect(try JSON(parsing: text) != JSON(parsing: #"{"a":2,"z":1,"m":{"y":1,"b":2}}"#))
  }

  @Test func `A repeated key keeps its first position and its last value`() throws {
    #expect(try JSON(parsing: #"{"a":1,"b":2,"a":3,"a":4}"#).text == #"{"a":4,"b":2}"#)
    #expect(try JSON(parsing: #"{"a":1,"\u0061":2}"#).text == #"{"a":2}"#)
    #expect(
      try JSON(parsing: #"{"a":{"b":1},"c":[{"b":2,"b":3}],"b":4}"#).text == #"{"a":{"b":1},"c":[{"b":3}],"b":4}"#)
    let literal: JSONObject = ["a": 1, "b": 2, "a": 3]
    #expect(literal == ["a": 3, "b": 2])
  }

  @Test func `Canonically equivalent keys with different bytes are different keys`() throws {
    let read = try JSON(parsing: #"{"\u00e9":1,"e\u0301":2,"a":3,"A":4,"a\u0000":5}"#)
    #expect(read.object?.count == 5)
    #expect(read["\u{E9}"] == 1)
    #expect(read["e\u{301}"] == 2)
    #expect(JSON.string("\u{E9}") != .string("e\u{301}"))
  }

  @Test(arguments: [2, 16, 17, 63, 64, 65, 66, 300]) func `Repeated keys are found in objects of any size`(count: Int)
    throws
  {
    let names = (0..<count).map { "key \($0)" }
    let twice = names.map { "\"\($0)\":1" } + names.map { "\"\($0)\":2" } + ["\"new\":3"]
    let read = try #require(try JSON(parsing: "{\(twice.joined(separator: ","))}").object)
    #expect(read.keys == names + ["new"])
    #expect(read.dropLast().allSatisfy { $0.value == 2 })
    #expect(names.allSatisfy { read[$0] == 2 } && read["new"] == 3 && read["other"] == nil)
  }

  @Test func `Parsing time is linear in the number of members`() throws {
    let members = (0..<40_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    var object = try #require(try JSON(parsing: "{\(members),\"k7\":0}").object)
    #expect(object.count == 40_000)
    #expect(object["k7"] == 0)
    for number in 0..<40_000 { object["k\(number)"] = 1 }
    #expect(object.count == 40_000)
    object.removeAll { $0.key.utf8.count > 2 }
    #expect(object.keys == (0..<10).map { "k\($0)" })
  }

  @Test(arguments: [3, 100]) func `Members are replaced in place, appended and removed`(count: Int) {
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

  @Test func `An object can grow past the hashing threshold`() {
    var object = JSONObject()
    for number in 0..<200 {
      object["k\(number)"] = .integer(Int64(number))
      #expect(object["k\(number)"] == .integer(Int64(number)) && object["k\(number + 1)"] == nil)
    }
    #expect(object.map(\.key) == (0..<200).map { "k\($0)" })
  }

  @Test func `A copy is independent of the original`() {
    let first: JSON = ["a": ["b": 1]]
    var second = first
    second["a"]?["b"] = 2
    #expect(first["a"]?["b"] == 1 && second["a"]?["b"] == 2)
  }
}

@Suite struct JSONAccessTests {
  let value: JSON = [
    "type": "contact", "age": 3, "score": 1.5, "seen_at": 1_795_132_800.0, "blocked": false, "owner": nil,
    "source": ["author": ["id": "7"]], "tags": [["id": "a"], ["id": "b"]], "a.b": 1,
  ]

  @Test func `A value converts only to its own type`() {
    #expect(value["type"]?.string == "contact" && value["age"]?.string == nil)
    #expect(value["blocked"]?.boolean == false && value["age"]?.boolean == nil)
    #expect(value["age"]?.integer == 3 && value["seen_at"]?.integer == nil && value["type"]?.integer == nil)
    #expect(value["score"]?.number == 1.5 && value["age"]?.number == 3 && value["type"]?.number == nil)
    #expect(value["tags"]?.array?.count == 2 && value["type"]?.array == nil)
    #expect(value["source"]?.object?.count == 1 && value["tags"]?.object == nil)
    #expect(value["owner"]?.isNull == true && value["age"]?.isNull == false && value["absent"] == nil)
  }

  @Test func `A whole number is integral in every notation`() throws {
    #expect(value["seen_at"]?.integral == 1_795_132_800)
    #expect(value["age"]?.integral == 3 && value["score"]?.integral == nil && value["type"]?.integral == nil)
    #expect(try JSON(parsing: "1e300").integral == nil && JSON.number(.nan).integral == nil)
    #expect(JSON.number(0x1p63).integral == nil && JSON.number(-0x1p63).integral == .min)
  }

  @Test(arguments: [-1, 2, Int.max, Int.min]) func `An element outside the array is nil`(index: Int) {
    #expect(value["tags"]?[index] == nil)
    #expect(value["tags"]?[1] == ["id": "b"] && value[0] == nil)
  }

  @Test func `An optional that is nil becomes null`() {
    #expect(JSON.optional("a") == "a" && JSON.optional(nil as String?) == .null)
    #expect(JSON.optional(1 as Int64?) == 1 && JSON.optional(true) == true && JSON.optional(1.5) == 1.5)
  }

  @Test func `Members are set on objects only`() {
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

  @Test func `A path traverses objects and arrays`() {
    #expect(value[path: "source", "author", "id"] == "7" && value.value(at: "source.author.id") == "7")
    #expect(
      value.value(at: "tags.1.id") == "b" && value.value(at: "tags.2.id") == nil && value.value(at: "tags.x") == nil)
    #expect(value[path: "a.b"] == 1 && value.value(at: "a.b") == nil)
    #expect(value[path: "owner"] == .some(.null) && value.value(at: "owner.name") == nil && value.value(at: "") == nil)
  }

  @Test func `Equivalence ignores only the order of members`() throws {
    #expect(try JSON(parsing: #"{"a":1,"b":[{"c":1,"d":2}]}"#).isEquivalent(to: ["b": [["d": 2, "c": 1]], "a": 1]))
    #expect(!JSON.array([1, 2]).isEquivalent(to: [2, 1]))
    #expect(!JSON.integer(1).isEquivalent(to: 1.0))
    #expect(!JSON.object(["a": 1]).isEquivalent(to: ["a": 1, "b": 1]))
    #expect(!JSON.object(["a": 1, "c": 1]).isEquivalent(to: ["a": 1, "b": 1]))
    #expect(!JSON.null.isEquivalent(to: false))
  }

  @Test func `A value contains another if it has all its members, at every depth`() {
    #expect(value.matches(subset: [:]) && value.matches(subset: ["type": "contact", "source": ["author": [:]]]))
    #expect(value.matches(subset: ["tags": [[:], ["id": "b"]], "owner": nil]))
    #expect(!value.matches(subset: ["tags": [["id": "a"]]]) && !value.matches(subset: ["type": "lead"]))
    #expect(!value.matches(subset: ["absent": nil]))
    #expect(!value.matches(subset: []) && !JSON.string("a").matches(subset: [:]))
  }
}
