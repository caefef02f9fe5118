import Glibc

/// Files of the repository, located relative to this source file.
enum Repository {
  struct Unreadable: Error {
    let path: String
  }

  struct Unwritable: Error {
    let path: String
  }

  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  static func isReadable(at path: String) -> Bool {
    access(path, R_OK) == 0
  }

  static func bytes(at path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw Unreadable(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw Unwritable(path: path) }
    let written = fwrite(text, 1, text.utf8.count, file)
    guard fclose(file) == 0, written == text.utf8.count else { throw Unwritable(path: path) }
  }
}
