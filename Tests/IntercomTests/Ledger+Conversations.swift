import API
import JSON
import Store

@testable import Intercom

extension Invariants {
  /// State agrees with the last part, counts agree with lists, statistics are never negative.
  func conversationViolations() -> [String] {
    fixture.workspace[Conversations.model].all.flatMap { conversation in
      stateViolations(ofConversation: conversation) + statisticsViolations(of: conversation)
    }
  }

  private func stateViolations(ofConversation conversation: Record) -> [String] {
    var faults: [String] = []
    let state = conversation["state"].string
    if let last = ConversationParts.parts(of: conversation.id, in: fixture.workspace).last,
      last["state"].string != state
    {
      faults.append("conversation \(conversation.id) is \(state ?? "") after \(last["part_type"].string ?? "")")
    }
    if (state == "snoozed") == conversation["snoozed_until"].isEmpty {
      faults.append("conversation \(conversation.id) is \(state ?? "") with a wrong snoozed_until")
    }
    return faults
  }

  private func statisticsViolations(of conversation: Record) -> [String] {
    guard let statistics = conversation["statistics"].record else { return ["\(conversation.id) has no statistics"] }
    let parts = ConversationParts.parts(of: conversation.id, in: fixture.workspace).count
    let negative = statistics.schema.slots.filter { statistics[$0].integer ?? 0 < 0 }
    return negative.map { "conversation \(conversation.id): \($0) is negative" }
      + (statistics["count_conversation_parts"].integer == Int64(parts + 1)
        ? [] : ["conversation \(conversation.id) counts its parts wrongly"])
  }
}
