import API
import JSON

/// A built-in attribute. It has no id and no author.
struct StandardAttribute {
  enum Owner: String {
    case contact, company, conversation
  }

  /// Where the attribute's value can be written.
  enum Writability {
    case nowhere, byAPI
    /// By the API and in the product.
    case everywhere
  }

  private let owner: Owner
  /// The path within the record, such as `plan.name`.
  private let fullName: String
  private let label: String
  private let description: String
  private let type: String
  private let writability: Writability

  init(
    owner: Owner, fullName: String, label: String, description: String, type: String, writability: Writability
  ) {
    (self.owner, self.fullName, self.label) = (owner, fullName, label)
    (self.description, self.type, self.writability) = (description, type, writability)
  }

  /// The built-in attributes of contacts (`contact`) or of companies (any other value).
  static func attributes(of model: String) -> [StandardAttribute] {
    model == "contact" ? contactAttributes : companyAttributes
  }

  /// The attributes of conversations have the type `datetime` in every version (recorded in 2.15), so they are not
  /// converted.
  var node: Node {
    let name = fullName.split(separator: ".").last.map(String.init) ?? fullName
    let object: JSONObject = [
      "type": "data_attribute", "name": .string(name), "full_name": .string(fullName), "label": .string(label),
      "description": .string(description), "data_type": .string(type),
      "api_writable": .boolean(writability != .nowhere), "ui_writable": .boolean(writability == .everywhere),
      "messenger_writable": .boolean(owner != .conversation), "custom": false, "archived": false,
      "model": .string(owner.rawValue),
    ]
    return owner == .conversation ? .json(.object(object)) : .shape("data_attribute", object)
  }

}

extension StandardAttribute {
  /// Recorded in 2.16, in this order, as far as `ios_app_name`. The others are fields of a contact that were not in use
  /// in the recorded workspace. Unknown: the service's full list, labels and descriptions.
  static let contactAttributes: [StandardAttribute] = [
    contactAttribute(
      "role", type: "string", label: "Role", description: "Whether the person is a user or a lead", writable: .byAPI),
    contactAttribute(
      "name", type: "string", label: "Name", description: "What the person is called", writable: .everywhere),
    contactAttribute(
      "owner_id", type: "integer", label: "Owner", description: "The teammate who looks after the person",
      writable: .byAPI),
    contactAttribute(
      "fin_qualification_status", type: "string", label: "Fin qualification status",
      description: "How Fin qualified the person", writable: .byAPI),
    contactAttribute(
      "email", type: "string", label: "Email", description: "Where the person gets e-mail", writable: .everywhere),
    contactAttribute(
      "email_domain", type: "string", label: "Email domain", description: "The part of the address after the at sign"),
    contactAttribute(
      "phone", type: "string", label: "Phone", description: "Where the person is called", writable: .everywhere),
    contactAttribute(
      "external_id", type: "string", label: "User ID", description: "Your own identifier of the person",
      writable: .byAPI),
    contactAttribute(
      "created_at", type: "datetime", label: "First seen", description: "When the person came to Intercom"),
    contactAttribute(
      "signed_up_at", type: "datetime", label: "Signed up", description: "When the person signed up with you",
      writable: .byAPI),
    contactAttribute(
      "last_seen_at", type: "datetime", label: "Last seen",
      description: "When the person was last on your site or in your app", writable: .byAPI),
    contactAttribute(
      "last_contacted_at", type: "datetime", label: "Last contacted", description: "When you last wrote to the person"),
    contactAttribute(
      "last_replied_at", type: "datetime", label: "Last heard from", description: "When the person last wrote to you"),
    contactAttribute(
      "last_email_opened_at", type: "datetime", label: "Last opened email",
      description: "When the person last opened an e-mail"),
    contactAttribute(
      "last_email_clicked_at", type: "datetime", label: "Last clicked on link in email",
      description: "When the person last followed a link in an e-mail"),
    contactAttribute(
      "location.country", type: "string", label: "Country", description: "The country the person was last seen in"),
    contactAttribute(
      "location.region", type: "string", label: "Region", description: "The region the person was last seen in"),
    contactAttribute(
      "location.city", type: "string", label: "City", description: "The city the person was last seen in"),
    contactAttribute(
      "browser_language", type: "string", label: "Browser Language", description: "The language that browser asks for"),
    contactAttribute(
      "language_override", type: "string", label: "Language override",
      description: "The language chosen for the person", writable: .byAPI),
    contactAttribute("browser", type: "string", label: "Browser", description: "The browser that was last used"),
    contactAttribute(
      "browser_version", type: "string", label: "Browser Version", description: "The version of that browser"),
    contactAttribute("os", type: "string", label: "OS", description: "The operating system that was last used"),
    contactAttribute(
      "unsubscribed_from_emails", type: "boolean", label: "Unsubscribed from Emails",
      description: "Whether the person wants no e-mail", writable: .byAPI),
    contactAttribute(
      "marked_email_as_spam", type: "boolean", label: "Marked email as spam",
      description: "Whether the person called an e-mail of yours spam"),
    contactAttribute(
      "has_hard_bounced", type: "boolean", label: "Has hard bounced", description: "Whether the address takes no e-mail"
    ),
    contactAttribute(
      "phone_country", type: "string", label: "Phone country", description: "The country of the person's number"),
    contactAttribute("slack_email", type: "string", label: "Slack email", description: "The person's address in Slack"),
    contactAttribute("id", type: "string", label: "ID", description: "Intercom's identifier of the person"),
    contactAttribute(
      "avatar", type: "string", label: "Avatar", description: "Where the person's picture is", writable: .byAPI),
    contactAttribute(
      "updated_at", type: "datetime", label: "Updated at", description: "When the person was last changed"),
    contactAttribute(
      "workspace_id", type: "string", label: "Workspace ID", description: "Intercom's identifier of the workspace"),
    contactAttribute(
      "android_app_name", type: "string", label: "Android app name", description: "The Android app that was last used"),
    contactAttribute(
      "ios_app_name", type: "string", label: "iOS app name", description: "The iOS app that was last used"),
    contactAttribute(
      "android_app_version", type: "string", label: "Android app version", description: "The version of that app"),
    contactAttribute(
      "android_device", type: "string", label: "Android device", description: "The Android device that was last used"),
    contactAttribute(
      "android_os_version", type: "string", label: "Android OS version",
      description: "The version of Android on that device"),
    contactAttribute(
      "android_sdk_version", type: "string", label: "Android SDK version",
      description: "The version of Intercom in that app"),
    contactAttribute(
      "android_last_seen_at", type: "datetime", label: "Last seen on Android",
      description: "When the person was last in an Android app"),
    contactAttribute(
      "ios_app_version", type: "string", label: "iOS app version", description: "The version of that app"),
    contactAttribute(
      "ios_device", type: "string", label: "iOS device", description: "The iOS device that was last used"),
    contactAttribute(
      "ios_os_version", type: "string", label: "iOS version", description: "The version of iOS on that device"),
    contactAttribute(
      "ios_sdk_version", type: "string", label: "iOS SDK version", description: "The version of Intercom in that app"),
    contactAttribute(
      "ios_last_seen_at", type: "datetime", label: "Last seen on iOS",
      description: "When the person was last in an iOS app"),
    contactAttribute(
      "referrer", type: "string", label: "Referral URL", description: "The page that led the person to you"),
    contactAttribute(
      "utm_campaign", type: "string", label: "UTM Campaign", description: "The campaign that brought the person"),
    contactAttribute(
      "utm_content", type: "string", label: "UTM Content", description: "Which of its links was followed"),
    contactAttribute("utm_medium", type: "string", label: "UTM Medium", description: "The medium of the campaign"),
    contactAttribute("utm_source", type: "string", label: "UTM Source", description: "Where the campaign ran"),
    contactAttribute("utm_term", type: "string", label: "UTM Term", description: "The search terms behind the visit"),
  ]

