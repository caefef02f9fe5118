import Glibc

/// Reads and writes files and folders, without Foundation.
enum Files {
  struct FileError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    init(path: String) {
      self.path = path
      reason = String(cString: strerror(errno))
    }

    var description: String { "\(path): \(reason)" }
  }

  static func read(at path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw FileError(path: path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      // A regular file is read in one piece; the size of a pipe or device is unknown.
      let left = size(of: descriptor) - bytes.count
      let piece = try readPiece(of: descriptor, size: left > 0 ? left : 4096, path: path)
      if piece.isEmpty { return bytes }
      bytes = bytes.isEmpty ? piece : bytes + piece
    }
  }

  private static func size(of descriptor: Int32) -> Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  private static func readPiece(of descriptor: Int32, size: Int, path: String) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let read = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      guard read >= 0 else { throw FileError(path: path) }
      count = read
    }
  }

  static func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + position }, bytes.count - position)
      }
      guard count > 0 else { throw FileError(path: path) }
      position += count
    }
  }

  /// Creates a folder if it does not exist.
  static func makeFolder(at path: String) throws {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileError(path: path) }
  }

  /// The sorted names of the files in a folder, without hidden ones.
  static func fileNames(in folder: String) throws -> [String] {
    guard let directory = opendir(folder) else { throw FileError(path: folder) }
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

  /// The part of a path before its last slash; nil without a slash.
  static func parent(of path: String) -> String? {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) }
  }

  static func exists(at path: String) -> Bool {
    access(path, R_OK) == 0
  }
}
