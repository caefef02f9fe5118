/// An array or an object of which the end has not been read yet.
struct OpenContainer {
  let isObject: Bool
  /// Where its elements or members start in the stack of all of them.
  let start: Int
  /// Where the member stands whose value is being read.
  var member = 0
  /// The keys so far.
  var seen = SeenKeys()
}
