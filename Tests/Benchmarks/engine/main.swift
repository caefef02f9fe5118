import CGlibc
import HashTreeCollections
@testable import Store

// Compares the data structures of Sources/Store/Engine with the plain ones. Run with `make bench-engine`; an argument
// selects one group of measurements.

let groups: [(name: String, measure: () -> Void)] = [
  ("tables", measureKeyTables), ("filter", measureKeyFilter), ("names", measureNameTable),
  ("records", measureRecordLayout), ("layouts", measureLayoutTable),
  ("bitmaps", measureBitmaps), ("texts", measureTextColumns), ("numbers", measureNumberColumns),
  ("orders", measureOrderedIndex), ("json", measureJSON),
]

func measureKeyTables() {
  for count in [100, 10_000, 100_000] {
    measureKeyTable(TreeDictionary<String, PostingList>.self, named: "TreeDictionary", count: count)
    measureKeyTable([String: PostingList].self, named: "Dictionary", count: count)
    measureKeyTable(PartitionedDictionary.self, named: "PartitionedDictionary", count: count)
    measurePartialRelease(count: count)
  }
}

// The settings of the server (`Heap.retainFreedMemory`): otherwise page faults dominate.
mallopt(M_TRIM_THRESHOLD, 64 << 20)
mallopt(M_MMAP_THRESHOLD, 8 << 20)

for group in groups where CommandLine.arguments.count < 2 || CommandLine.arguments[1] == group.name {
  print("# \(group.name)")
  group.measure()
}
