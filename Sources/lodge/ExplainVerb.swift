import ArgumentParser
import LodgeContracts
import LodgeModel
import LodgeSite

/// `lodge explain ID`: what a contract promises, why, and what to do when it is broken.
struct ExplainVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explains a contract, by its id or catalogue number.")

  @Argument(help: "An id such as kernel.vm-type-numbers, or a number such as R04.")
  var id: String?

  @Flag(help: "Name all contracts.")
  var list = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (id != nil) != list else { throw ValidationError("name a contract, or --list") }
  }

  mutating func run() async throws {
    guard let id else {
      let all = ContractList(allContracts)
      return try output.answer(all) { all.text(style: OutputOptions.style) }
    }
    let wanted = id.lowercased()
    guard
      let contract = allContracts.first(where: {
        $0.id == wanted || $0.catalogue.lowercased() == wanted
      })
    else {
      let near = nearest(to: wanted, among: allContracts.map(\.id)).map { "; did you mean \($0)?" }
      throw InputFailure(
        "there is no contract \(id)\(near ?? "; lodge explain --list names them all")")
    }
    let text = ContractText(contract)
    try output.answer(text) { text.text(style: OutputOptions.style) }
  }
}
