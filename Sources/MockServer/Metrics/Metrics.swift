import API
import HTTPTypes
import JSON
import Store

/// Counts and durations of requests, for `/_mock/metrics`.
public struct Metrics {
  /// Upper bounds of the histogram buckets, in microseconds.
  public static let bucketBounds: [Int64] = [50, 100, 250, 500, 1000, 2500, 5000, 10_000, 50_000, 250_000]

  /// The requests of one operation.
  public struct OperationMetrics {
    public internal(set) var statuses: [Int: Int] = [:]
    /// One count per bucket; the last bucket has no bound.
    public internal(set) var buckets = [Int](repeating: 0, count: Metrics.bucketBounds.count + 1)
    public internal(set) var totalMicroseconds: Int64 = 0
    public internal(set) var requestCount = 0
  }

  /// By operation id; `none` for requests without an operation.
  public private(set) var operations: [String: OperationMetrics] = [:]
  /// Number of requests that a fault rule took.
  public private(set) var faultCount = 0
  private let startTime = ContinuousClock.now

  /// Seconds since the server started.
  var uptimeSeconds: Int64 {
    startTime.duration(to: .now).components.seconds
  }

  mutating func record(operation: String?, status: Int, microseconds: Int64, isFault: Bool) {
    if isFault { faultCount += 1 }
    let place = Self.bucketBounds.firstIndex { microseconds <= $0 } ?? Self.bucketBounds.count
    operations[operation ?? "none", default: OperationMetrics()].add(
      status: status, bucket: place, microseconds: microseconds)
  }
}

extension Metrics.OperationMetrics {
  fileprivate mutating func add(status: Int, bucket place: Int, microseconds time: Int64) {
    statuses[status, default: 0] += 1
    buckets[place] += 1
    totalMicroseconds += time
    requestCount += 1
  }
}

enum MetricsRoutes {
  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/metrics", id: "showMetrics", summary: "Counts and durations in the text format of Prometheus",
      response: .string(),
      contentType: "text/plain; version=0.0.4; charset=utf-8", handler: showMetrics)
  ]

  static func showMetrics(in call: ControlCall) -> Reply {
    let prefix = call.server.programName.replacing("-", with: "_")
    var page = PrometheusPage()
    let counts = call.server.metrics.operations.sorted { $0.key < $1.key }
    page.begin(
      metric: "\(prefix)_requests_total", kind: "counter",
      help: "Requests by operation and status; 0 for no response.")
    for (name, count) in counts {
      for (status, number) in count.statuses.sorted(by: { $0.key < $1.key }) {
        page.addSample(suffix: "{operation=\"\(name)\",status=\"\(status)\"}", value: number)
      }
    }
    page.begin(
      metric: "\(prefix)_request_duration_seconds", kind: "histogram", help: "Processing time of requests.")
    for (name, count) in counts { page.addHistogram(operation: name, metrics: count) }
    for (name, kind, help, value) in gauges(of: call.server) {
      page.begin(metric: "\(prefix)_\(name)", kind: kind, help: help)
      page.addSample(suffix: "", value: value)
    }
    return Reply(
      status: .ok, body: .bytes(Array(page.text.utf8), contentType: "text/plain; version=0.0.4; charset=utf-8"))
  }

  private static func gauges(of server: Server) -> [(String, String, String, Int)] {
    let sessions = server.sessions.names.compactMap(server.sessions.session)
    let records = sessions.reduce(0) { sum, session in
      sum + server.catalogue.layout.collections.reduce(0) { $0 + session.workspace[$1.schema].count }
    }
    return [
      ("faults_total", "counter", "Requests that a fault rule took.", server.metrics.faultCount),
      ("workspaces", "gauge", "Workspaces in memory.", sessions.count),
      ("records", "gauge", "Records in all workspaces; shared records count in each.", records),
      ("journal_bytes", "gauge", "Memory of the journals.", server.sessions.journalBytes),
      (
        "heap_bytes", "gauge", "Allocated memory.",
        server.environment.memoryInUse()
      ),
      ("uptime_seconds", "gauge", "Seconds since the start.", Int(server.metrics.uptimeSeconds)),
    ]
  }
}

/// Writes the text format of Prometheus.
private struct PrometheusPage {
  private(set) var text = ""
  private var name = ""

  mutating func begin(metric name: String, kind: String, help: String) {
    self.name = name
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  mutating func addSample(suffix: String, value: some CustomStringConvertible) {
    text += "\(name)\(suffix) \(value)\n"
  }

  mutating func addHistogram(operation: String, metrics count: Metrics.OperationMetrics) {
    var sum = 0
    for (place, number) in count.buckets.enumerated() {
      sum += number
      let bound = place < Metrics.bucketBounds.count ? "\(Double(Metrics.bucketBounds[place]) / 1_000_000)" : "+Inf"
      addSample(suffix: "_bucket{operation=\"\(operation)\",le=\"\(bound)\"}", value: sum)
    }
    addSample(suffix: "_sum{operation=\"\(operation)\"}", value: Double(count.totalMicroseconds) / 1_000_000)
    addSample(suffix: "_count{operation=\"\(operation)\"}", value: count.requestCount)
  }
}
