import CGlibc

/// Number of times that each measurement is repeated; the minimum is reported, which other load on the machine affects least.
let repetitions = 7

/// Prevents the optimiser from removing a computation whose result is otherwise unused.
@inline(never) func keep<Value>(_ value: borrowing Value) {}

/// Returns the least duration of `body` in nanoseconds.
func nanoseconds(_ body: () -> Void) -> Double {
  var least = Double.infinity
  for _ in 0..<repetitions {
    let start = ContinuousClock.now
    body()
    let duration = start.duration(to: .now).components
    least = min(least, Double(duration.seconds) * 1e9 + Double(duration.attoseconds) / 1e9)
  }
  return least
}

/// Prints the least duration of `body`, divided by the number of operations that it performs.
func measure(_ label: String, operations: Int, _ body: () -> Void) {
  report(label, value: nanoseconds(body) / Double(operations), unit: "ns")
}

/// Prints the heap memory that the result of `make` occupies, divided by the number of its elements.
func measureMemory<Result>(_ label: String, elements: Int, _ make: () -> Result) {
  let before = heapBytes
  let result = make()
  report(label, value: Double(heapBytes - before) / Double(elements), unit: "bytes")
  keep(result)
}

private var heapBytes: Int {
  let info = mallinfo2()
  return Int(info.uordblks) + Int(info.hblkhd)
}

func report(_ label: String, value: Double, unit: String) {
  let tenths = Int((value * 10).rounded())
  print(pad("\(tenths / 10).\(tenths % 10)", toWidth: 14), unit, "  ", label)
}

private func pad(_ text: String, toWidth width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
