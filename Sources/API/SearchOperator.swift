/// The operators of a filter (search.md, 2).
enum SearchOperator: String {
  case equals = "="
  case differs = "!="
  case oneOf = "IN"
  case noneOf = "NIN"
  case greater = ">"
  case less = "<"
  case greaterOrEqual = ">="
  case lessOrEqual = "<="
  case contains = "~"
  case excludes = "!~"
  case startsWith = "^"
  case endsWith = "$"
}
