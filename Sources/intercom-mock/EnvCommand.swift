import ArgumentParser

/// `intercom-mock env [language]`: the code that makes a client use the server.
struct EnvCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "env", abstract: "Print the code that makes a client use the server.")

  private static let languages = ["python", "node", "ruby", "php", "java", "go", "curl"]

  @Argument(help: "python, node, ruby, php, java, go or curl; by default, variables for a shell.")
  var language: String?
  @Option(help: "The URL of the server.") var url = "http://127.0.0.1:4020"
  @Option(help: "The access token; each token has its own workspace.") var token = "test-token"

  func validate() throws {
    if let language, !Self.languages.contains(language) {
      throw ValidationError(
        "language", value: language, expected: ServeOption.enumeration(of: Self.languages))
    }
    guard Self.isQuotable(url), url.hasPrefix("http://") || url.hasPrefix("https://") else {
      throw ValidationError("--url", value: url, expected: "an http or https URL")
    }
    guard Self.isQuotable(token) else {
      throw ValidationError("--token", value: token, expected: "a token without quotes, spaces, $ and \\")
    }
  }

  /// Whether a text can be put between quotes in each language.
  private static func isQuotable(_ text: String) -> Bool {
    !text.isEmpty && !text.contains { "\"'\\`$ \n".contains($0) }
  }

  func run() {
    print(snippet)
  }

  private var snippet: String {
    switch language {
    case "python": "client = Intercom(base_url=\"\(url)\", token=\"\(token)\")"
    case "node": "const client = new IntercomClient({ baseUrl: '\(url)', token: '\(token)' });"
    case "ruby": "client = Intercom::Client.new(token: '\(token)', base_url: '\(url)')"
    case "java": "Intercom client = Intercom.builder().url(\"\(url)\").token(\"\(token)\").build();"
    case "php": Self.php(url: url, token: token)
    case "go": Self.go(url: url)
    case "curl": "curl -s \(url)/me -H 'Authorization: Bearer \(token)'"
    default: "export INTERCOM_BASE_URL='\(url)'\nexport INTERCOM_ACCESS_TOKEN='\(token)'"
    }
  }

  /// The library has no option for the base URL: the HTTP client rewrites the URL of each request.
  private static func php(url: String, token: String) -> String {
    """
    $client = new Intercom\\IntercomClient('\(token)');
    $client->setHttpClient(new class implements Psr\\Http\\Client\\ClientInterface {
        public function sendRequest(Psr\\Http\\Message\\RequestInterface $request): Psr\\Http\\Message\\ResponseInterface {
            $base = parse_url('\(url)');
            $uri = $request->getUri()->withScheme($base['scheme'])->withHost($base['host'])->withPort($base['port'] ?? null);
            return Http\\Discovery\\Psr18ClientDiscovery::find()->sendRequest($request->withUri($uri));
        }
    });
    """
  }

  /// The same method as for PHP.
  private static func go(url: String) -> String {
    """
    type mock struct{ base *url.URL }

    func (m mock) RoundTrip(r *http.Request) (*http.Response, error) {
    \tr = r.Clone(r.Context())
    \tr.URL.Scheme, r.URL.Host, r.Host = m.base.Scheme, m.base.Host, m.base.Host
    \treturn http.DefaultTransport.RoundTrip(r)
    }

    base, _ := url.Parse("\(url)")
    client := &http.Client{Transport: mock{base}}
    """
  }
}
