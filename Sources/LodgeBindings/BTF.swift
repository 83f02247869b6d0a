import CLibbpf
import CLinux
package import Foundation
import Glibc
package import LodgeModel

/// The type information of a kernel or, over that of the kernel, of a module; owns libbpf's handle.
///
/// What is asked is answered from the types this object adds; those of the base are only followed.
@safe package final class BTF {
  /// Keeps libbpf from telling standard error about damaged input; here failures are values.
  private static let silence: Void = { _ = unsafe libbpf_set_print(nil) }()

  /// libbpf's object, for as long as this one lives.
  let handle: OpaquePointer
  /// Kept alive because libbpf points into it.
  private let base: BTF?

  /// Parses the bytes of a `.BTF` section; stands on btf__new() and btf__parse_raw_split().
  ///
  /// The base is that of the kernel which a module was built for.
  ///
  /// - Throws: ``BTFFailure`` for bytes that libbpf refuses.
  package init(_ bytes: Data, over base: BTF? = nil) throws(BTFFailure) {
    _ = Self.silence
    guard bytes.count <= Self.limit else { throw .tooLarge(limit: Self.limit) }
    guard Self.isAligned(bytes) else { throw .refused("its header's length is no multiple of 4") }
    let (parsed, code) =
      if let base { try unsafe Self.parse(bytes, over: base) } else { unsafe Self.parse(bytes) }
    guard let parsed = unsafe parsed else {
      throw .refused(unsafe String(cString: strerror(code)))
    }
    unsafe handle = unsafe parsed
    self.base = base
  }

  deinit { unsafe btf__free(handle) }

  private static func parse(_ bytes: Data) -> (OpaquePointer?, CInt) {
    unsafe bytes.withUnsafeBytes { buffer in
      let parsed = unsafe btf__new(buffer.baseAddress, UInt32(buffer.count))
      return unsafe (parsed, errno)
    }
  }

  /// Goes by way of a file in memory, because libbpf 1.1 declares btf__new_split() only.
  private static func parse(
    _ bytes: Data, over base: BTF
  ) throws(BTFFailure) -> (OpaquePointer?, CInt) {
    let descriptor = unsafe lodge_file_in_memory("btf")
    guard descriptor >= 0 else { throw .refused("no memory for a copy of it") }
    defer { close(descriptor) }
    do {
      try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: bytes)
    } catch {
      throw .refused("cannot copy it: \(error)")
    }
    let parsed = unsafe btf__parse_raw_split("/proc/self/fd/\(descriptor)", base.handle)
    let code = errno
    return unsafe (parsed, code)
  }

  /// No kernel has a tenth of this.
  private static let limit = 128 << 20

  /// Ten times what the wanted types of a real kernel take.
  private static let memberLimit = 1 << 14

  /// libbpf reads types in place behind the header, whatever its length.
  private static func isAligned(_ bytes: Data) -> Bool {
    let length = LittleEndianBytes(bytes).integer(at: 4, as: UInt32.self)
    return length.map { $0 % 4 == 0 } ?? true
  }

  /// Layouts of the named structures and unions that this object adds; of two with one name the
  /// first.
  ///
  /// - Throws: ``BTFFailure`` where they have more members than any kernel's interface.
  package func layouts(
    where isWanted: (String) -> Bool
  ) throws(BTFFailure) -> [String: TypeLayout] {
    var layouts: [String: TypeLayout] = [:]
    var budget = Self.memberLimit
    for type in ownTypes {
      guard type.isComposite, let name = type.name, layouts[name] == nil, isWanted(name) else {
        continue
      }
      layouts[name] = try type.layout(within: &budget)
    }
    return layouts
  }

  /// Values of the enumerators that this object adds; of two with one name the first.
  package func enumerators(where isWanted: (String) -> Bool) -> [String: Int64] {
    var enumerators: [String: Int64] = [:]
    for type in ownTypes {
      type.forEachEnumerator { name, value in
        if isWanted(name), enumerators[name] == nil { enumerators[name] = value }
      }
    }
    return enumerators
  }

  /// Stands on btf__type_cnt().
  private var ownTypes: some Sequence<BTFType> {
    let first = base.map { unsafe btf__type_cnt($0.handle) } ?? 1
    return (first..<(unsafe max(first, btf__type_cnt(handle)))).lazy.compactMap {
      BTFType($0, of: self)
    }
  }
}

/// Why bytes cannot be read as BTF.
package enum BTFFailure: Error, Equatable, CustomStringConvertible {
  case tooLarge(limit: Int)
  case refused(String)
  case tooManyMembers
  case tooDeep

  package var description: String {
    switch self {
    case .tooLarge(let limit): "cannot parse BTF: it has more than \(limit) bytes"
    case .refused(let reason): "cannot parse BTF: \(reason)"
    case .tooManyMembers: "cannot read layouts from BTF: the structures have too many members"
    case .tooDeep: "cannot read layouts from BTF: anonymous types are nested too deep"
    }
  }
}
