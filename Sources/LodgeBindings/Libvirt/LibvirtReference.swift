import CLibvirt
import Foundation

/// One counted reference to a connection or domain of libvirt, given back when the value goes away.
///
/// libvirt counts its references atomically and locks inside, so threads may share one. The last
/// reference to a connection waits for the daemon's farewell, so it is given back on a thread of
/// its own.
@safe final class LibvirtReference: @unchecked Sendable {
  let pointer: OpaquePointer
  private let release: @Sendable (OpaquePointer) -> Int32

  /// Takes over a reference, which `release` gives back.
  init(owning pointer: OpaquePointer, release: @escaping @Sendable (OpaquePointer) -> Int32) {
    unsafe (self.pointer, self.release) = (pointer, release)
  }

  deinit {
    let last = unsafe LastReference(pointer: pointer, release: release)
    Thread.detachNewThread { last.giveBack() }
  }
}

/// What is left to do once nobody refers to a handle.
@safe private struct LastReference: @unchecked Sendable {
  let pointer: OpaquePointer
  let release: @Sendable (OpaquePointer) -> Int32

  func giveBack() { _ = unsafe release(pointer) }
}

extension LibvirtReference {
  /// Makes a call of libvirt on a thread of its own; nil from `body` means that libvirt refused.
  @safe func call<Value: Sendable>(
    _ doing: String, within deadline: Duration,
    _ body: @escaping @Sendable (OpaquePointer) -> Value?
  ) async throws(LibvirtFailure) -> Value {
    try await onItsOwnThread(doing, within: deadline) { () throws(LibvirtFailure) in
      guard let value = unsafe body(self.pointer) else {
        throw .refused(LibvirtError(lastWhile: doing))
      }
      return value
    }
  }

  /// Makes a call that answers less than zero where it is refused.
  @safe func order(
    _ doing: String, within deadline: Duration,
    _ body: @escaping @Sendable (OpaquePointer) -> Int32
  ) async throws(LibvirtFailure) {
    try await call(doing, within: deadline) { unsafe body($0) < 0 ? nil : () }
  }
}

/// A string that libvirt allocated; takes it over.
func takeString(_ text: UnsafeMutablePointer<CChar>?) -> String? {
  guard let text = unsafe text else { return nil }
  defer { unsafe free(text) }
  return unsafe String(cString: text)
}
