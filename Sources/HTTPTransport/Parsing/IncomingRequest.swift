import HTTPMessage

/// A whole request, and what its answer's framing depends on.
struct IncomingRequest {
  var request: Request
  var exchange: Exchange
}

/// What the framing of an answer depends on.
struct Exchange {
  /// Whether the request was HEAD: the answer then has no body.
  var isHead = false
  /// Whether the client speaks HTTP/1.0: it knows no chunks, and keeps a connection only when told so.
  var isHTTP10 = false
  /// Whether the client means to go on using the connection.
  var keepsAlive = true
  /// Whether the client reads gzip.
  var acceptsGzip = false
}
