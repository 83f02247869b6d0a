package import Foundation
import Glibc
import LodgeBindings
package import LodgeHost

extension LabFolder {
  /// What the platform model wrote for a guest, over all its starts; nil where it never ran.
  ///
  /// - Throws: `RootFailure` where it is larger than `limit` bytes or no regular file.
  package func transcript(of guest: String, limit: Int = 64 << 20) throws -> Data? {
    // The candidate can write there: no link in it leads out of the folder.
    let folder = try RootDirectory(transcripts)
    let ending = "-\(Self.fileName(of: guest)).log"
    let name = folder.list(".").first { $0.hasPrefix("qemu") && $0.hasSuffix(ending) }
    return try name.flatMap { try folder.read($0, limit: limit) }
  }

  /// Removes what was written for a guest so far, so that its next start is told alone.
  package func forgetTranscript(of guest: String) {
    let ending = "-\(Self.fileName(of: guest)).log"
    let names = (try? RootDirectory(transcripts))?.list(".") ?? []
    for name in names where name.hasPrefix("qemu") && name.hasSuffix(ending) {
      unlink("\(transcripts)/\(name)")
    }
  }

  /// Plants faults for the next start of a guest, or none.
  ///
  /// - Throws: ``StorageFailure``.
  package func plant(_ faults: String?, for guest: String) throws(StorageFailure) {
    let place = "\(self.faults)/\(Self.fileName(of: guest))"
    guard let faults else {
      unlink(place)
      return
    }
    do {
      try Data(faults.utf8).write(to: URL(filePath: place))
    } catch {
      throw StorageFailure("cannot write", place, error)
    }
  }

  /// A guest's name as the platform model writes it in file names.
  ///
  /// **Source:** Sources/LodgePlatformModel/process.c, `copy_name`.
  private static func fileName(of guest: String) -> String {
    let plain = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-")
    let escaped = guest.addingPercentEncoding(withAllowedCharacters: plain) ?? guest
    return escaped.hasPrefix(".") ? "%2E" + escaped.dropFirst() : escaped
  }
}
