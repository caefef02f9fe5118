import API
import HTTPMessage
import JSON
import Store

/// The two notations of a setting's value: JSON in `/_mock/settings`, text on the command line and in the environment.
///
/// Text is translated to JSON first, so that `shape` is the only check of a value.
struct SettingForm<Value>: Sendable {
  /// The accepted JSON values.
  let shape: Shape
  /// The accepted texts, as help and error messages list them; a word in capitals is a number.
  let choices: [String]
  /// Translates a text to JSON; nil if it has none of the forms in `choices`.
  let parse: @Sendable (String) -> JSON?
  let json: @Sendable (Value) -> JSON
  /// Updates the value from JSON that matches `shape`. Absent members of an object keep their values.
  let update: @Sendable (inout Value, JSON) -> Void
}

extension SettingForm where Value == Bool {
  /// `on` or `off`.
  static var onOff: SettingForm {
    SettingForm(
      shape: .string(oneOf: ["on", "off"]), choices: ["on", "off"], parse: { .string($0) },
      json: { $0 ? "on" : "off" }, update: { $0 = $1.string == "on" })
  }
}

extension SettingForm where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  /// One case of an enumeration, by its raw value.
  static var choice: SettingForm {
    let names = Value.allCases.map(\.rawValue)
    return SettingForm(
      shape: .string(oneOf: names), choices: names, parse: { .string($0) }, json: { .string($0.rawValue) },
      update: { value, json in value = json.string.flatMap(Value.init) ?? value })
  }
}

extension SettingForm where Value == APIVersion {
  static var version: SettingForm {
    SettingForm(
      shape: .string(oneOf: APIVersion.allCases.map(\.name)), choices: APIVersion.allCases.map(\.name),
      parse: { APIVersion(named: $0).map { .string($0.name) } }, json: { .string($0.name) },
      update: { value, json in value = json.string.flatMap(APIVersion.init(named:)) ?? value })
  }
}

extension SettingForm where Value == Settings.RateLimit {
  static var rateLimit: SettingForm {
    SettingForm(
      shape: .either([
        .string(oneOf: ["off"]),
        .object([
          .required("limit", as: .integer(1...1_000_000)), .optional("window_seconds", as: .integer(1...86_400)),
        ]),
      ]),
      choices: ["off", "LIMIT", "LIMIT/SECONDS"],
      parse: { text in
        if text == "off" { return .string(text) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int64($0) }
        guard numbers.count == parts.count, numbers.count <= 2 else { return nil }
        return .object(JSONObject(zip(["limit", "window_seconds"], numbers).map { ($0, .integer($1)) }))
      },
      json: { limit in
        guard limit.isEnforced else { return "off" }
        return ["limit": .integer(Int64(limit.limit)), "window_seconds": .integer(limit.windowSeconds)]
      },
      update: { value, json in
        value.reset()
        guard let limit = json["limit"]?.integral else { return }
        value.enforce(limit: Int(limit), windowSeconds: json["window_seconds"]?.integral)
      })
  }
}

extension SettingForm where Value == Settings.SearchLag {
  static var searchLag: SettingForm {
    SettingForm(
      shape: .either([
        .string(oneOf: ["off", "until_flush"]),
        .object([.required("milliseconds", as: .integer(0...Setting.maxMilliseconds))]),
        .object([.required("calls", as: .integer(0...1_000_000))]),
      ]),
      choices: ["off", "MILLISECONDS", "calls:N", "until_flush"],
      parse: { text in
        Int64(text).map { ["milliseconds": .integer($0)] } ?? JSON.countedObject(from: text) ?? .string(text)
      },
      json: { lag in
        switch lag {
        case .none: "off"
        case .milliseconds(let time): ["milliseconds": .integer(time)]
        case .calls(let count): ["calls": .integer(count)]
        case .untilFlush: "until_flush"
        }
      },
      update: { value, json in
        if let time = json["milliseconds"]?.integral {
          value = .milliseconds(time)
        } else if let count = json["calls"]?.integral {
          value = .calls(count)
        } else {
          value = json.string == "until_flush" ? .untilFlush : .none
        }
      })
  }
}

