import Foundation
import LodgeHost
import LodgeTesting
import Testing

@testable import LodgePackages

struct RepositoryIndexTests {
  private let good = """
    <?xml version="1.0" encoding="UTF-8"?>
    <repomd xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm">
      <revision>1786000000</revision>
      <data type="primary">
        <checksum type="sha256">\(String(repeating: "a", count: 64))</checksum>
        <open-checksum type="sha256">\(String(repeating: "b", count: 64))</open-checksum>
        <location href="repodata/primary.xml.zst"/>
        <timestamp>1786000000</timestamp><size>700</size><open-size>4000</open-size>
      </data>
      <data type="updateinfo">
        <checksum type="sha">11</checksum><location href="../updateinfo.xml"/>
      </data>
    </repomd>
    """

  private func read(_ text: String) throws -> RepositoryIndex {
    try RepositoryIndex(reading: Data(text.utf8), of: "sig")
  }

  @Test func recordsAreRead() throws {
    let record = try #require(try read(good).records["primary"])
    #expect(record.location == "repodata/primary.xml.zst")
    #expect(record.checksum.description == "sha256:" + String(repeating: "a", count: 64))
    #expect(record.openChecksum?.hex == String(repeating: "b", count: 64))
    #expect((record.size, record.openSize) == (700, 4000))
    #expect(try read(good).records["updateinfo"] == nil, "what nobody reads may be odd")
  }

  @Test(arguments: [
    ("repodata/primary.xml.zst", "../../etc/passwd", "not below the repository"),
    ("repodata/primary.xml.zst", "/etc/passwd", "not below the repository"),
    ("repodata/primary.xml.zst", "http://evil.example/x", "not below the repository"),
    ("\"sha256\">a", "\"md5\">a", "SHA-256 or better"),
    ("\"primary\"", "\"other\"", "lists no primary metadata"),
    ("repomd ", "html ", "cannot be read"),
    ("<revision>", "<!DOCTYPE x [<!ENTITY a \"b\">]><revision>", "cannot be read"),
    ("</repomd>", "", "cannot be read"),
  ])
  func whatIsWrongIsNamed(before: String, after: String, words: String) throws {
    #expect(good.contains(before))
    let failure = #expect(throws: PackageFailure.self) {
      try read(good.replacing(before, with: after))
    }
    #expect("\(try #require(failure))".contains(words), "\(failure.map { "\($0)" } ?? "")")
    #expect("\(try #require(failure))".contains("repository sig"))
  }

  @Test func damagedIndicesNeverTrap() {
    var random = SplitMix(state: 6)
    for _ in 0..<5000 {
      var bytes = Array(good.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      }
      _ = try? RepositoryIndex(reading: Data(bytes), of: "sig")
    }
  }
}

struct MetalinkTests {
  private let good = """
    <metalink version="3.0" xmlns:mm0="http://fedorahosted.org/mirrormanager">
     <files><file name="repomd.xml">
      <mm0:timestamp>1</mm0:timestamp><size>3000</size>
      <verification><hash type="md5">00</hash><hash type="sha256">\(String(repeating: "1", count: 64))</hash></verification>
      <mm0:alternates><mm0:alternate><verification>
        <hash type="sha512">\(String(repeating: "2", count: 128))</hash></verification></mm0:alternate></mm0:alternates>
      <resources maxconnections="1">
       <url protocol="rsync" type="rsync" preference="100">rsync://a.example/x/repodata/repomd.xml</url>
       <url protocol="http" type="http" preference="90">http://slow.example/x/repodata/repomd.xml</url>
       <url protocol="https" type="https" preference="100">https://fast.example/x/repodata/repomd.xml</url>
      </resources></file></files></metalink>
    """

  @Test func mirrorsComeInTheirOrderAndOlderIndicesCount() throws {
    let link = try Metalink(reading: Data(good.utf8), of: "sig")
    #expect(link.bases == ["https://fast.example/x", "http://slow.example/x"])
    #expect(link.checksums.map(\.kind) == [.sha256, .sha512])
  }

  @Test(arguments: [
    ("repomd.xml\">", "other.xml\">", "names no repomd.xml"),
    ("http://slow", "ftp://slow", ""),
    ("<hash type=\"sha256\">", "<hash type=\"sha1\">", ""),
  ])
  func aMetalinkWithoutUseIsRefused(before: String, after: String, words: String) throws {
    #expect(good.contains(before))
    let text = good.replacing(before, with: after)
    guard !words.isEmpty else {
      #expect(throws: Never.self) { try Metalink(reading: Data(text.utf8), of: "sig") }
      return
    }
    let failure = #expect(throws: PackageFailure.self) {
      try Metalink(reading: Data(text.utf8), of: "sig")
    }
    #expect("\(try #require(failure))".contains(words))
  }
}

struct HeaderExtentTests {
  private func file(entries: Int, bytes: Int) -> Data {
    func header(_ entries: Int, _ bytes: Int) -> [UInt8] {
      let number = { (value: Int) in (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }
      return [0x8E, 0xAD, 0xE8, 1, 0, 0, 0, 0] + number(entries) + number(bytes)
        + [UInt8](repeating: 0, count: min(1 << 16, 16 * entries + bytes))
    }
    var file: [UInt8] = [0xED, 0xAB, 0xEE, 0xDB] + [UInt8](repeating: 0, count: 92)
    file += header(2, 5)
    file += [UInt8](repeating: 0, count: 3)
    return Data(file + header(entries, bytes))
  }

  @Test func bothHeadersAndThePaddingCount() {
    let file = file(entries: 3, bytes: 100)
    #expect(HeaderExtent(in: file) == .bytes(96 + 16 + 32 + 5 + 3 + 16 + 48 + 100))
    #expect(file.count == 96 + 16 + 32 + 5 + 3 + 16 + 48 + 100)
  }

  @Test func tooLittleIsUnknownAndOtherBytesAreNone() {
    let file = file(entries: 3, bytes: 100)
    for count in 0..<160 { #expect(HeaderExtent(in: file.prefix(count)) == .unknown) }
    #expect(HeaderExtent(in: Data("!<arch>\n".utf8)) == .none)
    var other = file
    other[96] = 0
    #expect(HeaderExtent(in: other) == .none)
    #expect(HeaderExtent(in: self.file(entries: 3, bytes: 1 << 30)) == .none)
  }
}
