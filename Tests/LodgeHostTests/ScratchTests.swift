import Foundation
import LodgeHost
import LodgeTesting
import Testing

struct ScratchTests {
  @Test func whatADeadRunLeftIsSwept() throws {
    let folder = try TemporaryFolder()
    try folder.write("half", to: "4242-dead/half-made/file")
    try folder.write("", to: "4242-dead.lock")
    let scratch = try Scratch(in: folder.path)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!left.contains { $0.hasPrefix("4242") })
    #expect(FileManager.default.fileExists(atPath: scratch.path))
  }

  @Test func whatALivingRunHoldsStays() throws {
    let folder = try TemporaryFolder()
    let first = try Scratch(in: folder.path)
    let second = try Scratch(in: folder.path)
    #expect(first.path != second.path)
    #expect(FileManager.default.fileExists(atPath: first.path))
  }

  @Test func whatOutlivesARunIsSweptOnceItIsFree() throws {
    let folder = try TemporaryFolder()
    let (kept, lock) = try Scratch(in: folder.path).outliving("kept")
    try makeFolder(kept)
    let holder = try FileLock(lock)
    _ = try Scratch(in: folder.path)
    #expect(FileManager.default.fileExists(atPath: kept))
    withExtendedLifetime(consume holder) {}
    _ = try Scratch(in: folder.path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func theFasterOfTwoTwinsStays() throws {
    let folder = try TemporaryFolder()
    for content in ["first", "second"] {
      try folder.write(content, to: "new/file")
      try publish("\(folder.path)/new", as: "\(folder.path)/place/thing")
    }
    let kept = try String(contentsOfFile: "\(folder.path)/place/thing/file", encoding: .utf8)
    #expect(kept == "first")
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/new"))
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("a file", to: "taken")
    let failure = #expect(throws: StorageFailure.self) {
      _ = try Scratch(in: "\(folder.path)/taken/below")
    }
    #expect("\(try #require(failure))".contains("\(folder.path)/taken/below"))
  }
}
