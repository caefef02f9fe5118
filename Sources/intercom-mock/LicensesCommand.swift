import ArgumentParser

/// `intercom-mock licenses`: the notices of the third-party code that is linked into the executable.
struct LicensesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "licenses", abstract: "Print the licences of the third-party code in this executable.")

  func run() {
    print(String(decoding: PackageResources.ThirdPartyNotices_txt, as: UTF8.self), terminator: "")
  }
}
