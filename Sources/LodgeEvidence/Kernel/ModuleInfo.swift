package import Foundation

/// What modules say of themselves: texts such as `parmtype=sev:bool`, each ended by a zero byte.
///
/// **Source:** include/linux/moduleparam.h, `__MODULE_INFO` and `__MODULE_PARM_TYPE`.
package struct ModuleInfo: Sendable {
  private let texts: [Substring]

  /// Splits a `.modinfo` section, or the file `modules.builtin.modinfo`.
  package init(_ bytes: Data) {
    texts = String(decoding: bytes, as: UTF8.self).split(separator: "\0")
  }

  /// Types by parameter; of one module where the texts are those of all that are built in.
  package func parameters(of builtIn: String? = nil) -> [String: String] {
    let key = (builtIn.map { "\($0)." } ?? "") + "parmtype="
    let pairs = texts.lazy.filter { $0.hasPrefix(key) }.map { text in
      text.dropFirst(key.count).split(separator: ":", maxSplits: 1).map(String.init)
    }
    return Dictionary(
      pairs.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil }, uniquingKeysWith: { $1 })
  }

  /// The text of a key that stands there once, such as `vermagic`; nil where it is not there.
  package func value(of key: String) -> String? {
    texts.first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
  }
}
