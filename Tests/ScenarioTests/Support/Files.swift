import Glibc
import TestSupport

/// Reading and writing files beside the tests, without Foundation.
enum Files {
  /// The folder `Tests`.
  static let tests = String(#filePath.split(separator: "/ScenarioTests/").first ?? "")
  /// The folder of worlds.
  static let fixtures = String(tests.dropLast("Tests".count)) + "fixtures"

  static func text(_ path: String) throws -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    guard let bytes = Bytes.read(path) else { throw Mistake("\(path) cannot be read") }
    return bytes
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "wb") else { throw Mistake("\(path) cannot be written") }
    let written = fwrite(text, 1, text.utf8.count, file)
    guard fclose(file) == 0, written == text.utf8.count else { throw Mistake("\(path) was not written") }
  }

  /// The names in a folder, in order.
  static func list(_ folder: String) throws -> [String] {
    let names = Bytes.names(in: folder)
    guard !names.isEmpty else { throw Mistake("there is nothing in a folder \(folder)") }
    return names
  }
}
