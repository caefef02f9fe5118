import HTTPMessage
import JSON
import Store

/// The value of a request body, or why it is not JSON.
typealias ParsedBody = Result<JSON, JSONError>

/// Parses long request bodies in steps, before anything else is done with the request.
extension Server {
  /// Size of a body in bytes from which it is parsed in steps.
  private static let longBody = 32_768
  /// Number of bytes that are parsed in one step.
  private static let stepSize = 8_192

  public func respond(to request: Request) -> Outcome {
    guard Self.hasLongJSON(request) else { return respond(to: request, parsedBody: nil) }
    let parser = JSONStepParser(parsing: request.body)
    let parsing = SlicedWork<ParsedBody>.unfinished {
      do throws(JSONError) {
        return try parser.step(byteCount: Self.stepSize).map { .success($0) }
      } catch {
        return .failure(error)
      }
    }
    // The work throws no error.
    guard let rest = try? slicedWork.begin(parsing) else { return respond(to: request, parsedBody: nil) }
    if case .finished(let parsed) = rest { return respond(to: request, parsedBody: parsed) }
    return .pending { [slicedWork] pending in
      slicedWork.finish(rest, unless: { pending.isCancelled }) { result in
        guard !pending.isCancelled else { return }
        pending.complete(with: self.respond(to: request, parsedBody: try? result?.get()))
      }
    }
  }

  /// Whether a request has a long body that looks like JSON. A state document is read by its route.
  private static func hasLongJSON(_ request: Request) -> Bool {
    guard request.body.count >= longBody, request.segments != ["_mock", "state"] else { return false }
    let first = request.body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}
