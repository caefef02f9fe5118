import Glibc
import TestSupport

/// Reading and writing of test files, without Foundation.
enum Files {
  /// The path of the folder `Tests`.
  static let testsFolder = String(#filePath.split(separator: "/StoryTests/").first ?? "")
  /// The path of the folder `fixtures`.
  static let fixturesFolder = String(testsFolder.dropLast("Tests".count)) + "fixtures"

  static func text(at path: String) throws -> String {
    String(decoding: try bytes(at: path), as: UTF8.self)
  }

  static func bytes(at path: String) throws -> [UInt8] {
    guard let bytes = TestFiles.contents(at: path) else { throw StoryError("\(path) cannot be read") }
    return bytes
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "wb") else { throw StoryError("\(path) cannot be written") }
    let written = fwrite(text, 1, text.utf8.count, file)
    guard fclose(file) == 0, written == text.utf8.count else { throw StoryError("\(path) was not written") }
  }

  /// The sorted names in a folder. Throws a `StoryError` if it is missing or empty.
  static func names(in folder: String) throws -> [String] {
    let names = TestFiles.names(in: folder)
    guard !names.isEmpty else { throw StoryError("\(folder) is missing or empty") }
    return names
  }
}
