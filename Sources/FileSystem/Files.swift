import Glibc

/// A system call on a file or folder that failed.
public struct FileError: Error, CustomStringConvertible, Sendable {
  public let path: String
  /// The value of `errno`; 0 if the error has another source.
  public let code: Int32
  /// Description of the cause.
  public let reason: String

  /// An error with the current value of `errno`.
  init(path: String) {
    self.path = path
    code = errno
    reason = String(cString: strerror(code))
  }

  /// An error with another source.
  public init(path: String, reason: String) {
    (self.path, code, self.reason) = (path, 0, reason)
  }

  public var description: String { "\(path): \(reason)" }
}

/// Functions for files and folders, without Foundation.
public enum Files {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - sizeLimit: maximum size in bytes; a larger file is an error
  ///   - waits: whether to wait for a writer if the path is a named pipe
  public static func read(at path: String, sizeLimit: Int = .max, waits: Bool = true) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK))
    guard descriptor >= 0 else { throw FileError(path: path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      // Reads a regular file with one call. The size of other files is unknown.
      let left = size(of: descriptor) - bytes.count
      let part = try readPart(of: descriptor, size: min(left > 0 ? left : 4096, max(sizeLimit, 4096)), path: path)
      if part.isEmpty { return bytes }
      if bytes.isEmpty { bytes = part } else { bytes += part }
      guard bytes.count <= sizeLimit else { throw FileError(path: path, reason: "too large") }
    }
  }

  private static func size(of descriptor: Int32) -> Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  private static func readPart(of descriptor: Int32, size: Int, path: String) throws(FileError) -> [UInt8] {
    do {
      return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        var result = 0
        repeat { result = Glibc.read(descriptor, buffer.baseAddress, buffer.count) } while result < 0 && errno == EINTR
        guard result >= 0 else { throw FileError(path: path) }
        count = result
      }
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path: path, reason: "\(error)")
    }
  }

  /// Writes a file, replacing an existing one.
  public static func write(_ text: String, to path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
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

  /// Creates a folder unless it exists.
  public static func makeFolder(at path: String) throws(FileError) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileError(path: path) }
  }

  /// The sorted names of the entries of a folder, except hidden ones.
  public static func names(in folder: String) throws(FileError) -> [String] {
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

  /// The part of a path before its last slash; nil if it has no slash.
  public static func parent(of path: String) -> String? {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) }
  }

  /// Whether the file or folder exists and is readable.
  public static func exists(at path: String) -> Bool {
    access(path, R_OK) == 0
  }
}
