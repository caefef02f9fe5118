import API
import Store

/// Times as the newer resources write them: `2025-11-15T09:30:00Z`.
enum Zulu {
  static func text(_ seconds: Int64) -> String {
    ISOTime.text(seconds).prefix(19) + "Z"
  }

  /// With milliseconds, as Fin has them: `2025-01-24T10:00:00.123Z`.
  static func milliseconds(_ milliseconds: Int64) -> String {
    let part = String((milliseconds % 1000 + 1000) % 1000)
    return ISOTime.text(milliseconds / 1000).prefix(19) + "." + String(repeating: "0", count: 3 - part.count) + part
      + "Z"
  }
}

extension Field {
  /// A time that is kept in seconds and shown as a text.
  static func zulu(_ name: String, _ options: Options = []) -> Field {
    .timestamp(name, options).shown { record, _ in .string(record[name].integer.map(Zulu.text)) }
  }
}
