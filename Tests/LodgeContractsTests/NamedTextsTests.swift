import LodgeContracts
import LodgeMessages
import LodgeModel
import Testing

@testable import LodgeContracts

/// What contracts and the catalogue of messages say of each other.
struct NamedTextsTests {
  @Test func consumersNameTextsOfTheCatalogue() {
    for consumer in KernelConsumer.all {
      switch consumer.proof {
      case .object, .nobody: break
      case .property(_, let id), .text(let id):
        #expect(MessageCatalogue.builtIn[id] != nil, "\(id)")
      }
    }
  }

  /// A number that no contract has leads nowhere.
  @Test func everyMessageLeadsToContracts() {
    let numbers = Set(allContracts.map(\.catalogue))
    for message in MessageCatalogue.builtIn.messages {
      #expect(numbers.isSuperset(of: message.contracts), "\(message.id)")
    }
  }

  @Test func noNameHasTwoConsumers() {
    let names = KernelConsumer.all.flatMap(\.names)
    #expect(Set(names).count == names.count)
  }
}
