import API
import JSON
import Server
import Store

extension ControlPlane {
  static let metricsRoutes: [ControlRoute] = [
    ControlRoute(
      .get, "/_mock/metrics", "Counts and durations in the text format of Prometheus", gives: .string(),
      produces: "text/plain; version=0.0.4; charset=utf-8", showMetrics)
  ]

  func showMetrics(_ call: ControlCall) -> Reply {
    var page = MetricsPage()
    let counts = server.metrics.operations.sorted { $0.key < $1.key }
    page.begin("intercom_mock_requests_total", "counter", "Requests by operation and status; 0 is for no answer.")
    for (name, count) in counts {
      for (status, number) in count.statuses.sorted(by: { $0.key < $1.key }) {
        page.line("{operation=\"\(name)\",status=\"\(status)\"}", number)
      }
    }
    page.begin("intercom_mock_request_duration_seconds", "histogram", "How long answers took to work out.")
    for (name, count) in counts { page.histogram(name, count) }
    for (name, kind, help, value) in gauges {
      page.begin("intercom_mock_\(name)", kind, help)
      page.line("", value)
    }
    return Reply(
      status: .ok, body: .bytes(Array(page.text.utf8), contentType: "text/plain; version=0.0.4; charset=utf-8"))
  }

  private var gauges: [(String, String, String, Int)] {
    let tenants = server.tenants.names.compactMap(server.tenants.named)
    let records = tenants.reduce(0) { sum, tenant in
      sum + server.catalogue.layout.collections.reduce(0) { $0 + tenant.workspace[$1.schema].count }
    }
    return [
      ("faults_total", "counter", "Requests that a fault rule took.", server.metrics.faults),
      ("workspaces", "gauge", "Workspaces that are held.", tenants.count),
      ("records", "gauge", "Records in all workspaces; those that workspaces share count in each.", records),
      ("journal_bytes", "gauge", "What the journals hold.", server.tenants.journalBytes),
      ("heap_bytes", "gauge", "Memory in use, without what was freed and is kept for later.", memoryInUse()),
      ("uptime_seconds", "gauge", "Seconds since the start.", Int(uptime)),
    ]
  }
}

/// A page in the text format of Prometheus.
private struct MetricsPage {
  private(set) var text = ""
  private var name = ""

  mutating func begin(_ name: String, _ kind: String, _ help: String) {
    self.name = name
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  mutating func line(_ suffix: String, _ value: some CustomStringConvertible) {
    text += "\(name)\(suffix) \(value)\n"
  }

  mutating func histogram(_ operation: String, _ count: Metrics.Count) {
    var sum = 0
    for (place, number) in count.durations.enumerated() {
      sum += number
      let bound = place < Metrics.bounds.count ? "\(Double(Metrics.bounds[place]) / 1_000_000)" : "+Inf"
      line("_bucket{operation=\"\(operation)\",le=\"\(bound)\"}", sum)
    }
    line("_sum{operation=\"\(operation)\"}", Double(count.microseconds) / 1_000_000)
    line("_count{operation=\"\(operation)\"}", count.total)
  }
}
