public import FileSystem
import Glibc

/// Files of this repository and of the tests.
public enum TestFiles {
  /// The root folder of the repository, without a slash at the end.
  public static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// The folder of the yardstick, which is not part of the repository: `INTERCOM_YARDSTICK`, by default
  /// `../shared/conformance`. Nil if the variable is `none`: only then are the tests that need it skipped.
  public static let yardstick: String? = {
    let path = getenv("INTERCOM_YARDSTICK").map { String(cString: $0) } ?? "\(root)/../shared/conformance"
    return path == "none" ? nil : path
  }()

  public static func bytes(at path: String) throws(FileError) -> [UInt8] {
    try Files.read(at: path)
  }

  public static func text(at path: String) throws(FileError) -> String {
    String(decoding: try bytes(at: path), as: UTF8.self)
  }

  public static func write(_ text: String, to path: String) throws(FileError) {
    try Files.write(text, to: path)
  }

  /// The sorted names of the entries of a folder. An empty folder is an error, so that no test passes without input.
  public static func names(in folder: String) throws(FileError) -> [String] {
    let names = try Files.names(in: folder)
    guard !names.isEmpty else { throw FileError(path: folder, reason: "the folder is empty") }
    return names
  }

  public static func isReadable(at path: String) -> Bool {
    Files.exists(at: path)
  }
}

/// The environment variables of the tests.
public enum TestEnvironment {
  /// The executable that tests start: `INTERCOM_MOCK_BINARY`, relative to the root of the repository. Nil if it is not
  /// set.
  public static let program: String? = {
    guard let path = variable(named: "INTERCOM_MOCK_BINARY") else { return nil }
    return path.hasPrefix("/") ? path : "\(TestFiles.root)/\(path)"
  }()

  public static func variable(named name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
