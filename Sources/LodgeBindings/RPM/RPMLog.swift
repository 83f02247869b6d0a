import CLibrpm
import Foundation

/// What librpm says while it is at work, instead of printing it; listens as long as it lives.
///
/// Only for use under ``RPMLibrary/withLock(_:)``: librpm has one log.
final class RPMLog {
  private(set) var lines: [String] = []
  private let table: lodge_rpm

  /// Messages and lines of verification come as notices, which librpm leaves out by itself.
  private static let everythingButDebugging = (1 << (Int32(RPMLOG_INFO.rawValue) + 1)) - 1

  init(_ rpm: borrowing lodge_rpm) {
    table = copy rpm
    let place = unsafe Unmanaged.passUnretained(self).toOpaque()
    _ = table.rpmlogSetMask(Int32(Self.everythingButDebugging))
    _ = unsafe table.rpmlogSetCallback(
      { record, place in
        guard let place = unsafe place else { return 0 }
        let log = unsafe Unmanaged<RPMLog>.fromOpaque(place).takeUnretainedValue()
        unsafe log.note(record)
        return 0
      }, place)
  }

  deinit { _ = table.rpmlogSetCallback(nil, nil) }

  private func note(_ record: rpmlogRec?) {
    guard lines.count < 10_000 else { return }
    guard let message = unsafe table.rpmlogRecMessage(record) else { return }
    lines.append(unsafe String(cString: message).trimmingCharacters(in: .newlines))
  }

  /// The first thing that was said, without the file's name before it.
  func firstLine(after path: String) -> String? {
    lines.first.map { line in
      line.replacing("error: ", with: "").replacing("\(path): ", with: "")
    }
  }
}