  /// The recorded attributes, in the same order.
  static let companyAttributes: [StandardAttribute] = [
    companyAttribute(
      "name", type: "string", label: "Company name", description: "What the company is called", writable: .everywhere),
    companyAttribute(
      "company_id", type: "string", label: "Company ID", description: "Your own identifier of the company"),
    companyAttribute(
      "last_request_at", type: "datetime", label: "Company last seen",
      description: "When someone from the company was last on your site or in your app"),
    companyAttribute(
      "remote_created_at", type: "datetime", label: "Company created at", description: "When you created the company",
      writable: .byAPI),
    companyAttribute(
      "user_count", type: "integer", label: "People", description: "How many people belong to the company"),
    companyAttribute(
      "session_count", type: "integer", label: "Company web sessions",
      description: "How often people of the company visited your site or app"),
    companyAttribute("plan.name", type: "string", label: "Plan", description: "What the company has signed up to"),
    companyAttribute(
      "monthly_spend", type: "float", label: "Monthly Spend", description: "What the company pays you in a month",
      writable: .byAPI),
    companyAttribute(
      "size", type: "integer", label: "Company size", description: "How many people work there", writable: .everywhere),
    companyAttribute(
      "industry", type: "string", label: "Company industry", description: "The line of business the company is in",
      writable: .everywhere),
    companyAttribute(
      "website", type: "string", label: "Company website", description: "Where the company is on the web",
      writable: .everywhere),
    companyAttribute("id", type: "string", label: "ID", description: "Intercom's identifier of the company"),
    companyAttribute(
      "created_at", type: "datetime", label: "Created at", description: "When the company came to Intercom"),
    companyAttribute(
      "updated_at", type: "datetime", label: "Updated at", description: "When the company was last changed"),
    companyAttribute("plan.id", type: "string", label: "Plan ID", description: "Intercom's identifier of the plan"),
    companyAttribute("app_id", type: "string", label: "App ID", description: "Intercom's identifier of the workspace"),
  ]

  private static func contactAttribute(
    _ name: String, type: String, label: String, description: String, writable writability: Writability = .nowhere
  ) -> StandardAttribute {
    StandardAttribute(
      owner: .contact, fullName: name, label: label, description: description, type: type, writability: writability)
  }

  private static func companyAttribute(
    _ name: String, type: String, label: String, description: String, writable writability: Writability = .nowhere
  ) -> StandardAttribute {
    StandardAttribute(
      owner: .company, fullName: name, label: label, description: description, type: type, writability: writability)
  }
}
