import API
import Store

extension Contacts {
  /// search.md, 4.
  static let searchFields: [SearchField] = [
    .text("id", index: "id"), .text("role"), .text("name"), .text("avatar", at: "avatar.image_url"),
    .text("owner_id"), .text("email", index: "email", foldsIndex: true),
    .text("email_domain", from: domain), .text("phone"),
    .text("formatted_phone", at: "phone", .since(.v2_16)),
    .text("external_id", index: "external_id"),
    .date("created_at"), .date("signed_up_at"), .date("updated_at"), .date("last_seen_at"),
    .date("last_contacted_at"), .date("last_replied_at"), .date("last_email_opened_at"),
    .date("last_email_clicked_at"),
    .text("language_override"), .text("browser"), .text("browser_language"), .text("os"),
    .text("location.country"), .text("location.region"), .text("location.city"),
    .boolean("unsubscribed_from_emails"), .boolean("marked_email_as_spam"), .boolean("has_hard_bounced"),
    .date("ios_last_seen_at"), .text("ios_app_version"), .text("ios_device"), .text("ios_app_device", at: "ios_device"),
    .text("ios_os_version"), .text("ios_app_name"), .text("ios_sdk_version"),
    .date("android_last_seen_at"), .text("android_app_version"), .text("android_device"), .text("android_app_name"),
    // Misspelt in every version.
    .text("andoid_sdk_version", at: "android_sdk_version"),
    .ids("segment_id") { id, workspace in workspace[model].rows(in: "segment_ids", under: id) },
    .ids("tag_id", Taggings.contacts),
    .attributes("custom_attributes", attributeTime),
  ]

  private static func attributeTime(_ name: String, _ call: Call) -> SearchField.AttributeTime? {
    switch DataAttributes.defined(name, of: "contact", call)?["data_type"].string {
    case "date": .day
    case "datetime": .time
    default: nil
    }
  }

  static func search(_ call: Call) throws -> Reply {
    try searching.reply(call.workspace[model], among: notArchived, listing, call)
  }

  /// Archived contacts are hidden until they come back. Unknown: whether the real search shows them.
  private static let notArchived = Predicate.not(
    .column(.field(-1), .number { $0["archived"] == true ? 1 : nil }, .present))
}
