/// A stack of the values of all open containers.
///
/// When a container is closed, its values are moved into an array that is allocated once, at its final size.
struct Stack<Element>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  mutating func push(_ element: consuming Element) {
    if count == capacity { grow() }
    (base + count).initialize(to: element)
    count += 1
  }

  /// The element at a position below `count`.
  subscript(index: Int) -> Element {
    _read { yield base[index] }
    _modify { yield &base[index] }
  }

  /// Removes and returns the last element. The stack must not be empty.
  mutating func pop() -> Element {
    count -= 1
    return (base + count).move()
  }

  /// Removes and returns the elements from position `start` on.
  mutating func pop(above start: Int) -> [Element] {
    let size = count - start
    let first = base + start
    count = start
    return Array(unsafeUninitializedCapacity: size) { buffer, initialized in
      buffer.baseAddress?.moveInitialize(from: first, count: size)
      initialized = size
    }
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }
}
