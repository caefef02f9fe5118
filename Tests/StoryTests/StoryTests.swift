import API
import TestSupport
import Testing

/// Story tests: sequences of HTTP requests with their expected responses, in the `.http` files of `Stories`.
///
///     # A description of the story. Lines before the first step, and lines with one `#`, are comments.
///     @versions 2.7...
///
///     ### A contact cannot be created twice                          @versions 2.10...2.15, Preview
///     @advance 60
///     POST /contacts
///     Intercom-Version: 2.0
///
///     { "email": "ada@example.com", "external_id": "{{someone}}" }
///
///     @versions 2.7...2.15
///     HTTP/1.1 409 Conflict
///     X-RateLimit-Remaining: 1667
///
///     { "type": "error.list", "request_id": "{{request_id}}", "…": "…" }
///     @capture contact = errors.0.code
///
/// - **Fixtures.** A file is one story. It runs once in each of its versions, each time in a new workspace with
///   `fixtures/default`, or with the fixtures that `@world` above the first step names. The time is 1 April 2024,
///   09:30 UTC, and the seed is constant. `@advance` advances the clock by a number of seconds.
/// - **Versions.** `2.14` is one version, `2.7...2.15` a range, `2.16...` a range up to Preview. Ranges are separated
///   by commas. `@versions` above the first step specifies the versions of the file; the default is the versions that
///   the steps specify, or 2.14. A step without versions runs in all versions of the file. A response without versions
///   applies to all versions of its step.
/// - **Requests** have `Authorization: Bearer test-token` and the version, and bodies for the control plane are
///   `application/json`, unless the step contains these fields. A field without a value is not sent. The body begins after a blank line or with a bracket. Lines of a form are sent
///   with CR LF.
///   `Host` is `127.0.0.1:4020` unless the step contains it.
/// - **Responses.** The status, the listed header fields and the body must be equal, with object members in the same
///   order. A field with the value `*` must be present, a field without a value must be absent. In an object with the
///   member `"…": "…"` only the listed members are compared, in an array that ends with `"…"` only the listed elements.
/// - **Files.** Gzip files are compared by their decompressed contents.
/// - **Names.** `@capture name = path` stores a value of the body (`id`, `data.0.id`), `= header ETag` a header field.
///   Later steps refer to it by `{{name}}`. `{{request_id}}` is the `X-Request-Id` of the response.
///
/// With `INTERCOM_MOCK_BINARY`, the stories also run against that executable, over HTTP.
///
/// `RECORD=1 swift test --filter StoryTests` rewrites the responses. Abbreviated objects and arrays stay abbreviated,
/// and equal responses of several versions are written once. Review the result like code.
@MainActor @Suite struct StoryTests {
  @Test(.enabled(if: !StoryRecorder.isEnabled), arguments: try StoryCase.all())
  func `The responses of a story are as expected`(storyCase: StoryCase) throws {
    var run = try StoryRun(of: storyCase.story, in: storyCase.version)
    try run.check(storyCase.story)
  }

  /// Release builds are compiled with other checks than debug builds. Each case has a process of its own, because the ids
  /// in the stories are those of a new server.
  @Test(
    .enabled(if: TestEnvironment.program != nil && !StoryRecorder.isEnabled, "INTERCOM_MOCK_BINARY is not set"),
    arguments: try StoryCase.allForExecutable())
  func `The responses of the executable are as expected`(storyCase: StoryCase) throws {
    let server = try ExecutableServer(program: #require(TestEnvironment.program), fixtures: storyCase.story.fixtures)
    defer { server.stop() }
    var run = StoryRun(in: storyCase.version, on: server)
    try run.check(storyCase.story)
  }

  @Test(arguments: try Story.all()) func `The state after a story can be exported and imported`(story: Story) throws {
    let version = try #require(story.versions.last)
    var run = try StoryRun(of: story, in: version)
    for step in story.steps(in: version) { try run.capture(from: try run.perform(step), step: step) }
    let (first, answer, second) = try run.exportAndReimport()
    #expect(answer?["status"] == "replaced", "\(answer ?? .null)")
    #expect(first == second)
  }

  @Test(.enabled(if: StoryRecorder.isEnabled), arguments: try Story.all()) func `A story is recorded`(story: Story)
    throws
  {
    var recorder = StoryRecorder(story: story)
    for version in story.versions { try recorder.record(version: version) }
    try TestFiles.write(recorder.text, to: story.path)
  }
}

/// A story and one of its versions.
struct StoryCase: Sendable, CustomTestStringConvertible {
  let story: Story
  let version: APIVersion

  var testDescription: String { "\(story.name) in \(version.name)" }

  static func all() throws -> [StoryCase] {
    try Story.all().flatMap { story in story.versions.map { StoryCase(story: story, version: $0) } }
  }

  /// Stories that need a server in this process, with the reason.
  private static let inProcessOnly = [
    "control/webhooks.http": "it shows queued deliveries; the executable sends them to the subscribed hosts",
    "fin/callback.http": "it shows queued deliveries; the executable sends them to the callback URL",
  ]

  static func allForExecutable() throws -> [StoryCase] {
    let cases = try all()
    let unknown = inProcessOnly.keys.filter { name in !cases.contains { $0.story.name == name } }
    guard unknown.isEmpty else { throw StoryError("there are no stories \(unknown)") }
    return cases.filter { inProcessOnly[$0.story.name] == nil }
  }
}
