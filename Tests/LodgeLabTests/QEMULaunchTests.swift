import Foundation
import LodgeLab
import LodgeTesting
import Testing

struct QEMULaunchTests {
  private let recorded: String

  init() throws {
    recorded = try String(
      contentsOf: ModelledHost.fixtures.appending(path: "logs/domain-12.8.0+11.1.3_x86_64.log"),
      encoding: .utf8)
  }

  @Test func argumentsOutputAndEndAreTakenApart() throws {
    let launch = try #require(QEMULaunch.all(in: recorded).first)
    #expect(
      launch.commandLine.prefix(3) == [
        "/usr/bin/qemu-system-x86_64", "-name", "guest=plain,debug-threads=on",
      ])
    #expect(launch.commandLine.suffix(2) == ["-msg", "timestamp=on"])
    let index = try #require(launch.commandLine.firstIndex(of: "-object"))
    #expect(launch.commandLine[index + 1].hasPrefix(#"{"qom-type":"secret","id":"masterKey0""#))
    #expect(launch.output.contains { $0.contains("terminating on signal 15") })
    #expect(launch.endReason == "destroyed")
  }

  @Test func everyStartIsALaunch() {
    let launches = QEMULaunch.all(in: recorded + recorded)
    #expect(launches.count == 2)
    #expect(launches[0] == launches[1])
  }

  @Test func quotesAreUndone() {
    let log = """
      x: starting up libvirt version: 1
      PATH=/bin \\
      '/usr/bin/a b' \\
      -name 'it'\\''s' \\
      '' end
      said
      """
    #expect(
      QEMULaunch.all(in: log) == [
        QEMULaunch(commandLine: ["/usr/bin/a b", "-name", "it's", "", "end"], output: ["said"])
      ])
  }

  @Test func damagedLogsAreTakenAsTheyAre() {
    var random = SplitMix(state: 7)
    for _ in 0..<300 {
      var bytes = Array(recorded.utf8)
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      for _ in 0..<20 where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      #expect(QEMULaunch.all(in: String(decoding: bytes, as: UTF8.self)).count <= 1)
    }
  }
}
