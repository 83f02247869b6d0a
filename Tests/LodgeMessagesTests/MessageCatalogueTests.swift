import LodgeMessages
import LodgeModel
import Testing
import Yams

struct MessageCatalogueTests {
  private let catalogue = MessageCatalogue.builtIn

  @Test func idsAreUniqueAndNameTheirMember() {
    #expect(catalogue.messages.count >= 150)
    var seen: Set<String> = []
    for message in catalogue.messages {
      #expect(seen.insert(message.id).inserted, "\(message.id)")
      #expect(
        message.id.wholeMatch(of: /(kernel|qemu|libvirt|firmware)(\.[a-z0-9]+(-[a-z0-9]+)*){2}/)
          != nil, "\(message.id)")
      #expect(message.id.hasPrefix("\(message.member.rawValue)."), "\(message.id)")
    }
  }

  @Test func everyEntryIsWhole() {
    for message in catalogue.messages {
      #expect(message.text == message.text.trimmed && message.text.count >= 4, "\(message.id)")
      #expect(message.meaning.count > 15 && !message.meaning.hasSuffix("."), "\(message.id)")
      #expect(!message.contracts.isEmpty, "\(message.id)")
      for number in message.contracts {
        #expect(number.wholeMatch(of: /R[0-6][0-9]|C1[0-7]/) != nil, "\(message.id)")
      }
      for thread in message.threads {
        #expect(thread.wholeMatch(of: /[\w.\-]+\/[\w.\-]+#[0-9]+/) != nil, "\(message.id)")
      }
      for version in [message.since, message.until].compactMap(\.self) {
        #expect(version.wholeMatch(of: /[0-9]+\.[0-9]+|20[0-9]{4}/) != nil, "\(message.id)")
      }
    }
  }

  /// Of a text that upstream never had, or that shows an ability, no version is expected.
  @Test func onlyTextsOfUpstreamHaveVersions() {
    for message in catalogue.messages {
      if message.tree != nil || message.isMarker {
        #expect(message.since == nil && message.until == nil, "\(message.id)")
      } else {
        #expect(message.since != nil || message.until != nil, "\(message.id)")
      }
    }
  }

  @Test func noTextIsThereTwice() {
    let texts = catalogue.messages.filter { !$0.isMarker }.map { "\($0.member) \($0.text)" }
    #expect(Set(texts).count == texts.count)
  }

  /// A misspelt key would be passed over in silence.
  @Test func everyKeyIsKnown() throws {
    let known = [
      "id", "in", "text", "since", "until", "tree", "words", "readers", "threads", "contracts",
      "meaning",
    ]
    let top = try #require(try Yams.compose(yaml: MessageCatalogue.builtInText)?.mapping)
    #expect(top.keys.compactMap(\.string) == ["messages", "markers"])
    for list in top.values {
      for entry in try #require(list.sequence) {
        let keys = try #require(entry.mapping).keys.compactMap(\.string)
        #expect(Set(keys).isSubset(of: known) && Set(keys).count == keys.count, "\(keys)")
      }
    }
  }

  @Test func damagedTextsAreRefused() {
    for text in ["", "messages: 1", "messages: []", "messages: [{id: a}]\nmarkers: []", "\u{0}"] {
      #expect(throws: (any Error).self) { try MessageCatalogue(yaml: text) }
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
