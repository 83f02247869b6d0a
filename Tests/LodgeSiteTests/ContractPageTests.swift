import Foundation
import LodgeContracts
import LodgeModel
import LodgeSite
import Testing

struct ContractPageTests {
  private static let file = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "docs/contracts.md")

  @Test func thePageIsCurrent() throws {
    let page = ContractPage(allContracts).text
    if ProcessInfo.processInfo.environment["LODGE_RECORD"] == "1" {
      try Data(page.utf8).write(to: Self.file)
    }
    #expect(
      try String(contentsOf: Self.file, encoding: .utf8) == page,
      "lodge explain --list --format markdown > docs/contracts.md makes it anew")
  }

  @Test func everyContractHasARowAndAnEntry() {
    let page = ContractPage(allContracts).text
    for contract in allContracts {
      let anchor = contract.catalogue.lowercased()
      #expect(page.contains("| [\(contract.catalogue)](#\(anchor)) | `\(contract.id)` |"))
      #expect(page.contains("<a id=\"\(anchor)\"></a>\(contract.catalogue) `\(contract.id)`"))
    }
  }

  @Test func textOfAContractCannotBecomeMarkup() {
    let page = ContractPage(allContracts).text
    #expect(page.contains("/sys/module/kvm\\_amd/parameters/sev\\_snp"))
    #expect(!page.contains("kvm_amd"))
  }
}
