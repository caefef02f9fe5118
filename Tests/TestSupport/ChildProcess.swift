import Glibc

/// A child process with its standard output, without Foundation.
public struct ChildProcess {
  public struct LaunchFailure: Error, CustomStringConvertible {
    public let description: String
  }

  private let pid: pid_t
  private let output: Int32

  /// Starts a program with a part of the environment. A name without a slash is searched in `PATH`.
  public init(arguments: [String]) throws {
    var pipes: [Int32] = [-1, -1]
    guard pipe(&pipes) == 0 else { throw LaunchFailure(description: "no pipe") }
    // Another child that inherits the writing end would keep the output open.
    for end in pipes { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
    // The threads of the test runner block signals, and a child inherits that.
    var attributes = posix_spawnattr_t()
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var argv = arguments.map { strdup($0) } + [nil]
    var environment = Self.environment.map { strdup($0) } + [nil]
    var pid = pid_t()
    let failure = posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, &environment)
    for text in argv + environment { free(text) }
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    close(pipes[1])
    guard failure == 0 else {
      close(pipes[0])
      throw LaunchFailure(description: "\(arguments[0]): \(String(cString: strerror(failure)))")
    }
    self.pid = pid
    output = pipes[0]
  }

  private static var environment: [String] {
    let names = ["PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "ASAN_OPTIONS", "TSAN_OPTIONS"]
    return names.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
  }

  /// Reads the output until the end of the first line or of the whole output; returns less after a timeout in seconds.
  public func read(line: Bool = false, seconds: Int) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end, !(line && bytes.last == UInt8(ascii: "\n")) {
      var wanted = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&wanted, 1, 100) > 0 else { continue }
      let count = Glibc.read(output, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Waits for the process to exit; returns the exit status, nil after a timeout in seconds.
  public func exit(seconds: Int) -> Int32? {
    var status: Int32 = 0
    for _ in 0..<(seconds * 100) {
      if waitpid(pid, &status, WNOHANG) == pid { return status >> 8 & 255 }
      usleep(10_000)
    }
    return nil
  }

  /// Terminates the process, with SIGKILL if SIGTERM has no effect.
  public func stop() {
    kill(pid, SIGTERM)
    if exit(seconds: 3) == nil {
      kill(pid, SIGKILL)
      _ = exit(seconds: 3)
    }
    close(output)
  }
}
