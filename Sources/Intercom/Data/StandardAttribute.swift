import API
import JSON

/// An attribute that every workspace has. It has no id, and nobody made it.
struct StandardAttribute {
  private let model: String
  /// The path within the record, such as `plan.name`.
  private let fullName: String
  private let label: String
  private let description: String
  private let type: String
  /// Whether the API may write it.
  private let isWritable: Bool

  init(_ model: String, _ fullName: String, _ type: String, _ label: String, _ description: String, writable: Bool) {
    self.model = model
    self.fullName = fullName
    self.type = type
    self.label = label
    self.description = description
    isWritable = writable
  }

  /// The attributes of contacts or of companies.
  static func of(_ model: String) -> [StandardAttribute] {
    model == "contact" ? contact : company
  }

  var node: Node {
    let name = fullName.split(separator: ".").last.map(String.init) ?? fullName
    return .shape(
      "data_attribute",
      [
        "type": "data_attribute", "name": .string(name), "full_name": .string(fullName), "label": .string(label),
        "description": .string(description), "data_type": .string(type), "api_writable": .boolean(isWritable),
        "ui_writable": false, "messenger_writable": true, "custom": false, "archived": false, "model": .string(model),
      ])
  }
}

extension StandardAttribute {
  /// Unknown: exactly which ones the service has; these are the fields of a contact that a search may ask for.
  static let contact: [StandardAttribute] = [
    person("role", "string", "Role", "Whether the person is a user or a lead", writable: true),
    person("id", "string", "ID", "Intercom's identifier of the person"),
    person("external_id", "string", "User ID", "Your own identifier of the person", writable: true),
    person("name", "string", "Name", "What the person is called", writable: true),
    person("email", "string", "Email", "Where the person gets e-mail", writable: true),
    person("email_domain", "string", "Email domain", "The part of the address after the at sign"),
    person("phone", "string", "Phone", "Where the person is called", writable: true),
    person("avatar.image_url", "string", "Avatar", "Where the person's picture is", writable: true),
    person("owner_id", "string", "Owner", "The teammate who looks after the person", writable: true),
    person("created_at", "datetime", "First seen", "When the person came to Intercom"),
    person("updated_at", "datetime", "Updated at", "When the person was last changed"),
    person("signed_up_at", "datetime", "Signed up", "When the person signed up with you", writable: true),
    person(
      "last_seen_at", "datetime", "Last seen", "When the person was last on your site or in your app", writable: true),
    person("last_contacted_at", "datetime", "Last contacted", "When you last wrote to the person"),
    person("last_replied_at", "datetime", "Last heard from", "When the person last wrote to you"),
    person("last_email_opened_at", "datetime", "Last opened email", "When the person last opened an e-mail"),
    person(
      "last_email_clicked_at", "datetime", "Last clicked on link in email",
      "When the person last followed a link in an e-mail"),
    person(
      "unsubscribed_from_emails", "boolean", "Unsubscribed from Emails", "Whether the person wants no e-mail",
      writable: true),
    person(
      "marked_email_as_spam", "boolean", "Marked email as spam", "Whether the person called an e-mail of yours spam"),
    person("has_hard_bounced", "boolean", "Has hard bounced", "Whether the address takes no e-mail"),
    person("language_override", "string", "Language override", "The language chosen for the person", writable: true),
    person("browser", "string", "Browser", "The browser that was last used"),
    person("browser_version", "string", "Browser Version", "The version of that browser"),
    person("browser_language", "string", "Browser Language", "The language that browser asks for"),
    person("os", "string", "OS", "The operating system that was last used"),
    person("location.country", "string", "Country", "The country the person was last seen in"),
    person("location.region", "string", "Region", "The region the person was last seen in"),
    person("location.city", "string", "City", "The city the person was last seen in"),
    person("android_app_name", "string", "Android app name", "The Android app that was last used"),
    person("android_app_version", "string", "Android app version", "The version of that app"),
    person("android_device", "string", "Android device", "The Android device that was last used"),
    person("android_os_version", "string", "Android OS version", "The version of Android on that device"),
    person("android_sdk_version", "string", "Android SDK version", "The version of Intercom in that app"),
    person("android_last_seen_at", "datetime", "Last seen on Android", "When the person was last in an Android app"),
    person("ios_app_name", "string", "iOS app name", "The iOS app that was last used"),
    person("ios_app_version", "string", "iOS app version", "The version of that app"),
    person("ios_device", "string", "iOS device", "The iOS device that was last used"),
    person("ios_os_version", "string", "iOS version", "The version of iOS on that device"),
    person("ios_sdk_version", "string", "iOS SDK version", "The version of Intercom in that app"),
    person("ios_last_seen_at", "datetime", "Last seen on iOS", "When the person was last in an iOS app"),
    person("referrer", "string", "Referral URL", "The page that led the person to you"),
    person("utm_campaign", "string", "UTM Campaign", "The campaign that brought the person"),
    person("utm_content", "string", "UTM Content", "Which of its links was followed"),
    person("utm_medium", "string", "UTM Medium", "The medium of the campaign"),
    person("utm_source", "string", "UTM Source", "Where the campaign ran"),
    person("utm_term", "string", "UTM Term", "The search terms behind the visit"),
  ]

  /// As the descriptions show them, in their order.
  static let company: [StandardAttribute] = [
    firm("name", "string", "Company name", "What the company is called", writable: true),
    firm("company_id", "string", "Company ID", "Your own identifier of the company"),
    firm(
      "last_request_at", "datetime", "Company last seen",
      "When someone from the company was last on your site or in your app"),
    firm("remote_created_at", "datetime", "Company created at", "When you created the company", writable: true),
    firm("user_count", "integer", "People", "How many people belong to the company"),
    firm(
      "session_count", "integer", "Company web sessions", "How often people of the company visited your site or app"),
    firm("plan.name", "string", "Plan", "What the company has signed up to"),
    firm("monthly_spend", "float", "Monthly Spend", "What the company pays you in a month", writable: true),
    firm("size", "integer", "Company size", "How many people work there", writable: true),
    firm("industry", "string", "Company industry", "The line of business the company is in", writable: true),
    firm("website", "string", "Company website", "Where the company is on the web", writable: true),
    firm("id", "string", "ID", "Intercom's identifier of the company"),
    firm("created_at", "datetime", "Created at", "When the company came to Intercom"),
    firm("updated_at", "datetime", "Updated at", "When the company was last changed"),
    firm("plan.id", "string", "Plan ID", "Intercom's identifier of the plan"),
    firm("app_id", "string", "App ID", "Intercom's identifier of the workspace"),
  ]

  private static func person(
    _ name: String, _ type: String, _ label: String, _ description: String, writable: Bool = false
  ) -> StandardAttribute {
    StandardAttribute("contact", name, type, label, description, writable: writable)
  }

  private static func firm(
    _ name: String, _ type: String, _ label: String, _ description: String, writable: Bool = false
  ) -> StandardAttribute {
    StandardAttribute("company", name, type, label, description, writable: writable)
  }
}
