import Foundation
import LodgeHost
import LodgeModel
import Testing

struct LockTests {
  private func package(_ name: String) throws -> Package {
    let digest = try #require(Digest(String(repeating: "ab", count: 32)))
    return Package(
      name: name, version: "1:2-3", architecture: "amd64", sha256: digest, size: 5,
      origin: "Debian", suite: "sid", signature: .verified, path: "pool/\(name).deb")
  }

  @Test func theOrderOfPackagesDoesNotChangeTheId() throws {
    let (a, b) = (try package("a"), try package("b"))
    #expect(Lock(packages: [a, b]).id == Lock(packages: [b, a]).id)
    #expect(Lock(packages: [a]).id != Lock(packages: [b]).id)
  }

  @Test func whatWasWrittenIsReadBackToTheByte() throws {
    let expiry = Lock.AcceptedExpiry(
      suite: "sid", validUntil: Date(timeIntervalSince1970: 1_000_000))
    let lock = Lock(packages: [try package("a")], acceptExpired: [expiry])
    let again = try Lock(reading: lock.canonicalBytes)
    #expect(again == lock)
    #expect(again.canonicalBytes == lock.canonicalBytes)
  }

  @Test func whereCopiesArePlaysNoPartInTheId() throws {
    let packages = [try package("a")]
    let here = Lock(packages: packages, sources: [Lock.Source(id: "sid", baseurl: "http://a")])
    let there = Lock(
      packages: packages,
      sources: [Lock.Source(id: "sid", topurl: "http://b", tag: "t", event: 7)])
    #expect(here.id == there.id && here.id == Lock(packages: packages).id && here != there)
    #expect(try Lock(reading: there.canonicalBytes) == there)
    #expect(there.source(of: packages[0])?.description == "from sid: http://b tag t at event 7")
    #expect(Lock(packages: packages).source(of: packages[0]) == nil)
  }

  @Test func otherFilesAreToldApart() {
    #expect(throws: LockFailure.notALock) { try Lock(reading: Data("hello".utf8)) }
    #expect(throws: LockFailure.otherSchema("lodge.lock/9")) {
      try Lock(reading: Data(#"{"schema": "lodge.lock/9"}"#.utf8))
    }
    #expect(throws: LockFailure.self) {
      try Lock(reading: Data(#"{"schema": "lodge.lock/1", "packages": 3}"#.utf8))
    }
  }
}
