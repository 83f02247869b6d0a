import Foundation
import Testing

/// Compares text with the file of that name in `Snapshots`, which `LODGE_RECORD=1` writes anew.
func expectSnapshot(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Snapshots").appending(path: name)
  let text = text + "\n"
  if ProcessInfo.processInfo.environment["LODGE_RECORD"] == "1" {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
  let recorded = try String(contentsOf: file, encoding: .utf8)
  guard text != recorded else { return }
  let (now, then) = (text.split(separator: "\n"), recorded.split(separator: "\n"))
  let place = zip(now, then).enumerated().first { $0.element.0 != $0.element.1 }?.offset
  Issue.record(
    """
    \(name) has changed from line \((place ?? min(now.count, then.count)) + 1); \
    if that is right, record it with LODGE_RECORD=1. It is now:
    \(text)
    """, sourceLocation: sourceLocation)
}
