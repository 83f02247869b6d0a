import Foundation
import LodgeTesting
import Testing

@testable import LodgeScenarios

/// The command line that a libvirt made for a domain of a type.
func recordedArguments(_ libvirt: String, type: String = "plain") throws -> String {
  String(decoding: try fixture("arguments/\(type)-libvirt-\(libvirt).args"), as: UTF8.self)
}

struct ArgumentVectorTests {
  @Test(arguments: ["9.0.0", "11.3.0", "12.8.0"])
  func aShellLineAndACommandLineGiveTheSame(_ libvirt: String) throws {
    let vector = try ArgumentVector(shell: recordedArguments(libvirt))
    #expect(vector.program == "/usr/bin/qemu-system-x86_64")
    #expect(vector.arguments.first == .init("name", "guest=plain,debug-threads=on"))
    #expect(vector.arguments.contains(.init("no-shutdown", nil)))
    #expect(vector.values(of: "blockdev").count == 2)
    let words =
      [vector.program]
      + vector.arguments.flatMap { ["-\($0.option)"] + [$0.value].compactMap(\.self) }
    let data = Data(words.joined(separator: "\0").utf8) + [0]
    #expect(try ArgumentVector(commandLine: data) == vector)
  }

  @Test func theLastCommandOfALogIsRead() throws {
    let log = """
      2026-11-24 04:00:00.000+0000: starting up libvirt version: 12.8.0
      LC_ALL=C \\
      PATH=/usr/bin \\
      /usr/bin/qemu-system-x86_64 \\
      -name guest=old \\
      -S
      2026-11-24 04:00:01.000+0000: shutting down, reason=failed
      2026-11-24 04:01:00.000+0000: starting up libvirt version: 12.8.0
      LC_ALL=C \\
      PATH=/usr/bin \\
      /usr/bin/qemu-system-x86_64 \\
      -name 'guest=it'\\''s new' \\
      -S
      2026-11-24T04:01:00.1Z qemu-system-x86_64: -accel kvm: no
      """
    let vector = try ArgumentVector(log: log)
    #expect(vector.arguments == [.init("name", "guest=it's new"), .init("S", nil)])
  }

  @Test(arguments: ["", "A=1", "/usr/bin/qemu stray", "/usr/bin/qemu -name 'open"])
  func whatIsNoCommandLineIsRefused(_ text: String) {
    #expect(throws: ArgumentFailure.self) { try ArgumentVector(shell: text) }
    #expect(throws: ArgumentFailure.self) { try ArgumentVector(log: text) }
  }

  @Test func aDoubledCommaIsText() {
    let list = KeyValues("q35,file=a,,b,usb=off,hpet")
    #expect(list.first == "q35")
    #expect(list["file"] == "a,b")
    #expect(list.pairs.map(\.key) == ["file", "usb", "hpet"])
  }

  @Test func twoLibvirtsAreComparedArgumentByArgument() throws {
    let old = try ArgumentVector(shell: recordedArguments("9.0.0"))
    let new = try ArgumentVector(shell: recordedArguments("12.8.0"))
    let told = new.difference(from: old).map(\.description)
    #expect(told.contains("-machine: acpi was absent, is on; value was pc-q35-7.2, is pc-q35-11.1"))
    #expect(told.contains("-mon monitor is gone"))
    #expect(told.contains("-object monitor is new"))
    #expect(new.difference(from: new).isEmpty)
  }

  @Test func theNumberOfARunIsNoDifference() throws {
    let line =
      "q -object '{\"qom-type\":\"secret\",\"id\":\"a\",\"file\":\"/domain-1-x/k\"}' -add-fd fd=3"
    let again = line.replacing("domain-1", with: "domain-22").replacing("fd=3", with: "fd=9")
    let (one, other) = (try ArgumentVector(shell: line), try ArgumentVector(shell: again))
    #expect(other.difference(from: one).isEmpty)
  }
}
