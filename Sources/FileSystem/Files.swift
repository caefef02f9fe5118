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

  /// Writes a file for other programs. It is made anew beside the path and then renamed, so that readers see the old
  /// content or the new one, and so that a symbolic link at the path is replaced instead of followed.
  ///
  /// - Parameter mode: the permissions of the file, which the umask of the process restricts
  /// - Throws: `FileError`, also if the path is a folder, a device or another special file
  public static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws(FileError) {
    try checkReplaceable(path)
    let temporary = "\(path).\(getpid()).\(UInt64.random(in: .min ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError(path: path) }
    do throws(FileError) {
      defer { close(descriptor) }
      try write(Array(text.utf8), to: descriptor, path: path)
      guard rename(temporary, path) == 0 else { throw FileError(path: path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    var position = 0
    while position < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + position }, bytes.count - position)
      }
      guard count > 0 else { throw FileError(path: path) }
      position += count
    }
  }

  /// Removes a file that `write` made. A symbolic link is removed, not its target.
  ///
  /// - Throws: `FileError` if the path is a folder, a device or another special file, or if it cannot be removed
  public static func remove(at path: String) throws(FileError) {
    try checkReplaceable(path)
    guard unlink(path) == 0 || errno == ENOENT else { throw FileError(path: path) }
  }

  /// A file that is renamed to `/dev/null` or to a named pipe would replace it.
  private static func checkReplaceable(_ path: String) throws(FileError) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
    throw FileError(path: path, reason: "not a regular file")
  }

  /// Reads a regular file. Does not wait for the writer of a named pipe.
  ///
  /// - Throws: `FileError`, also if the path is a folder, a device or another special file
  public static func readRegular(at path: String) throws(FileError) -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(path: path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path: path, reason: "not a regular file") }
    return try read(at: path, waits: false)
  }

  /// Whether other users may read a file.
  public static func isReadableByOthers(at path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & (S_IRGRP | S_IROTH) != 0
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
