import API
import JSON
import Testing

@testable import ControlPlane

/// What the control plane says of a body that makes no sense: which member, and what was expected.
@Suite struct ShapeTests {
  private static let shape = Shape.object([
    .required("name", .string()), .optional("times", .integer(1...5)),
    .optional("mode", .string(oneOf: ["on", "off"])),
    .optional("delay", .either([.number(0...10), .object([.required("min", .number(0...10))])])),
    .optional("tags", .array(of: .string())), .optional("headers", .map(of: .string())),
    .optional("flag", .noted(.boolean, "a note")), .optional("none", .null),
  ])

  @Test(arguments: [
    #"{"name":"a"}"#, #"{"name":"a","times":5,"mode":"off","delay":2.5}"#, #"{"name":"a","delay":{"min":1}}"#,
    #"{"name":"a","tags":["x"],"headers":{"a":"b"},"flag":true,"none":null}"#, #"{"name":"a","times":2.0}"#,
  ])
  func `A body that matches the shape is accepted`(text: String) throws {
    try Self.shape.check(try JSON(parsing: text))
  }

  @Test(arguments: [
    (#"{}"#, "name is missing: expected a string"),
    (#"{"name":null}"#, "name must be a string"),
    (#"{"name":"a","times":6}"#, "times must be an integer from 1 to 5"),
    (#"{"name":"a","times":1.5}"#, "times must be an integer from 1 to 5"),
    (#"{"name":"a","times":1e300}"#, "times must be an integer from 1 to 5"),
    (#"{"name":"a","mode":"up"}"#, "mode must be on or off"),
    (#"{"name":"a","delay":"x"}"#, "delay must be a number from 0 to 10 or an object with min"),
    (#"{"name":"a","delay":{"max":1}}"#, "delay.max is not known here; there are min"),
    (#"{"name":"a","tags":["x",1]}"#, "tags[1] must be a string"),
    (#"{"name":"a","headers":{"b":1}}"#, "headers.b must be a string"),
    (#"{"name":"a","flag":"x"}"#, "flag must be true or false"),
    (
      #"{"name":"a","shoe":1}"#, "shoe is not known here; there are name, times, mode, delay, tags, headers, flag, none"
    ),
    (#"[]"#, "the body must be an object with name"),
  ])
  func `A mismatch is reported with the member and what was expected`(text: String, message: String) throws {
    #expect {
      try Self.shape.check(try JSON(parsing: text))
    } throws: { error in
      (error as? APIError)?.message == message
    }
  }
}
