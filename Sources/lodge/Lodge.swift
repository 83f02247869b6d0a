import ArgumentParser
import Foundation
import Glibc
import LodgeHost
import LodgeLab
import LodgeModel

/// The program: a verb, parsed, run and turned into an exit code.
@main
struct Lodge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodge",
    abstract:
      "Checks that kernel, QEMU, libvirt and firmware packages work together for TDX and SEV.",
    discussion: """
      Exit codes: 0 all required cells green, 1 a required cell failed, 2 Lodge or its input was \
      in error, 3 nothing was judged, 64 usage, 130 interrupted.
      """,
    version: Lodge.versionText,
    subcommands: [
      RunVerb.self, CheckVerb.self, TryVerb.self, MeasureVerb.self, SetVerb.self, MatrixVerb.self,
      DiffVerb.self, BlameVerb.self, GateVerb.self, WaiveVerb.self, PromoteVerb.self,
      KeyVerb.self, VerifyVerb.self, ExportVerb.self, ImportVerb.self, LedgerVerb.self,
      PublishVerb.self, ServeVerb.self, ExplainVerb.self, DoctorVerb.self,
    ])

  /// What there is to do without a verb.
  mutating func run() async throws { throw CleanExit.helpRequest(self) }

  /// The version that records and `--version` carry.
  static let versionText = "0.1.0"

  /// The digest of the program that runs and of its platform model; nil where they cannot be read.
  ///
  /// What is kept by it is never taken for what another build of Lodge would make.
  static let digest: Digest? = {
    guard let digests = try? files.map({ try Digest(ofFile: $0) }), digests.count == 2 else {
      return nil
    }
    return try? Digest(of: CanonicalJSON.encode(digests, pretty: false))
  }()

  /// The files of that digest.
  static var files: [String] { ["/proc/self/exe"] + (PlatformModel.library.map { [$0] } ?? []) }

  static func main() async {
    // What is published in the store is for everybody who shares it.
    umask(0o022)
    Glibc.exit(await Interruption.guarding { await exitCode() })
  }

  private static func exitCode() async -> Int32 {
    let command: any ParsableCommand
    do { command = try parseAsRoot() } catch { exit(withError: error) }
    do {
      if var verb = command as? any AsyncParsableCommand {
        try await verb.run()
      } else {
        var verb = command
        try verb.run()
      }
      return 0
    } catch let code as ArgumentParser.ExitCode {
      return code.rawValue
    } catch let error as ValidationError {
      exit(withError: error)
    } catch let error as CleanExit {
      exit(withError: error)
    } catch {
      // Help that was asked for comes as an error of the parser's own kind.
      if exitCode(for: error) == .success { exit(withError: error) }
      StandardStreams.say("lodge: \(error)\n")
      return 2
    }
  }
}

/// Turns Ctrl-C into cancellation, so that everything is cleaned up; a second one ends at once.
enum Interruption {
  /// Runs work whose task is cancelled on SIGINT and SIGTERM; gives 130 where that happened.
  static func guarding(_ work: @escaping @Sendable () async -> Int32) async -> Int32 {
    let task = Task { await work() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        if task.isCancelled { _exit(130) }
        StandardStreams.say("\nlodge: stopping, once more to end at once\n")
        task.cancel()
      }
      source.resume()
      return source
    }
    let code = await task.value
    withExtendedLifetime(sources) {}
    return task.isCancelled ? 130 : code
  }
}
