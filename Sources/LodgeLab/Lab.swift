import Foundation
import Glibc
package import LodgeBindings
package import LodgeHost

/// A running sandbox of one root with its libvirt daemon on a modelled host.
package struct Lab: Sendable {
  package let connection: LibvirtConnection
  package let folder: LabFolder
  let meter: Meter
  private let kind: LabKind
  private let sandbox: LabSandbox

  /// Opens a lab, does some work in it and closes it, with everything that runs in it.
  ///
  /// With `staying` it is left open, until somebody ends it as ``farewell`` says; the next start
  /// of Lodge after that removes its folder.
  ///
  /// - Throws: ``LabFailure``, ``StorageFailure``, ``LibvirtFailure``, and what the work throws.
  package static func opened<Result: Sendable>(
    _ plan: LabPlan, in scratch: Scratch, staying: Bool = false,
    _ work: (Lab) async throws -> Result
  ) async throws -> Result {
    guard Command.locate("bwrap") != nil else { throw LabFailure.noSandbox }
    let kind = try LabKind(of: plan, in: scratch)
    let outliving = staying ? scratch.outliving("lab") : nil
    let folder = try LabFolder(outliving?.folder ?? scratch.fresh("lab"))
    let command = try plan.command(kind, in: folder)
    guard let outliving else {
      defer { folder.remove() }
      return try await attached(command, folder, kind, plan, work)
    }
    try await command.detach(holding: outliving.lock, log: folder.output)
    let sandbox = try await LabSandbox.detached(settling: outliving.lock)
    do {
      return try await work(Lab(folder, kind, sandbox, of: plan))
    } catch let failure as LabFailure {
      // Nobody wants a lab to stay that never answered.
      if let process = processHolding(outliving.lock) { kill(process, SIGKILL) }
      throw failure
    }
  }

  /// A function of its own, so that nothing runs any more when the caller removes the folder.
  private static func attached<Result: Sendable>(
    _ command: Command, _ folder: LabFolder, _ kind: LabKind, _ plan: LabPlan,
    _ work: (Lab) async throws -> Result
  ) async throws -> Result {
    let watch = LabSandbox.Watch()
    async let _: Void = watch.run(command)
    let lab = try await Lab(folder, kind, .attached(watch), of: plan)
    defer { lab.connection.close() }
    return try await work(lab)
  }

  /// Waits until the daemon answers.
  private init(
    _ folder: LabFolder, _ kind: LabKind, _ sandbox: LabSandbox, of plan: LabPlan
  ) async throws {
    let deadline = plan.startsWithin
    (self.folder, self.kind, self.sandbox) = (folder, kind, sandbox)
    meter = Meter(
      KeptFiles(root: plan.root, folder), hostSignature: plan.processorSignature)
    let socket = DaemonSocket(folder: folder.sockets, name: kind.daemon.socket)
    let clock = ContinuousClock()
    let end = clock.now + deadline
    var last: LibvirtFailure?
    while true {
      if let (ending, words) = sandbox.ending {
        throw LabFailure.died(kind.started(in: folder), ending, words: words + folder.daemonLog)
      }
      guard clock.now < end else {
        let words = folder.daemonLog + (last.map { "\($0)" } ?? "")
        throw LabFailure.silent(kind.started(in: folder), deadline, words: words)
      }
      do throws(LibvirtFailure) {
        if let connection = try await socket.connect(within: end - clock.now) {
          self.connection = connection
          await readSchema()
          return
        }
      } catch {
        // A socket stands there a little before somebody listens; a daemon that died on the way
        // is told by its own words in the next round.
        last = error
      }
      try await Task.sleep(for: .milliseconds(2))
    }
  }
}

extension Lab {
  /// Has libvirt read its schema of domains once, before several scenarios have it do so at once.
  ///
  /// libxml2 sets up the types of schemas when it reads the first one, and marks them as there before
  /// they are: a second thread finds "type 'string' is not exported by type library". The domain is
  /// none, so that nothing is defined.
  /// **Source:** libxml2 2.9 to 2.14, relaxng.c, `xmlRelaxNGInitTypes`.
  private func readSchema() async {
    _ = try? await connection.define("<domain/>", within: .seconds(60))
  }

  /// Has libvirt find out about the emulators now, once for all scenarios that wait for it.
  ///
  /// A probe that fails is no trouble of the lab: the scenarios meet it again, and tell it.
  package func probeEmulators() async {
    _ = try? await connection.domainCapabilities(within: .seconds(60))
  }

  /// Why libvirt stopped answering; nil while its daemon runs.
  package var obituary: LabFailure? {
    sandbox.ending.map { .died(kind.daemon.rawValue, $0, words: $1 + folder.daemonLog) }
  }

  /// The command for people that reaches the lab.
  package var virsh: String { DaemonSocket(folder: folder.sockets, name: kind.daemon.socket).virsh }

  /// How to reach a lab that stays, and how to end it, for people.
  package var farewell: String {
    guard case .detached(let lock) = sandbox, let process = processHolding(lock) else {
      return "the lab is gone"
    }
    return "the lab stays: \(virsh)\nto end it: kill \(process)"
  }
}

extension LabKind {
  /// The program that was started last, by name.
  fileprivate func started(in folder: LabFolder) -> String {
    let awaitsVirtlogd =
      stdioHandler == .logd && !lstatExists("\(folder.sockets)/\(DaemonStarter.mark)")
    return awaitsVirtlogd ? "virtlogd" : daemon.rawValue
  }
}

extension LabPlan {
  /// The command that runs the daemon in the lab's sandbox.
  ///
  /// - Throws: ``LabFailure`` where this build cannot start virtlogd before it.
  fileprivate func command(
    _ kind: LabKind, in folder: LabFolder
  ) throws(LabFailure) -> Command {
    var sandbox = Sandbox(root: root)
    sandbox.role = .administrator
    // Guests may be large, and the daemon serves a whole run.
    sandbox.limits.addressSpace = nil
    sandbox.limits.processorSeconds = 600
    let written = [
      "/var/lib/libvirt", "/var/cache/libvirt", "/var/tmp", "/etc/libvirt",
      DaemonSettings.hugePages,
    ]
    let library = "/run/lodge/liblodge-platform-model.so"
    sandbox.places = written.map { .empty(at: $0) }
    sandbox.places += kind.places + folder.places
    sandbox.places += [.readOnly(self.library, at: library), .link(to: "../run", at: "/var/run")]
    sandbox.environment["LD_PRELOAD"] = library
    if kind.hasDrivers { sandbox.environment["LIBVIRT_DRIVER_DIR"] = LabKind.driversInside }
    var (program, arguments): (String, [String]) = (kind.daemon.program, [])
    if kind.stdioHandler == .logd {
      guard let starter = DaemonStarter.program else {
        throw .unusable("virtlogd", "this build of Lodge lost its daemon starter; build it again")
      }
      sandbox.places.append(.readOnly(starter, at: DaemonStarter.inside))
      (program, arguments) = (DaemonStarter.inside, DaemonStarter.arguments(for: kind.daemon))
    }
    return sandbox.command(program, arguments, deadline: lastsFor, outputLimit: 1 << 20)
  }
}
