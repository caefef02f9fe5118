/// What is wrong with the bytes of a time zone, in words.
enum ZoneFault: String, Error {
  case notTZif = "the file is not in the Time Zone Information Format"
  case unknownVersion = "the file is of an unknown version"
  case truncated = "the file is cut short"
  case leapSeconds = "the file counts leap seconds, which the times here do not"
  case unorderedTransitions = "the transitions are not in ascending order"
  case unknownType = "a transition is to a local time type that the file does not have"
  case wideOffset = "an offset from UTC is beyond what RFC 9636 allows"
  case unreadableRule = "the footer is not a POSIX TZ rule"
}
