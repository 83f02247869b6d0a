import Foundation
import LodgeBindings
import LodgeModel
import Testing

struct RPMChangelogTests {
  private let fixtures = Bundle.module.bundleURL.appending(path: "Fixtures/rpm")

  @Test func aHeaderTellsVersionsDaysAndLines() throws {
    let file = fixtures.appending(path: "noted.rpm").path(percentEncoded: false)
    let changelog = try RPMFile.changelog(of: file)
    #expect(changelog.source == "noted-10.1.0-5.el10.src.rpm")
    #expect(changelog.entries.map(\.version) == ["10.1.0-5", "10.1.0-4.el10", ""])
    #expect(changelog.entries.map(\.date) == ["2025-07-28", "2025-07-01", "2025-06-02"])
    #expect(
      changelog.entries.map(\.lines) == [
        ["- guests start again", "  on older hosts"], ["- 100% of tests pass | [noted]"],
        ["- without a version"],
      ])
  }

  @Test func whatIsNoPackageIsRefused() throws {
    let file = fixtures.appending(path: "noted.spec").path(percentEncoded: false)
    #expect(throws: RPMFailure.self) { try RPMFile.changelog(of: file) }
  }
}
