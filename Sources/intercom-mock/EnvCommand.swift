import ArgumentParser

/// `intercom-mock env [language]`: the snippet that points a client at the server.
struct EnvCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "env", abstract: "Print the lines that point a client at the server.")

  private static let languages = ["python", "node", "ruby", "php", "java", "go", "curl"]

  @Argument(help: "python, node, ruby, php, java, go or curl; without one, variables for a shell.")
  var language: String?
  @Option(help: "Where the server listens.") var url = "http://127.0.0.1:4020"
  @Option(help: "The token; each has a workspace of its own.") var token = "test-token"

  func validate() throws {
    try FlagValidation.check("language", value: language ?? "", isValid: language.map(Self.languages.contains) ?? true)
    // They are put between quotes.
    let isPlain: (String) -> Bool = { !$0.isEmpty && !$0.contains { "\"'\\`$ \n".contains($0) } }
    try FlagValidation.check(
      "--url", value: url, isValid: isPlain(url) && (url.hasPrefix("http://") || url.hasPrefix("https://")))
    try FlagValidation.check("--token", value: token, isValid: isPlain(token))
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

  /// The library has no setting for the address: every request is sent elsewhere.
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

  /// As for PHP.
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
