import Glibc

/// Finds and reads the files of the machine's time zone database.
enum ZoneFile {
  private static let standardDirectories = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"]
  /// The bytes that a file may have. Those of the database have 5 KiB at most.
  private static let sizeLimit = 1 << 20

  /// The directories to look in, best first.
  static var directories: [String] {
    guard let chosen = getenv("TZDIR").map({ String(cString: $0) }), !chosen.isEmpty else { return standardDirectories }
    return [chosen] + standardDirectories
  }

  /// The bytes of the first file called `name` that the directories hold.
  static func read(_ name: String, in directories: [String]) throws(ZoneError) -> [UInt8] {
    guard isSafe(name) else {
      throw ZoneError(zone: name, reason: "a name has no \"..\" and no NUL, and does not begin with \"/\"")
    }
    for directory in directories {
      if let bytes = try contents(of: directory + "/" + name, zone: name) { return bytes }
    }
    throw ZoneError(zone: name, reason: "no such file in \(directories.joined(separator: ", "))")
  }

  /// Whether the name stays within the directory that it is looked for in.
  private static func isSafe(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.utf8.contains(0) && !name.contains("..")
  }

  /// Nil if there is no such file.
  private static func contents(of path: String, zone: String) throws(ZoneError) -> [UInt8]? {
    // Without O_NONBLOCK a pipe in the directory would keep us waiting for a writer.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure(errno, at: path, zone: zone)
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    while try append(from: file, to: &bytes, at: path, zone: zone) {
      guard bytes.count <= sizeLimit else { throw ZoneError(zone: zone, reason: "\(path) is too large") }
    }
    return bytes
  }

  /// Reads some more of the file; false at its end.
  private static func append(
    from file: Int32, to bytes: inout [UInt8], at path: String, zone: String
  ) throws(ZoneError) -> Bool {
    let (count, code) = withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
      let count = Glibc.read(file, buffer.baseAddress, buffer.count)
      let code = errno
      if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
      return (count, code)
    }
    if count < 0, code != EINTR { throw failure(code, at: path, zone: zone) }
    return count != 0
  }

  private static func failure(_ code: Int32, at path: String, zone: String) -> ZoneError {
    ZoneError(zone: zone, reason: "\(path): \(String(cString: strerror(code)))")
  }
}
