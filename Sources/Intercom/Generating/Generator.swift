import API
import HTTPMessage
import JSON
import Store

/// Makes companies, the contacts that belong to them, and the conversations that these have.
///
/// Everything is drawn from the seed, and times are counted back from the last midnight: the same order gives the same
/// records all day. Ids of contacts and companies are the seed's own; conversations take the next numbers.
final class Generator: Generation {
  let order: GenerationOrder
  let workspace: Workspace
  /// Stands for a request, where the resources want one.
  let call: Call
  /// The last midnight, in seconds.
  let today: Int64
  var dice: Dice
  /// Where ids come from, so that they do not depend on what was diced.
  private var ids: Dice
  /// The teammates who write, own and are assigned.
  let admins: [String]
  var companies: [String] = []
  var contacts: [String] = []
  private var companyCount = 0
  private var contactCount = 0
  private var conversationCount = 0
  var partCount = 0

  static let maker: GenerationOrder.Maker = { Generator($0, $1) }

  init(_ order: GenerationOrder, _ workspace: Workspace) {
    self.order = order
    self.workspace = workspace
    today = workspace.clock.now / 86_400 * 86_400
    dice = Dice(seed: order.seed)
    ids = dice
    admins = workspace[Admins.model].all
      .filter { !($0["email"].string?.hasPrefix("operator+") ?? false) }.map(\.id)
    let plan = VersionPlan(.preview, history: [], models: [])
    let operation = Operation(.post, "/_mock/generate", "generate", { _ in Reply(.ok) })
    call = Call(
      workspace: workspace, operation: operation, plan: plan,
      request: Request(method: .post, target: "/_mock/generate"))
  }

  var made: [(collection: String, count: Int)] {
    [
      ("companies", companyCount), ("contacts", contactCount), ("conversations", conversationCount),
      ("conversation_parts", partCount),
    ]
  }

  func setAside(in ids: inout IDGenerator) {
    let count = order.conversations
    ids.skip(count, in: Conversations.model.sequence, from: 1)
    ids.skip(count * Self.mostParts, in: ConversationParts.model.sequence, from: 1)
    ids.skip(count, in: "message", from: Conversations.firstMessage)
  }

  /// More parts than a conversation ever gets.
  private static let mostParts = 8

  func makeNext() -> Bool {
    if companyCount < order.companies {
      if companyCount == 0 { begin(1) }
      makeCompany(companyCount)
      companyCount += 1
    } else if contactCount < order.contacts {
      if contactCount == 0 { begin(2) }
      makeContact(contactCount)
      contactCount += 1
    } else if conversationCount < order.conversations, !contacts.isEmpty {
      if conversationCount == 0 { begin(3) }
      makeConversation()
      conversationCount += 1
    } else {
      return false
    }
    return true
  }

  /// Each kind has chances of its own: how many there are of one does not change another.
  private func begin(_ kind: UInt64) {
    dice = Dice(seed: order.seed &* 8 &+ kind)
    ids = Dice(seed: order.seed &* 8 &+ kind &+ 4)
  }

  /// A time so many seconds before the last midnight, recent ones more often.
  func past(within days: Int) -> Int64 {
    today - Int64(dice.smallNumber(1...(days * 86_400)))
  }

  /// An id of the seed: its time is fixed, so that it is the same on any day.
  func nextObjectID() -> String {
    ids.objectID(at: 1_700_000_000 + Int64(order.seed % 86_400))
  }

  /// Tells things of one seed from those of another.
  func mark(_ number: Int) -> String {
    "\(order.seed)-\(number + 1)"
  }
}
