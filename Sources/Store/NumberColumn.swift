/// Numbers side by side.
struct NumberColumn {
  private var values: [Double] = []
  private(set) var present = RowMask()

  init(_ values: some Collection<Double?>) {
    self.values.reserveCapacity(values.count)
    for (row, value) in values.enumerated() {
      self.values.append(value ?? 0)
      if value != nil { present.insert(row) }
    }
  }

  func rows(among numbers: Set<Double>) -> RowMask {
    RowMask.filled(values.count) { numbers.contains(values[$0]) } & present
  }

  func rows(_ comparison: NumberComparison, _ bound: Double) -> RowMask {
    let found = values.withUnsafeBufferPointer { values in
      switch comparison {
      case .equals: RowMask.filled(values.count) { values[$0] == bound }
      case .less: RowMask.filled(values.count) { values[$0] < bound }
      case .lessOrEqual: RowMask.filled(values.count) { values[$0] <= bound }
      case .greater: RowMask.filled(values.count) { values[$0] > bound }
      case .greaterOrEqual: RowMask.filled(values.count) { values[$0] >= bound }
      }
    }
    return found & present
  }
}
