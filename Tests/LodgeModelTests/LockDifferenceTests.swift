import LodgeModel
import Testing

struct LockDifferenceTests {
  private func package(
    _ name: String, _ version: String, _ byte: String = "ab"
  ) -> Package {
    Package(
      name: name, version: version, architecture: "x86_64",
      sha256: Digest(String(repeating: byte, count: 32)), size: 1, origin: "",
      suite: "sig", signature: .verified, path: name)
  }

  @Test func everyKindOfChangeIsToldApart() {
    let old = Lock(packages: [
      package("edk2", "1"), package("gone", "1"), package("kernel", "6"),
      package("same", "1"),
    ])
    let new = Lock(packages: [
      package("edk2", "1", "cd"), package("kernel", "7"), package("new", "1"),
      package("same", "1"),
    ])
    #expect(
      LockDifference(from: old, to: new).changes.map(\.description) == [
        "! edk2 1 x86_64: same version, other bytes", "- gone 1 x86_64",
        "~ kernel 6 -> 7 x86_64", "+ new 1 x86_64",
      ])
    #expect(LockDifference(from: old, to: old).changes.isEmpty)
  }

  @Test func severalVersionsOfOnePackageArePaired() {
    let one = Lock(packages: [package("kernel", "6")])
    let two = Lock(packages: [package("kernel", "6"), package("kernel", "7", "cd")])
    #expect(
      LockDifference(from: one, to: two).changes.map(\.description) == ["+ kernel 7 x86_64"])
  }
}
