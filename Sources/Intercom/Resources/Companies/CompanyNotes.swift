import API
import JSON
import Store

/// The `notes` that a company carries: at most ten, and where they all are.
enum CompanyNotes {
  /// A list as it is shown; never kept. Described with `notes`, recorded in examples with `data` and its companions.
  static let model = Model(
    "company_notes",
    [
      .constant("type", "note.list"),
      .derived("notes") { list, call in .records(shown(list, call)) },
      .derived("data") { list, call in .array(shown(list, call).map(link)) },
      .derived("url") { list, _ in .string("/companies/\(list["company_id"].string ?? "")/notes") },
      .derived("total_count") { list, call in .integer(count(list, call)) },
      .derived("has_more") { list, call in .boolean(count(list, call) > EmbeddedList.limit) },
      .string("company_id", .hidden),
    ])

  static func list(of company: Record, _ call: Call) -> Node? {
    var list = model.blank()
    list["company_id"] = .string(company.id)
    return .record(list)
  }

  private static func shown(_ list: Record, _ call: Call) -> [Record] {
    guard count(list, call) > 0, let company = list["company_id"].string else { return [] }
    let notes = call.workspace[Notes.model].records(in: "company_id", under: company)
    return Array(notes.prefix(EmbeddedList.limit))
  }

  private static func count(_ list: Record, _ call: Call) -> Int {
    call.workspace[Notes.model].count(in: "company_id", under: list["company_id"].string ?? "")
  }

  private static func link(_ note: Record) -> Node {
    .json(["id": .string(note.id), "type": "note", "url": .string("/notes/\(note.id)")])
  }
}
