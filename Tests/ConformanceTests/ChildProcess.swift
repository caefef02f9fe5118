import Glibc

/// A child process and what it writes to standard output, without Foundation.
struct ChildProcess {
  struct LaunchFailure: Error, CustomStringConvertible {
    let description: String
  }

  private let pid: pid_t
  private let output: Int32

  /// Starts a program, found on the `PATH` unless it has a slash, with what it needs of this environment.
  init(arguments: [String]) throws {
    var pipes: [Int32] = [-1, -1]
    guard pipe(&pipes) == 0 else { throw LaunchFailure(description: "no pipe") }
    // Another child that kept the writing end would keep this one's output open.
    for end in pipes { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
    var argv = arguments.map { strdup($0) } + [nil]
    var environment = Self.environment.map { strdup($0) } + [nil]
    var pid = pid_t()
    let failure = posix_spawnp(&pid, arguments[0], &actions, nil, &argv, &environment)
    for text in argv + environment { free(text) }
    posix_spawn_file_actions_destroy(&actions)
    close(pipes[1])
    guard failure == 0 else {
      close(pipes[0])
      throw LaunchFailure(description: "\(arguments[0]): \(String(cString: strerror(failure)))")
    }
    self.pid = pid
    output = pipes[0]
  }

  private static var environment: [String] {
    let names = ["PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV"]
    return names.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
  }

  /// What it writes until the first line ends, or all of it until it closes its output; less when the time is over.
  func read(line: Bool = false, seconds: Int) -> String {
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

  /// Its exit status once it has ended by itself; nil when it has not within the time.
  func exit(seconds: Int) -> Int32? {
    var status: Int32 = 0
    for _ in 0..<(seconds * 100) {
      if waitpid(pid, &status, WNOHANG) == pid { return status >> 8 & 255 }
      usleep(10_000)
    }
    return nil
  }

  /// Ends it, by force when it does not listen.
  func stop() {
    kill(pid, SIGTERM)
    if exit(seconds: 3) == nil {
      kill(pid, SIGKILL)
      _ = exit(seconds: 3)
    }
    close(output)
  }
}
