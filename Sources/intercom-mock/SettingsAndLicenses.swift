import API
import ArgumentParser
import Intercom
import MockServer

/// `intercom-mock settings`: the settings of a workspace, for the documentation and for a reader.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings", abstract: "List the settings of /_mock/settings as a Markdown table.")

  func run() {
    print("| Setting | Values | Default | |\n|---|---|---|---|")
    for setting in Setting.all {
      print(
        "| `\(setting.name)` | \(setting.expectation) | `\(setting.defaultText(for: .intercom))` | \(setting.summary). |"
      )
    }
  }
}

/// `intercom-mock licenses`: the notices of the third-party code that is linked into the executable.
struct LicensesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "licenses", abstract: "Print the licences of the third-party code in this executable.")

  func run() {
    print(String(decoding: PackageResources.ThirdPartyNotices_txt, as: UTF8.self), terminator: "")
  }
}
