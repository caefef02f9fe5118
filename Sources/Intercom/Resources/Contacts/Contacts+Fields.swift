import API
import JSON
import Store

extension Contacts {
  /// In the order that was recorded.
  static let fields: [Field] = [
    .type("contact"),
    .string("id"),
    .written("workspace_id", Profile.writeID),
    .string("external_id", [.writable, .indexed]),
    .string("role", .writable, initial: "user", oneOf: ["user", "lead"]),
    .string("email", .writable),
    .written("email_domain", writeDomain),
    .string("phone", .writable),
    .derived("formatted_phone", formattedPhone),
    .string("name", .writable),
    .model("avatar", avatar, .writable),
    .string("owner_id", .writable),
    .model("social_profiles", socialProfiles, initial: [:]),
    .boolean("has_hard_bounced", initial: false),
    .boolean("marked_email_as_spam", initial: false),
    .boolean("unsubscribed_from_emails", .writable, initial: false),
    .timestamp("created_at", .ordered),
    .timestamp("updated_at", .ordered),
    .timestamp("signed_up_at", .writable),
    .timestamp("last_seen_at", .writable),
    .timestamp("last_replied_at"),
    .timestamp("last_contacted_at"),
    .timestamp("last_email_opened_at"),
    .timestamp("last_email_clicked_at"),
    .string("language_override", .writable),
    .string("browser"), .string("browser_version"), .string("browser_language"), .string("os"),
    .model("location", location, initial: [:]),
    .string("android_app_name"), .string("android_app_version"), .string("android_device"),
    .string("android_os_version"), .string("android_sdk_version"), .timestamp("android_last_seen_at"),
    .string("ios_app_name"), .string("ios_app_version"), .string("ios_device"),
    .string("ios_os_version"), .string("ios_sdk_version"), .timestamp("ios_last_seen_at"),
    .object("custom_attributes").shown(CustomObjectReferences.shown("custom_attributes", of: .contact)),
    .written("tags", Taggings.writeList),
    .written("notes", Notes.writeList),
    .written("companies", Companies.writeList),
    .written("opted_out_subscription_types", Subscriptions.writeOptedOut),
    .written("opted_in_subscription_types", Subscriptions.writeOptedIn),
    .string("utm_campaign"), .string("utm_content"), .string("utm_medium"), .string("utm_source"), .string("utm_term"),
    .string("referrer"),
    .boolean("enabled_push_messaging"),
    .derived("merge_history", ContactMerges.history),
    .array("company_ids", [.hidden, .indexed]),
    .array("segment_ids", [.hidden, .indexed]),
    .boolean("archived", .hidden, initial: false),
    .boolean("blocked", .hidden, initial: false),
  ]

  static let avatar = Model("avatar", [.type("avatar"), .string("image_url")])

  static let location = Model(
    "contact_location",
    [
      .type("location"), .string("country"), .string("region"), .string("city"), .string("country_code"),
      .string("continent_code"),
    ])

  static let socialProfiles = Model(
    "contact_social_profiles", [.type("list"), .models("data", socialProfile)])

  static let socialProfile = Model(
    "social_profile", [.type("social_profile"), .string("name"), .string("url")])

  // Every contact of a list asks for these.
  private static let emailSlot = model.schema.slot("email") ?? 0
  static let companiesSlot = model.schema.slot("company_ids") ?? 0

  private static func writeDomain(_ contact: Record, _ call: Call, _ writer: inout JSONWriter) {
    let isDone: Void? = contact[slot: emailSlot].string?.utf8.withContiguousStorageIfAvailable { email in
      guard let at = email.lastIndex(of: UInt8(ascii: "@")) else { return writer.writeNull() }
      writer.write(string: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(email)[(at + 1)...]))
    }
    if isDone == nil { writer.writeNull() }
  }

  static func domain(of contact: Record) -> String? {
    guard let email = contact["email"].string, let at = email.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    return String(email[email.utf8.index(after: at)...])
  }

  /// Unknown: Intercom's own formatting; here the number as it was sent.
  private static func formattedPhone(_ contact: Record, _ call: Call) -> Node? {
    .string(contact["phone"].string)
  }
}
