import Glibc
import JSON

/// The yardstick: a script that walks every documented operation of a running server and says what departs.
struct Yardstick {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let missingMessage =
    "conformance skipped: no walk.py in ../shared/conformance or where INTERCOM_YARDSTICK points, or no Python for it"

  private let script: String
  private let python: String

  /// The yardstick and a Python that can run it; nil when either is missing.
  static let available: Yardstick? = {
    let folder = environmentVariable(named: "INTERCOM_YARDSTICK") ?? "\(Repository.root)/../shared/conformance"
    let script = "\(folder)/walk.py"
    guard Repository.isReadable(at: script) else { return nil }
    let pythons = ["\(Repository.root)/.venv-conformance/bin/python", "python3"]
    return pythons.first(where: canRun).map { Yardstick(script: script, python: $0) }
  }()

  /// What departs from the published descriptions, in all versions.
  func run(against url: String) throws -> Set<Departure> {
    let report = "/tmp/intercom-mock-conformance-\(getpid()).json"
    defer { unlink(report) }
    let child = try ChildProcess(arguments: [python, script, "--base-url", url, "--json", report])
    defer { child.stop() }
    let said = child.read(seconds: 240)
    print(said)
    guard let results = try JSON(parsing: Repository.bytes(at: report)).array, !results.isEmpty else {
      throw Failure(description: "the yardstick did not finish: \(said)")
    }
    return Set(results.flatMap(Departure.all))
  }

  private static func canRun(with python: String) -> Bool {
    guard !python.contains("/") || Repository.isReadable(at: python),
      let child = try? ChildProcess(arguments: [python, "-c", "import yaml, jsonschema; print('ok')"])
    else { return false }
    defer { child.stop() }
    return child.read(seconds: 20).hasPrefix("ok")
  }

  static func environmentVariable(named name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
