import API
import JSON

/// One setting of a workspace: a row from which its member of `/_mock/settings`, its flag, its environment variable and
/// its row in the documentation are derived.
///
/// To add a setting, add a property to `Settings` and a row to `Setting.all`.
public struct Setting: Sendable {
  /// The member of `/_mock/settings`, in snake case.
  public let name: String
  /// What the setting does: one sentence without its full stop. The choices follow it in help texts.
  public let summary: String
  /// The texts that the flag and the environment variable accept; a word in capitals is a number.
  public let choices: [String]
  let shape: Shape
  let json: @Sendable (Settings) -> JSON
  /// Takes JSON that matches `shape`.
  let update: @Sendable (inout Settings, JSON) -> Void
  private let parse: @Sendable (String) -> JSON?

  init<Value>(
    _ name: String, at path: WritableKeyPath<Settings, Value> & Sendable, as form: SettingForm<Value>, summary: String
  ) {
    self.name = name
    self.summary = summary
    choices = form.choices
    shape = form.shape
    json = { form.json($0[keyPath: path]) }
    update = { form.update(&$0[keyPath: path], $1) }
    parse = form.parse
  }

  /// The accepted JSON values, as error messages describe them.
  public var expectation: String { shape.expectation }

  /// The text of the default.
  public func defaultText(for service: ServiceFacts) -> String {
    // The only default that is an object is that of `webhook_delivery`, without any fault.
    json(Settings(for: service)).string ?? "off"
  }

  /// Sets the value from the text of a flag or an environment variable.
  /// - Returns: false if the text is not one of `choices`, or a number in it is out of range
  public func set(text: String, in settings: inout Settings) -> Bool {
    guard let json = parse(text), (try? shape.check(json)) != nil else { return false }
    update(&settings, json)
    return true
  }
}

extension Setting {
  static let maxMilliseconds: Int64 = 86_400_000

  /// Every setting, in the order of `/_mock/settings`. That resource also shows the time zone, which is a member of the
  /// workspace's profile.
  public static let all: [Setting] = [
    Setting(
      "default_version", at: \.defaultVersion, as: .version,
      summary: "The API version for requests that specify none"),
    Setting(
      "rate_limit", at: \.rateLimit, as: .rateLimit,
      summary:
        "The number of requests of a workspace in a window of time (by default the service's window) before a 429"),
    Setting(
      "search_lag", at: \.searchLag, as: .searchLag,
      summary: "The delay until searches find a written record"),
    Setting(
      "strict", at: \.strict, as: .choice,
      summary: "Warn in a header, or fail with 400, if a request has no version or an undocumented parameter"),
    Setting(
      "jobs", at: \.jobs, as: .polledTask,
      summary: "When bulk jobs, exports and other jobs complete"),
    Setting(
      "side_effects", at: \.sideEffects, as: .unpolledTask,
      summary: "When the side effects of a write become visible"),
    Setting(
      "etag", at: \.etag, as: .choice,
      summary: "Which responses have an ETag (auto: bodies up to 16 KB)"),
    Setting(
      "gzip", at: \.gzip, as: .onOff,
      summary: "Compress responses for clients that accept gzip"),
    Setting(
      "journal", at: \.journal, as: .onOff,
      summary: "Record requests and responses for /_mock/requests"),
    Setting(
      "webhook_delivery", at: \.webhookDelivery, as: .webhookDelivery,
      summary: "Faults in webhook deliveries, as probabilities from 0 to 1 and a delay"),
    Setting(
      Settings.Callback.name, at: \.callback, as: .callback,
      summary: "The URL that Fin's events are posted to, and the secret of their signatures (test-secret by default)"),
  ]
}

extension Settings {
  var json: JSONObject {
    JSONObject(Setting.all.map { ($0.name, $0.json(self)) })
  }

  /// Applies the members of an object that matches the shapes of the settings; an absent member keeps its value.
  mutating func apply(_ json: JSONObject) {
    for setting in Setting.all {
      if let value = json[setting.name] { setting.update(&self, value) }
    }
  }
}
