/// What the ids of a model look like (api-behaviour.md, 8).
public enum IDForm: Sendable {
  /// 24 hexadecimal digits that begin with the time of creation.
  case objectID
  /// A decimal string, counting up from here.
  case sequence(from: UInt64)
  /// A JSON integer, counting up from here.
  case integer(from: UInt64)
  case uuid
  /// Given by whoever creates the record.
  case given
}
