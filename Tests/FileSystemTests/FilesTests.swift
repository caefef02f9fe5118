import FileSystem
import Glibc
import Testing

/// Files for other programs, and files from others.
@Suite final class FilesTests {
  private let folder = "/tmp/intercom-mock-files-\(UInt32.random(in: 0...UInt32.max))"

  init() {
    mkdir(folder, 0o755)
  }

  deinit {
    for name in (try? Files.names(in: folder)) ?? [] {
      unlink("\(folder)/\(name)")
      rmdir("\(folder)/\(name)")
    }
    rmdir(folder)
  }

  private func text(of name: String) throws -> String {
    String(decoding: try Files.read(at: "\(folder)/\(name)"), as: UTF8.self)
  }

  private func mode(of name: String) -> mode_t {
    var status = stat()
    return lstat("\(folder)/\(name)", &status) == 0 ? status.st_mode : 0
  }

  @Test func `A file is made anew beside the path, and nothing else remains`() throws {
    try Files.write("old", to: "\(folder)/a")
    let reader = open("\(folder)/a", O_RDONLY)
    defer { close(reader) }
    try Files.write("new", to: "\(folder)/a")
    var buffer = [UInt8](repeating: 0, count: 8)
    #expect(read(reader, &buffer, buffer.count) == 3 && buffer.starts(with: "old".utf8))
    #expect(try text(of: "a") == "new")
    #expect(try Files.names(in: folder) == ["a"])
  }

  @Test func `A symbolic link is replaced and not followed`() throws {
    try Files.write("precious", to: "\(folder)/target")
    symlink("\(folder)/target", "\(folder)/link")
    try Files.write("new", to: "\(folder)/link")
    #expect(try text(of: "target") == "precious" && text(of: "link") == "new")
    #expect(mode(of: "link") & S_IFMT == S_IFREG)
    symlink("\(folder)/target", "\(folder)/second")
    try Files.remove(at: "\(folder)/second")
    #expect(try text(of: "target") == "precious" && mode(of: "second") == 0)
  }

  @Test func `A file for one user has the mode 0600`() throws {
    try Files.write("key", to: "\(folder)/key", mode: 0o600)
    #expect(mode(of: "key") & 0o777 == 0o600 && !Files.isReadableByOthers(at: "\(folder)/key"))
    try Files.write("text", to: "\(folder)/text")
    #expect(mode(of: "text") & 0o400 != 0)
  }

  @Test func `Special files are neither replaced nor removed`() throws {
    mkfifo("\(folder)/pipe", 0o600)
    for path in ["\(folder)/pipe", "/dev/null", folder] {
      let error = #expect(throws: FileError.self) { try Files.write("x", to: path) }
      #expect(error?.description == "\(path): not a regular file")
      #expect(throws: FileError.self) { try Files.remove(at: path) }
    }
    #expect(mode(of: "pipe") & S_IFMT == S_IFIFO)
    #expect(try Files.names(in: folder) == ["pipe"])
  }

  @Test func `A file that cannot be made leaves nothing behind`() {
    #expect(throws: FileError.self) { try Files.write("x", to: "\(folder)/missing/a") }
    #expect(throws: Never.self) { try Files.remove(at: "\(folder)/missing") }
  }

  @Test func `Only regular files are read, without a wait for the writer of a pipe`() throws {
    mkfifo("\(folder)/pipe.json", 0o600)
    for path in ["\(folder)/pipe.json", folder, "/dev/zero"] {
      let error = #expect(throws: FileError.self) { try Files.readRegular(at: path) }
      #expect(error?.description == "\(path): not a regular file")
    }
    try Files.write("[]", to: "\(folder)/a.json")
    symlink("\(folder)/a.json", "\(folder)/link.json")
    #expect(try Files.readRegular(at: "\(folder)/link.json") == Array("[]".utf8))
    #expect(throws: FileError.self) { try Files.readRegular(at: "\(folder)/missing") }
  }
}
