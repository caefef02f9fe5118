import ASCII
import HTTPMessage

/// What the response to the current request waits for. The cases are exclusive.
enum ResponseProgress {
  /// No request is being answered, or its response is being written in the current turn.
  case none
  /// The response is sent when the delay timer fires.
  case delayed(Response)
  /// The handler sets the outcome later.
  case pending(PendingOutcome)
  /// The body is generated and sent chunk by chunk, as fast as the client reads.
  case streaming(BodyStream)
  /// The response is sent in small portions, one for each time the delay timer fires.
  case dripping(DripResponse)
}

/// A body that is generated chunk by chunk.
struct BodyStream {
  /// Returns the next chunk; nil at the end.
  let next: () -> [UInt8]?
  /// Whether the chunked transfer coding is used (RFC 9112, 7.1).
  let isChunked: Bool
}

/// A response that is sent in portions of a fixed size.
final class DripResponse {
  /// Time between two portions.
  let milliseconds: Int
  private let portion: Int
  private let staged = OutputQueue()
  /// The rest of a streamed body; nil if all bytes are staged.
  private var stream: BodyStream?

  /// - Parameters:
  ///   - head: the head, and the body unless it is streamed
  ///   - portion: size of a portion in bytes; less than 1 means 1
  ///   - milliseconds: time between two portions; negative means 0
  init(head: [UInt8], stream: BodyStream?, portion: Int, milliseconds: Int) {
    self.stream = stream
    self.portion = max(1, portion)
    self.milliseconds = max(0, milliseconds)
    head.withUnsafeBytes { staged.append($0) }
  }

  /// Calls `body` with the next portion; returns false at the end of the response.
  func takePortion(using writer: ResponseWriter, _ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    if staged.count == 0 {
      guard let stream else { return false }
      stageNextChunk(of: stream, using: writer)
    }
    staged.takePortion(upTo: portion, body)
    return true
  }

  private func stageNextChunk(of stream: BodyStream, using writer: ResponseWriter) {
    var framed: [UInt8] = []
    if let chunk = stream.next() {
      writer.write(chunk: chunk, isChunked: stream.isChunked, to: &framed)
    } else {
      if stream.isChunked { framed.append(ResponseWriter.lastChunk) }
      self.stream = nil
    }
    framed.withUnsafeBytes { staged.append($0) }
  }
}
