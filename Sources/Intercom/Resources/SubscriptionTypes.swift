import API
import JSON
import Store

/// Subscription types: what contacts may say yes or no to.
enum SubscriptionTypes: Resource {
  static let operations: [Operation] = [
    .get("/subscription_types", "listSubscriptionTypes", list)
  ]

  static let model = Model(
    "subscription_type", collection: "subscription_types", ids: .sequence(from: 1),
    [.type("subscription"), .string("id"), .string("state"), .string("consent_type")])

  static let models = [Subscriptions.model]
}
