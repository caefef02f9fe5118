import API
import HTTPTypes
import JSON

/// The fields of a catalog upload, checked in the service's words.
enum CatalogFile {
  /// The largest file: 99 MB.
  private static let limit = 99 * 1024 * 1024

  static let badPartNumber = APIError(
    .unprocessableContent, "invalid_part_number", "part_number must be a positive integer")

  /// The products of the form's file.
  static func products(_ form: MultipartForm) throws -> [JSON] {
    guard let part = form["catalog"] else { throw APIError.parameterMissing("catalog file is required") }
    guard part.fileName != nil else { throw APIError.parameterMissing("catalog must be an uploaded file") }
    guard part.bytes.count <= limit else {
      throw APIError(.unprocessableContent, "payload_too_large", "catalog file exceeds 99MB limit")
    }
    guard let items = try? JSON(parsing: part.bytes).array else { throw wrong("catalog must be a JSON array") }
    guard items.allSatisfy({ $0.object != nil }) else {
      throw wrong("each item in the catalog array must be a JSON object")
    }
    return items
  }

  /// The number of a part; nil when the form has none.
  static func partNumber(_ form: MultipartForm) throws -> Int? {
    guard let text = form["part_number"]?.text, !text.isEmpty else { return nil }
    guard let number = Int(text), number > 0 else { throw badPartNumber }
    return number
  }

  private static func wrong(_ message: String) -> APIError {
    APIError(.unprocessableContent, "invalid_catalog_format", message)
  }
}
