import Foundation
import LodgeHost
import LodgeModel

/// A whole QMP session: all questions written at once, all replies read at the end.
struct QMPConversation: Sendable {
  /// How far QEMU goes before it answers.
  enum Board: Sendable {
    /// It makes no machine.
    case none
    /// It has a machine's object and makes nothing of it, so that no firmware is needed.
    case unmade(String)

    fileprivate var words: [String] {
      switch self {
      case .none: ["-machine", "none,accel=tcg"]
      case .unmade(let machine): ["-preconfig", "-machine", "\(machine),accel=tcg"]
      }
    }
  }

  /// What QEMU said of itself in its greeting.
  let version: QMPReply.Version
  /// The replies in the order of the questions; fewer than those where QEMU ended.
  let replies: [Data]
  /// What QEMU did where it left questions without an answer.
  let ending: String?
  /// Whether QEMU ended by itself: nobody killed it, and the sandbox itself was there.
  private let hasEnded: Bool
  private let program: String
  private let titles: [String]
  private let errors: String

  /// Runs QEMU with a monitor on its standard streams until it answered all.
  ///
  /// - Throws: ``QMPFailure`` where it crashed, hung, or printed something else than QMP.
  init(
    with program: String, in sandbox: Sandbox, asking questions: [QMPQuestion], deadline: Duration
  ) async throws(QMPFailure) {
    try await self.init(hearing: program, in: sandbox, asking: questions, deadline: deadline)
    if let ending {
      let asked = titles[replies.count]
      throw QMPFailure(
        program, "it \(ending) without an answer to \(asked)", errors,
        ended: hasEnded ? ending : nil)
    }
  }

  /// Runs QEMU with a monitor on its standard streams until it answered all, or ended.
  ///
  /// - Throws: ``QMPFailure`` where it did not begin to speak QMP, hung, or printed something else.
  init(
    hearing program: String, in sandbox: Sandbox, on board: Board = .none,
    asking questions: [QMPQuestion], deadline: Duration
  ) async throws(QMPFailure) {
    let lines = ["{\"execute\":\"qmp_capabilities\"}"] + questions.map(\.line)
    let script = lines.joined(separator: "\n") + "\n"
    let arguments =
      ["-S", "-nodefaults", "-no-user-config", "-display", "none"] + board.words
      + ["-qmp", "stdio"]
    let finished: Command.Finished
    do throws(CommandFailure) {
      finished = try await sandbox.command(
        program, arguments, input: Data(script.utf8), deadline: deadline, outputLimit: 8 << 20
          // Not the command quit: QEMU would leave with part of a long answer still in its buffer.
      ).run { output in Self.replyCount(output) >= lines.count }
    } catch {
      throw QMPFailure(program, "\(error)", "")
    }
    (self.program, errors) = (program, finished.errors)
    let isOfSandbox = errors.hasPrefix("bwrap: ") && !errors.hasPrefix("bwrap: execvp ")
    hasEnded = !isOfSandbox && finished.ending.inSandbox != .killed(signal: Int(SIGKILL))
    titles = questions.map(\.title)
    let messages = finished.output.split(separator: UInt8(ascii: "\n")).filter { line in
      !line.allSatisfy { $0 == 13 || $0 == 32 }
    }
    guard let first = messages.first,
      let greeting = try? JSONDecoder().decode(QMPReply.Greeting.self, from: first)
    else {
      throw QMPFailure(
        program, Self.silence(finished, messages.first), finished.errors,
        ended: hasEnded && messages.isEmpty ? "\(finished.ending.inSandbox)" : nil)
    }
    version = greeting.body.version
    // Events, such as SHUTDOWN, may stand between the replies.
    var replies: [Data] = []
    for message in messages.dropFirst() {
      guard let kind = try? JSONDecoder().decode(QMPReply.Kind.self, from: message) else {
        throw QMPFailure(program, "it printed a line that is no QMP message", finished.errors)
      }
      if kind.event == nil { replies.append(message) }
    }
    guard !replies.isEmpty else {
      throw QMPFailure(
        program, "it \(finished.ending.inSandbox) without an answer to qmp_capabilities",
        finished.errors)
    }
    ending = replies.count < lines.count ? "\(finished.ending.inSandbox)" : nil
    self.replies = Array(replies.dropFirst().prefix(questions.count))
  }

  /// How many whole replies stand in the output; the greeting and events are none.
  private static func replyCount(_ output: Data) -> Int {
    guard let end = output.lastIndex(of: UInt8(ascii: "\n")) else { return 0 }
    return output[..<end].split(separator: UInt8(ascii: "\n")).count { line in
      line.starts(with: Data("{\"return\"".utf8)) || line.starts(with: Data("{\"error\"".utf8))
    }
  }

  /// The reply to a question, by its place among the questions.
  ///
  /// - Throws: ``QMPFailure`` where QEMU refused it or answered with something else.
  func reply<Value: Decodable>(_ question: Int) throws(QMPFailure) -> Value {
    let (message, title) = (replies[question], titles[question])
    do {
      return try JSONDecoder().decode(QMPReply.Return<Value>.self, from: message).return
    } catch {
      if let refused = try? JSONDecoder().decode(QMPReply.Refusal.self, from: message) {
        throw QMPFailure(program, "\(title) was refused: \(refused.error.desc)", "")
      }
      throw QMPFailure(program, "its answer to \(title) has another shape: \(error)", "")
    }
  }

  private static func silence(_ finished: Command.Finished, _ line: Data?) -> String {
    guard let line else { return "it \(finished.ending.inSandbox) without a QMP greeting" }
    return "it printed no QMP greeting but “\(String(decoding: line.prefix(60), as: UTF8.self))”"
  }
}

/// Why a QEMU could not be asked.
struct QMPFailure: Error, Equatable, CustomStringConvertible {
  let description: String
  /// How QEMU ended by itself, and what it said; nil where it did not.
  let refusal: String?

  init(_ program: String, _ reason: String, _ errors: String, ended ending: String? = nil) {
    let said = errors.split(separator: "\n").suffix(2).joined(separator: " / ").prefix(300)
    description =
      "\(program) gave no QMP answers: \(reason)" + (said.isEmpty ? "" : "; it said: \(said)")
    refusal = ending.map { said.isEmpty ? $0 : "\($0): \(said)" }
  }
}
