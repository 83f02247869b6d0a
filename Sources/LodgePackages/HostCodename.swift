import Foundation

/// The host's release name, from os-release(5); empty where it has none.
package func hostCodename() -> String {
  let text = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
  let line = text.split(separator: "\n").first { $0.hasPrefix("VERSION_CODENAME=") }
  return line.map { $0.dropFirst("VERSION_CODENAME=".count).trimmingCharacters(in: ["\""]) } ?? ""
}
