import LodgeBindings
import LodgeScenarios

// What a failure means.
extension Performance {
  func answer(to failure: LibvirtFailure, about guest: Guest) -> StepAnswer {
    if let obituary = lab.obituary { return .differs("the daemon died: \(obituary)") }
    switch failure {
    case .deadline:
      return .silent("\(failure)\(lastCall(of: guest))")
    case .cancelled, .closed, .missing: return .trouble("\(failure)")
    case .refused(let error):
      let complaint = LibvirtComplaint(
        domain: error.domain.name, code: error.code.name, message: error.message)
      let log = lab.folder.launches(of: guest.name).last.map { QEMULog(lines: $0.output) }
      return StepAnswer(
        complaint, log: log, transcript: transcript(of: guest), isLaunch: step.action.launches)
    }
  }

  func transcript(of guest: Guest) -> Transcript? {
    // What cannot be read is told when the scenario is over. A reset may have started another QEMU,
    // which is the one that answers.
    (try? Transcript.all(parsing: lab.transcriptText(of: guest.name)))?.last
  }

  func lastCall(of guest: Guest) -> String {
    guard let calls = transcript(of: guest)?.calls, let last = calls.last else { return "" }
    let again = calls.reversed().prefix { $0.name == last.name }.count
    return "; QEMU's last call is \(last.name)" + (again > 1 ? ", \(again) times" : "")
  }
}
