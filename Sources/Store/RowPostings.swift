/// The many rows of one text, behind a reference: shared by every workspace that has not changed them.
final class RowPostings {
  var rows: RowSet

  init(_ rows: RowSet) {
    self.rows = rows
  }

  func copy() -> RowPostings {
    RowPostings(rows)
  }
}
