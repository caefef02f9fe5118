import CLibFuzzer

/// `fuzz HARNESS …`: runs libFuzzer with a harness. The other arguments are those of libFuzzer. Without arguments,
/// prints
/// the names of the harnesses.
@main
enum FuzzDriver {
  // The callback of libFuzzer has no context argument. libFuzzer calls it on one thread.
  nonisolated(unsafe) private static var check: ([UInt8]) throws -> Void = { _ in }

  static func main() throws {
    guard CommandLine.argc > 1, let harness = FuzzHarness.all.first(where: { $0.name == CommandLine.arguments[1] })
    else {
      print(FuzzHarness.all.map(\.name).joined(separator: "\n"))
      return
    }
    check = try harness.prepare()
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
