@testable import Store

/// The fields of a contact, in the order of its schema.
let contactFields = [
  "type", "id", "workspace_id", "external_id", "role", "email", "email_domain", "phone", "formatted_phone", "name",
  "owner_id", "has_hard_bounced", "marked_email_as_spam", "unsubscribed_from_emails", "created_at", "updated_at",
  "signed_up_at", "last_seen_at", "last_replied_at", "last_contacted_at", "last_email_opened_at",
  "last_email_clicked_at", "language_override", "browser", "browser_version", "browser_language", "os",
  "android_app_name", "android_app_version", "android_device", "android_os_version", "android_sdk_version",
  "android_last_seen_at", "ios_app_name", "ios_app_version", "ios_device", "ios_os_version", "ios_sdk_version",
  "ios_last_seen_at", "avatar", "location", "social_profiles", "custom_attributes", "company_ids", "segment_ids",
  "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term", "referrer", "sms_consent",
  "unsubscribed_from_sms", "archived", "deleted_at", "merged_into", "blocked",
]

func measureNameTable() {
  let table = NameTable(contactFields)
  let dictionary = Dictionary(uniqueKeysWithValues: zip(contactFields, contactFields.indices))
  let rounds = 1_000
  let operations = rounds * contactFields.count
  measure("field name to slot: NameTable", operations: operations) {
    for _ in 0..<rounds { for name in contactFields { keep(table[name]) } }
  }
  measure("field name to slot: Dictionary", operations: operations) {
    for _ in 0..<rounds { for name in contactFields { keep(dictionary[name]) } }
  }
  let encoded = contactFields.map { Array($0.utf8) }
  measure("UTF-8 name to slot: NameTable", operations: operations) {
    for _ in 0..<rounds { for name in encoded { keep(table.index(of: name.span)) } }
  }
  measure("UTF-8 name to slot: String and Dictionary", operations: operations) {
    for _ in 0..<rounds { for name in encoded { keep(dictionary[String(decoding: name, as: UTF8.self)]) } }
  }
  measure("fingerprint of a name", operations: operations) {
    for _ in 0..<rounds { for name in contactFields { keep(name.fingerprint) } }
  }
  measure("hashValue of a name", operations: operations) {
    for _ in 0..<rounds { for name in contactFields { keep(name.hashValue) } }
  }
}