extension SettingForm where Value == DeferralPolicy {
  private static var afterTime: Shape { .object([.required("after_ms", as: .integer(0...Setting.maxMilliseconds))]) }
  private static var afterPolls: Shape { .object([.required("after_polls", as: .integer(0...1000))]) }

  /// For tasks that a client polls.
  static var polledTask: SettingForm {
    deferral([afterTime, afterPolls], choices: ["immediate", "after_ms:N", "after_polls:N"])
  }
  /// For tasks without a status endpoint.
  static var unpolledTask: SettingForm { deferral([afterTime], choices: ["immediate", "after_ms:N"]) }

  private static func deferral(_ shapes: [Shape], choices: [String]) -> SettingForm {
    SettingForm(
      shape: .either([.string(oneOf: ["immediate"])] + shapes), choices: choices,
      parse: { JSON.countedObject(from: $0) ?? .string($0) },
      json: { policy in
        switch policy {
        case .immediate: "immediate"
        case .afterMilliseconds(let time): ["after_ms": .integer(time)]
        case .afterPolls(let count): ["after_polls": .integer(count)]
        }
      },
      update: { value, json in
        if let time = json["after_ms"]?.integral {
          value = .afterMilliseconds(time)
        } else {
          value = json["after_polls"]?.integral.map(DeferralPolicy.afterPolls) ?? .immediate
        }
      })
  }
}

extension SettingForm where Value == WebhookDeliveryFaults {
  private static var share: Shape { .number(0...1) }

  static var webhookDelivery: SettingForm {
    SettingForm(
      shape: .either([
        .string(oneOf: ["off"]),
        .object([
          .optional("duplicate", as: share), .optional("reorder", as: share), .optional("drop", as: share),
          .optional("delay_ms", as: .integer(0...Setting.maxMilliseconds)),
        ]),
      ]),
      choices: ["off", "duplicate=0.1,reorder=0.1,drop=0.1,delay_ms=250"],
      parse: { text in text == "off" ? .string(text) : JSON.numberedObject(from: text) },
      json: { faults in
        [
          "duplicate": .number(faults.duplicate), "reorder": .number(faults.reorder), "drop": .number(faults.drop),
          "delay_ms": .integer(Int64(faults.delayMilliseconds)),
        ]
      },
      update: { value, json in
        if json.string != nil { value = WebhookDeliveryFaults() }
        value.duplicate = json["duplicate"]?.number ?? value.duplicate
        value.reorder = json["reorder"]?.number ?? value.reorder
        value.drop = json["drop"]?.number ?? value.drop
        value.delayMilliseconds = json["delay_ms"]?.integral.map { Int($0) } ?? value.delayMilliseconds
      })
  }
}

extension SettingForm where Value == Settings.Callback? {
  /// A URL, on the command line followed by a space and the secret if it is not the default one.
  static var callback: SettingForm {
    SettingForm(
      shape: .either([
        .string(oneOf: ["off"]), .object([.required("url", as: .url), .optional("secret", as: .string())]),
      ]),
      choices: ["off", "URL", "URL SECRET"],
      parse: { text in
        if text == "off" { return .string(text) }
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let url = JSON.string(parts.first ?? "")
        return parts.count == 2 ? ["url": url, "secret": .string(parts[1])] : ["url": url]
      },
      json: { callback in
        callback.map { ["url": .string($0.url.description), "secret": .string($0.secret)] } ?? "off"
      },
      update: { value, json in
        value = AbsoluteURL(json["url"]?.string ?? "").map { url in
          Settings.Callback(url: url, secret: json["secret"]?.string ?? value?.secret ?? Webhooks.defaultSecret)
        }
      })
  }
}

extension JSON {
  /// `calls:3` as `{"calls": 3}`.
  fileprivate static func countedObject(from text: String) -> JSON? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int64(parts[1]) else { return nil }
    return .object([String(parts[0]): .integer(count)])
  }

  /// `drop=0.1,delay_ms=250` as `{"drop": 0.1, "delay_ms": 250}`.
  fileprivate static func numberedObject(from text: String) -> JSON? {
    var object = JSONObject()
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = item.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let value = Int64(parts[1]).map(JSON.integer) ?? Double(parts[1]).map(JSON.number) else {
        return nil
      }
      object[parts[0]] = value
    }
    return .object(object)
  }
}
