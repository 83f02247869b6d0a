import Foundation
import LodgeBindings
import LodgeHost
import LodgeTesting
import Testing

@testable import LodgeLab

/// Which daemons a root is run with, and with which settings.
struct DaemonTests {
  private let folder: TemporaryFolder
  private let scratch: Scratch
  private let plan: LabPlan

  init() throws {
    folder = try TemporaryFolder()
    scratch = try Scratch(in: "\(folder.path)/scratch")
    plan = try LabPlan(ofNothingIn: folder)
  }

  private func kind(_ programs: [String], _ handler: StdioHandler? = nil) throws -> LabKind {
    for program in programs { try folder.write("", to: "root/usr/sbin/\(program)") }
    var plan = plan
    plan.stdioHandler = handler
    return try LabKind(of: plan, in: scratch)
  }

  /// A file that the daemons of a lab find at a path; nil where none stands there.
  private func file(_ path: String, of kind: LabKind) throws -> String? {
    for case .readOnly(let file, path) in kind.places {
      return try String(contentsOfFile: file, encoding: .utf8)
    }
    return nil
  }

  @Test(arguments: [
    (["libvirtd"], Daemon.monolithic, StdioHandler.file),
    (["libvirtd", "virtlogd"], .monolithic, .file),
    (["virtqemud"], .modular, .file),
    (["virtqemud", "virtlogd"], .modular, .logd),
    (["libvirtd", "virtqemud", "virtlogd"], .modular, .logd),
  ])
  func aRootIsRunAsItsDistributionRunsIt(
    programs: [String], daemon: Daemon, handler: StdioHandler
  ) throws {
    let kind = try kind(programs)
    #expect(kind.daemon == daemon && kind.stdioHandler == handler)
    let settings = try #require(try file("/etc/libvirt/\(daemon.rawValue).conf", of: kind))
    #expect(settings.contains("unix_sock_dir = \"\(DaemonSettings.socketsInside)\"\n"))
    let qemu = try #require(try file("/etc/libvirt/qemu.conf", of: kind))
    #expect(qemu.contains("stdio_handler = \"\(handler.rawValue)\"\n"))
    let virtlogd = try file("/etc/libvirt/virtlogd.conf", of: kind)
    #expect((virtlogd != nil) == (handler == .logd))
  }

  @Test func virtlogdIsTakenWhereItIsAskedFor() throws {
    let kind = try kind(["libvirtd", "virtlogd"], .logd)
    #expect(kind.daemon == .monolithic && kind.stdioHandler == .logd)
  }

  /// They would read each other's settings.
  @Test func theStylesShareNoFolder() throws {
    let usual = try kind(["libvirtd", "virtlogd"])
    let other = try kind(["libvirtd", "virtlogd"], .logd)
    #expect(usual.places != other.places)
  }
}
