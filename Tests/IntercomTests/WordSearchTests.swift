import API
import JSON
import Testing

@testable import Intercom

@Suite struct WordSearchTests {
  @Test(
    arguments: [
      ("refund", "<p>Refunds take a <b>week</b>.</p>"), ("REFUND WEEK", "<p>Refunds take a <b>week</b>.</p>"),
      ("creer", "Créer un compte"), ("créer", "CREER"), ("crée\u{301}", "cre\u{301}er"), ("strasse", "Straße"),
      ("Ηλιος", "ήλιος"), ("日本", "日本語"), ("2fa", "Use 2FA"), ("smorrebrod", "Smørrebrød"), ("việt nam", "Viet Nam"),
    ])
  func `a word is found whatever its case and accents, whole or as a beginning`(phrase: String, text: String) {
    #expect(WordSearch(phrase: phrase).score(of: [WordSearch.WeightedText(text, weight: 1, isHTML: true)]) != nil)
  }

  @Test(
    arguments: [
      ("refund month", "<p>Refunds take a week.</p>"), ("class", "<p class=\"no-margin\">Hello</p>"),
      ("nbsp", "a&nbsp;b"), ("fund", "refund"), ("lost", "before <a href=\"lost"),
    ])
  func `what is not a word of the text is not found`(phrase: String, text: String) {
    #expect(WordSearch(phrase: phrase).score(of: [WordSearch.WeightedText(text, weight: 1, isHTML: true)]) == nil)
  }

  @Test func `the best comes first, and equals stay in order`() {
    let texts = [
      "your refund is late", "about your order", "a late order", "late, your order", "your late order", "late",
    ]
    let found = WordSearch(phrase: "your late order").ranked(texts) { [WordSearch.WeightedText($0, weight: 1)] }
    #expect(found == ["your late order", "late, your order"])
    let late = WordSearch(phrase: "late").ranked(texts + ["lately"]) { [WordSearch.WeightedText($0, weight: 1)] }
    #expect(late == ["your refund is late", "a late order", "late, your order", "your late order", "late", "lately"])
  }

  @Test func `words may stand in different texts, and a title counts more`() {
    let search = WordSearch(phrase: "refund order")
    let split = search.score(of: [
      WordSearch.WeightedText("Refund", weight: 4), WordSearch.WeightedText("an order", weight: 1),
    ])
    let body = search.score(of: [
      WordSearch.WeightedText("Hello", weight: 4), WordSearch.WeightedText("an order, a refund", weight: 1),
    ])
    #expect((split ?? 0) > (body ?? 0))
  }

  @Test func `without words everything is found`() {
    #expect(WordSearch(phrase: " … ").isEmpty)
    #expect(WordSearch(phrase: "").ranked([3, 1, 2]) { _ in [] } == [3, 1, 2])
  }

  @Test func `a very long text of open tags is read in one go`() {
    let text = String(repeating: "<", count: 1_000_000)
    #expect(WordSearch(phrase: "a").score(of: [WordSearch.WeightedText(text, weight: 1, isHTML: true)]) == nil)
  }

  @Test func `hits are the letters as they stand`() {
    let text = "Où créer? Créé e\u{301}te\u{301}"
    let hits = WordSearch(phrase: "cree ete").hits(in: text).map { range in
      String(decoding: Array(text.utf8)[range], as: UTF8.self)
    }
    #expect(hits == ["créer", "Créé", "e\u{301}te\u{301}"])
  }
}
