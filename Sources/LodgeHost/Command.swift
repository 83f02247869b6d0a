package import Foundation
import Glibc
import Subprocess
import SystemPackage

/// A program to run, with a deadline and a bound on what it may print.
package struct Command: Sendable {
  /// A name to be looked up in PATH, or a path.
  package var program: String
  package var arguments: [String]
  /// The whole environment; `LC_ALL=C` is added, so that messages can be read.
  package var environment: [String: String]
  package var input: Data
  package var deadline: Duration
  /// Bytes that each of the two output streams may carry.
  package var outputLimit: Int
  /// Who answers in the program's place, and what it is asked; nil for the program itself.
  var interposition: (Interposer, Interposer.Invocation)?

  package init(
    _ program: String, _ arguments: [String], environment: [String: String] = Self.inherited,
    input: Data = Data(), deadline: Duration = .seconds(60), outputLimit: Int = 16 << 20
  ) {
    (self.program, self.arguments, self.environment) = (program, arguments, environment)
    (self.input, self.deadline, self.outputLimit) = (input, deadline, outputLimit)
  }

  /// The variables of this process that programs may see.
  package static var inherited: [String: String] {
    let names = ["PATH", "HOME", "TMPDIR", "http_proxy", "https_proxy", "no_proxy"]
    return ProcessInfo.processInfo.environment.filter { names.contains($0.key) }
  }

  /// What a finished program left.
  package struct Finished: Sendable {
    package var ending: Ending
    package var output: Data
    package var errors: String

    package init(ending: Ending, output: Data, errors: String) {
      (self.ending, self.output, self.errors) = (ending, output, errors)
    }

    /// Standard output as text.
    package var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// How a program ended.
  package enum Ending: Equatable, Sendable, CustomStringConvertible {
    case exited(Int)
    case killed(signal: Int)

    package var description: String {
      switch self {
      case .exited(let code): "ended with exit code \(code)"
      case .killed(let signal): "died of signal \(signal)"
      }
    }
  }

  /// Runs the program to its end; a non-zero exit is a result, not an error.
  ///
  /// - Throws: ``CommandFailure`` where it is not there, passes its deadline or prints too much.
  package func run() async throws(CommandFailure) -> Finished {
    try await answered { try await finish() }
  }

  /// Runs the program, and ends it once what it printed so far is enough.
  ///
  /// Its input stays open until then, so that a server on its standard streams keeps serving.
  ///
  /// - Throws: as ``run()``.
  package func run(
    until isEnough: @escaping @Sendable (Data) -> Bool
  ) async throws(CommandFailure) -> Finished {
    try await answered { try await converse(until: isEnough) }
  }

  private func answered(
    _ work: @escaping @Sendable () async throws -> Finished
  ) async throws(CommandFailure) -> Finished {
    guard let (interposer, invocation) = interposition else { return try await inTime(work) }
    return try await interposer.answer(invocation) { try await inTime(work) }
  }

  private func inTime(
    _ work: @escaping @Sendable () async throws -> Finished
  ) async throws(CommandFailure) -> Finished {
    _ = brokenPipesAreErrors
    guard Self.locate(program) != nil else { throw .notFound(program) }
    do {
      return try await withThrowingTaskGroup(of: Finished?.self) { group in
        group.addTask { try await work() }
        group.addTask {
          try await Task.sleep(for: self.deadline)
          return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let finished = first else {
          throw CommandFailure.deadline(program, deadline)
        }
        return finished
      }
    } catch let failure as CommandFailure {
      throw failure
    } catch is CancellationError {
      throw .cancelled(program)
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      throw .tooMuchOutput(program, outputLimit)
    } catch {
      throw .failed(program, "\(error)")
    }
  }

  /// Runs the program and wants exit code 0.
  ///
  /// - Throws: ``CommandFailure`` also for another ending, with the last lines it printed.
  package func succeed() async throws(CommandFailure) -> Finished {
    let finished = try await run()
    guard finished.ending == .exited(0) else {
      throw .ended(program, finished.ending, finished.errors)
    }
    return finished
  }

  /// Starts the program so that it outlives this process, and holds a lock on a file while it runs.
  ///
  /// What it prints goes to the end of a log file. Returns once it is started; its input is empty.
  ///
  /// - Throws: ``CommandFailure`` where it is not there or the log cannot be written.
  package func detach(holding lock: String, log: String) async throws(CommandFailure) {
    guard Self.locate(program) != nil else { throw .notFound(program) }
    var outside = self
    outside.program = "setsid"
    // flock stays, as the parent that the sandbox dies with and that one can end it by.
    outside.arguments = ["--fork", "flock", lock, Self.locate(program) ?? program] + arguments
    guard Self.locate("setsid") != nil else { throw .notFound("setsid") }
    do {
      let file = try FileDescriptor.open(
        FilePath(log), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
      let result = try await Subprocess.run(
        outside.configuration, input: .none,
        output: .fileDescriptor(file, closeAfterSpawningProcess: false),
        error: .fileDescriptor(file, closeAfterSpawningProcess: true))
      guard result.terminationStatus.isSuccess else {
        throw CommandFailure.ended(program, Ending(result.terminationStatus), "")
      }
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw .failed(program, "\(error)")
    }
  }

  private func finish() async throws -> Finished {
    let result = try await Subprocess.run(
      configuration, input: .array(Array(input)), output: .bytes(limit: outputLimit),
      error: .string(limit: outputLimit))
    return Finished(
      ending: Ending(result.terminationStatus), output: Data(result.standardOutput),
      errors: result.standardError)
  }

  private func converse(until isEnough: @escaping @Sendable (Data) -> Bool) async throws -> Finished
  {
    let result = try await Subprocess.run(
      configuration, input: .inputWriter, output: .sequence, error: .string(limit: outputLimit)
    ) { execution in
      async let writing: Void = {
        // A program that died early does not read; what it printed tells why.
        _ = try? await execution.standardInputWriter.write(Array(input))
      }()
      var output = Data()
      for try await buffer in execution.standardOutput {
        buffer.withUnsafeBytes { output.append(contentsOf: $0) }
        guard output.count <= outputLimit else {
          try? execution.send(signal: .kill, toProcessGroup: true)
          throw CommandFailure.tooMuchOutput(program, outputLimit)
        }
        if isEnough(output) { break }
      }
      await writing
      // Where the output ended by itself, the program is gone already or about to go.
      if isEnough(output) { try? execution.send(signal: .kill, toProcessGroup: true) }
      return output
    }
    return Finished(
      ending: Ending(result.terminationStatus), output: result.closureResult,
      errors: result.standardError)
  }

  /// The program behind setpriv(1), which has the kernel end it when this process dies.
  private var dyingWithThisProcess: (executable: String, words: [String]) {
    let path = Self.locate(program) ?? program
    guard let setpriv = Self.locate("setpriv") else { return (path, arguments) }
    return (setpriv, ["--pdeathsig", "KILL", "--", path] + arguments)
  }

  /// Where a program is: a path as it is, a name looked up in PATH; nil where it is not there.
  package static func locate(_ program: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
    let places = program.contains("/") ? [program] : folders.map { "\($0)/\(program)" }
    return places.first { access($0, X_OK) == 0 }
  }

  private var configuration: Configuration {
    var options = PlatformOptions()
    // A session and so a group of its own, so that what the program started goes with it: a sandbox
    // that is ended while it is being set up would leave its inner process behind. Without a
    // terminal, too, nothing can be typed into the user's own.
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(10))
    ]
    var variables: [Environment.Key: String] = ["LC_ALL": "C"]
    for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
    let (executable, words) = dyingWithThisProcess
    return Configuration(
      executable: .path(FilePath(executable)), arguments: Arguments(words),
      environment: .custom(variables), platformOptions: options)
  }
}

/// A program that ends without reading its input must not take this process with it.
private let brokenPipesAreErrors: Void = { signal(SIGPIPE, SIG_IGN) }()

/// Why a program gave no answer.
package enum CommandFailure: Error, Equatable, CustomStringConvertible {
  case notFound(String)
  case deadline(String, Duration)
  case cancelled(String)
  case tooMuchOutput(String, Int)
  case ended(String, Command.Ending, String)
  case failed(String, String)

  package var description: String {
    switch self {
    case .notFound(let program):
      "\(program) is not installed; lodge doctor names the package that has it"
    case .deadline(let program, let deadline):
      "\(program) did not end within \(deadline.formatted(.units(allowed: [.seconds])))"
    case .cancelled(let program):
      "\(program) was stopped"
    case .tooMuchOutput(let program, let limit):
      "\(program) printed more than \(limit) bytes"
    case .ended(let program, let ending, let errors):
      "\(program) \(ending)\(Self.tail(of: errors))"
    case .failed(let program, let reason):
      "cannot run \(program): \(reason)"
    }
  }

  private static func tail(of errors: String) -> String {
    let lines = errors.split(separator: "\n").suffix(3).joined(separator: " / ")
    return lines.isEmpty ? "" : ": \(lines.prefix(600))"
  }
}

extension Command.Ending {
  fileprivate init(_ status: TerminationStatus) {
    self =
      switch status {
      case .exited(let code): .exited(Int(code))
      case .signaled(let signal): .killed(signal: Int(signal))
      }
  }
}
