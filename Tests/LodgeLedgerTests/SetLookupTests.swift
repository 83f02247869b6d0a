import LodgeLedger
import LodgeModel
import Testing

/// Sets by the beginning of their id, and the build before.
struct SetLookupTests {
  private let folder: Folder
  private let ledger: Ledger

  init() throws {
    folder = try Folder()
    ledger = try Ledger(path: folder.path("ledger.sqlite"))
  }

  /// The id that begins with some digits.
  private func id(_ digits: String) throws -> Digest {
    try #require(Digest(digits + String(repeating: "0", count: 64 - digits.count)))
  }

  /// Records a set in a run of its own; a measured one was launched.
  private func record(_ id: Digest, named name: String = "sid", measured: Bool = true) throws {
    let run = try ledger.begin(Sample.start)
    try ledger.record(Sample.lock(packages: 2), id: id, name: name, run: run)
    var cell = Sample.cell("sev/launch")
    if measured { cell.measurements = [Sample.measured(.sev, "aa")] }
    try ledger.record(cells: [cell], ofSet: id, run: run)
  }

  @Test(arguments: [
    ("abcd", ["abcd2", "abcd1"]), ("abcd1", ["abcd1"]), ("sha256:abcd1", ["abcd1"]),
    ("sha256:abcd", ["abcd2", "abcd1"]), ("ABCD2", ["abcd2"]), ("ffff", []), ("abcd3", []),
  ])
  func idsAreFoundByTheirBeginning(_ text: String, _ found: [String]) throws {
    for digits in ["abcd2", "1234", "abcd1"] { try record(id(digits)) }
    #expect(try ledger.ids(startingWith: text) == found.map(id))
  }

  @Test func aWholeIdIsItsOwnBeginning() throws {
    let set = try id("abcd")
    try record(set)
    #expect(try ledger.ids(startingWith: set.hex) == [set])
    #expect(try ledger.ids(startingWith: "\(set)") == [set])
    #expect(try ledger.ids(startingWith: set.hex + "0") == [])
  }

  @Test(arguments: ["", "a", "abc", "sha256:", "sha256:abc"])
  func fewerThanFourDigitsFindNothing(_ text: String) throws {
    try record(id("abcd"))
    #expect(try ledger.ids(startingWith: text) == [])
  }

  @Test(arguments: ["****", "abc?", "abc*", "[a]bcd", "abcd*", "ab'd", "abc\u{FF11}", "sid "])
  func patternsAndOtherTextFindNothing(_ text: String) throws {
    try record(id("abcd1"))
    #expect(try ledger.ids(startingWith: text) == [])
  }

  @Test func theBuildBeforeIsTheNewestOtherOneThatWasMeasured() throws {
    for digits in ["1111", "2222"] { try record(id(digits)) }
    try record(id("3333"), measured: false)
    try record(id("4444"), named: "trixie")
    try record(id("5555"))
    #expect(
      try ledger.latest(named: "sid", otherThan: id("5555"), measured: true)?.id == id("2222"))
    #expect(
      try ledger.latest(named: "sid", otherThan: id("2222"), measured: true)?.id == id("5555"))
    #expect(try ledger.latest(named: "sid", otherThan: nil, measured: true)?.id == id("5555"))
    let before = try ledger.latest(named: "sid", otherThan: id("5555"), measured: true)
    #expect(before?.name == "sid" && before?.cells.count == 1)
    #expect(before?.cells.first?.measurements == [Sample.measured(.sev, "aa")])
  }

  @Test func whatWasOnlyReadIsABuildBeforeToo() throws {
    try record(id("1111"))
    try record(id("2222"), measured: false)
    try record(id("3333"))
    #expect(try ledger.latest(named: "sid", otherThan: id("3333"))?.id == id("2222"))
  }

  @Test func aBuildThatIsRunAgainIsTheNewest() throws {
    for digits in ["1111", "2222", "1111", "3333"] { try record(id(digits)) }
    #expect(
      try ledger.latest(named: "sid", otherThan: id("3333"), measured: true)?.id == id("1111"))
  }

  @Test func whereNoOtherBuildWasMeasuredThereIsNone() throws {
    try record(id("1111"))
    try record(id("2222"), measured: false)
    try record(id("3333"), named: "trixie")
    #expect(try ledger.latest(named: "sid", otherThan: id("1111"), measured: true) == nil)
    #expect(try ledger.latest(named: "bookworm", otherThan: id("1111"), measured: true) == nil)
    #expect(try ledger.latest(named: "bookworm", otherThan: nil, measured: true) == nil)
  }
}
