import CLibFuzzer

/// `fuzz HARNESS …`: lets libFuzzer, which takes the other arguments, look for an input that a harness cannot take.
@main
enum FuzzDriver {
  // libFuzzer hands nothing back to its callback; there is one thread.
  nonisolated(unsafe) private static var check: ([UInt8]) throws -> Void = { _ in }

  static func main() throws {
    guard CommandLine.argc > 1, let harness = Harness.all.first(where: { $0.name == CommandLine.arguments[1] }) else {
      print(Harness.all.map(\.name).joined(separator: "\n"))
      return
    }
    check = try harness.make()
    var count = CommandLine.argc - 1
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
    _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
      do {
        try FuzzDriver.check(Array(UnsafeBufferPointer(start: data, count: size)))
      } catch {
        fatalError("\(error)")
      }
      return 0
    }
  }
}
