import JSON
import Store
import Testing

@Suite struct ValueTests {
  @Test func `Absent, null and empty are three different things`() {
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

  @Test func `A value reads as what it is and as nothing else`() {
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

  @Test func `A missing text or number is kept as null`() {
    #expect(Value.string(nil) == .null)
    #expect(Value.integer(nil) == .null)
    #expect(Value.integer(Int64.min).integer == .min)
  }

  @Test func `The texts of a list leave out what is no text`() {
    #expect(Value.json(["a", 1, nil, "b"]).strings == ["a", "b"])
    #expect(Value.string("a").strings == [])
    #expect(Value.absent.records == [])
  }

  @Test func `Values can be written as literals`() {
    let values: [Value] = ["text", 3, true, nil]
    #expect(values == [.string("text"), .integer(3), .boolean(true), .null])
  }
}
