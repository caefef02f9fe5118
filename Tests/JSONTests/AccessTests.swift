import JSON
import Testing

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
