import ArgumentParser
import MockServer

/// `intercom-mock settings`: the settings of a workspace, for the documentation and for a reader.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings", abstract: "List the settings of /_mock/settings as a Markdown table.")

  func run() {
    print("| Setting | Values | Default | |\n|---|---|---|---|")
    for setting in Setting.all {
      print("| `\(setting.name)` | \(setting.expectation) | `\(setting.defaultText)` | \(setting.summary). |")
    }
  }
}
