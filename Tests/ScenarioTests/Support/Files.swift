import Glibc

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
    guard let file = fopen(path, "rb") else { throw Mistake("\(path) cannot be read") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "wb") else { throw Mistake("\(path) cannot be written") }
    let written = fwrite(text, 1, text.utf8.count, file)
    guard fclose(file) == 0, written == text.utf8.count else { throw Mistake("\(path) was not written") }
  }

  /// The names in a folder, in order.
  static func list(_ folder: String) throws -> [String] {
    guard let directory = opendir(folder) else { throw Mistake("there is no folder \(folder)") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
