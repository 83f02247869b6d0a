import Glibc

/// The release of the kernel that this host runs, from uname(2).
package func runningKernel() -> String {
  var names = utsname()
  guard uname(&names) == 0 else { return "" }
  return withUnsafeBytes(of: names.release) { bytes in
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
