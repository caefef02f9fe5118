import API
import TestSupport
import Testing

/// Stories over HTTP: requests and the exact answers, one `.http` file each, in `Stories` by resource.
///
///     # What the file tells. Lines before the first step, and lines with one `#`, are for readers.
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
/// - **World.** A file is one story, told once in each version it names, each time in a fresh workspace over
///   `fixtures/default`, or what `@world` above the first step names, on 1 April 2024, 09:30 UTC, with the same seed.
///   `@advance` moves the clock on by so many seconds.
/// - **Versions.** `2.14` is one, `2.7...2.15` a span, `2.16...` a span up to Preview; commas join them. A file's
///   versions stand above its first step; where they do not, they are those that its steps name, or 2.14. A step that
///   names none runs in all of its file's, and so does an answer in all of its step's.
/// - **Requests** carry `Authorization: Bearer test-token` and the version, unless the step shows these fields; a field
///   without a value is not sent. The body begins after a blank line or with a bracket; the lines of a form end in CR LF.
/// - **Answers.** The status, the fields that are shown and the body must be the same, the members of an object in the
///   same order. A field of the value `*` is there, whatever its value; one without a value is absent. In an object with
///   the member `"…": "…"` only the shown members count, in an array that ends with `"…"` only the shown elements.
/// - **Files.** Of a gzip file the story shows what is in it.
/// - **Names.** `@capture name = path` keeps a part of the body (`id`, `data.0.id`), `= header ETag` a field; `{{name}}`
///   stands for it from then on. `{{request_id}}` is the answer's own `X-Request-Id`.
///
/// `RECORD=1 swift test --filter StoryTests` writes the answers anew: of a marked object or array only what was
/// shown before, answers that are alike in several versions once. What it wrote is to be reviewed like code.
@MainActor @Suite struct StoryTests {
  @Test(.enabled(if: !StoryRecorder.isEnabled), arguments: try StoryCase.all()) func `A story goes as it is written`(
    storyCase telling: StoryCase
  ) throws {
    var run = try StoryRun(of: telling.story, in: telling.version)
    for step in telling.story.steps(in: telling.version) {
      let received = run.perform(step)
      if let problem = step.problem(with: received, in: telling.version, names: run.names(with: received)) {
        Issue.record("\(problem)", sourceLocation: telling.story.location(of: step))
      }
      try run.capture(from: received, step: step)
    }
  }

  @Test(arguments: try Story.all()) func `What a story leaves behind can be exported and put back`(story: Story) throws
  {
    let version = try #require(story.versions.last)
    var run = try StoryRun(of: story, in: version)
    for step in story.steps(in: version) { try run.capture(from: run.perform(step), step: step) }
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

/// A story in one of its versions.
struct StoryCase: Sendable, CustomTestStringConvertible {
  let story: Story
  let version: APIVersion

  var testDescription: String { "\(story.name) in \(version.name)" }

  static func all() throws -> [StoryCase] {
    try Story.all().flatMap { story in story.versions.map { StoryCase(story: story, version: $0) } }
  }
}
