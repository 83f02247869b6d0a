import LodgeModel

/// The headers of KVM, SEV and TDX of one tree, read as one C source would include them.
struct UAPITranslation {
  /// The headers whose constants and layouts are kept, as `#include` names them.
  static let names = [
    "linux/kvm.h", "asm/kvm.h", "linux/kvm_para.h", "asm/kvm_para.h", "linux/psp-sev.h",
    "linux/sev-guest.h", "linux/tdx-guest.h",
  ]

  /// The most members of all structures; real headers have 1500.
  private static let maximumMembers = 1 << 14

  /// The paths of those of ``names`` that the tree has, below the root.
  let files: [String]
  private(set) var constants: [String: Int64] = [:]
  private(set) var layouts: [String: TypeLayout] = [:]
  /// The header of each constant and layout, below the root.
  private(set) var headers: [String: String] = [:]
  /// The version in `linux/version.h`, such as `6.12.117`; nil where it has none.
  private(set) var version: String?

  /// Reads the headers.
  ///
  /// - Throws: ``HeaderFailure`` naming file and line of what is not understood.
  init(_ path: IncludePath) throws(HeaderFailure) {
    var preprocessor = Preprocessor(path, predefined: PredefinedMacros.x86)
    var files: [String] = []
    for name in Self.names {
      if let file = try preprocessor.include(name) { files.append(file) }
    }
    self.files = files
    _ = try preprocessor.include("linux/version.h")

    let start = HeaderPlace(file: files.first ?? Self.names[0], line: 1)
    var parser = HeaderParser(preprocessor.tokens, .declarations, at: start)
    try parser.declarations()
    keepEnumerators(of: parser.scope)
    try keepMacros(of: &preprocessor, in: parser.scope)
    try keepLayouts(of: parser.scope, at: start)
    version = try Self.version(&preprocessor)
  }

  private mutating func keepEnumerators(of scope: CScope) {
    for (name, enumerator) in scope.enumerators where files.contains(enumerator.file) {
      constants[name] = enumerator.value.bits
      headers[name] = enumerator.file
    }
  }

  private mutating func keepMacros(
    of preprocessor: inout Preprocessor, in scope: CScope
  ) throws(HeaderFailure) {
    for macro in preprocessor.macros.values
    where macro.parameters == nil && !macro.body.isEmpty && files.contains(macro.place.file) {
      guard let value = try preprocessor.value(of: macro, in: scope) else { continue }
      constants[macro.name] = value.bits
      headers[macro.name] = macro.place.file
    }
  }

  private mutating func keepLayouts(
    of scope: CScope, at start: HeaderPlace
  ) throws(HeaderFailure) {
    var members = 0
    for (tag, file) in scope.recordFiles where files.contains(file) {
      let layout = scope.layout(of: tag)
      members += layout?.members.count ?? 0
      guard let layout, members <= Self.maximumMembers else {
        throw HeaderFailure(start, "the structures have too many members", isLimit: true)
      }
      layouts[tag] = layout
      headers[tag] = file
    }
  }

  private static func version(
    _ preprocessor: inout Preprocessor
  ) throws(HeaderFailure) -> String? {
    guard let macro = preprocessor.macros["LINUX_VERSION_CODE"],
      let code = try preprocessor.value(of: macro, in: CScope())?.bits
    else { return nil }
    // KERNEL_VERSION() of linux/version.h keeps one byte each for the last two parts.
    return "\(code >> 16).\(code >> 8 & 0xff).\(code & 0xff)"
  }
}

extension Preprocessor {
  /// The value of a macro; nil where it is no integer constant.
  ///
  /// - Throws: ``HeaderFailure`` only where a bound against hostile input is met.
  fileprivate mutating func value(
    of macro: Macro, in scope: CScope
  ) throws(HeaderFailure) -> CInteger? {
    do {
      let tokens = try expansion(of: macro)
      // A type that is defined within a constant would need a scope of its own.
      guard !tokens.contains(where: { $0.isPunctuator("{") }) else { return nil }
      var parser = HeaderParser(tokens, .declarations, scope: scope, at: macro.place)
      return try parser.wholeConstant()
    } catch {
      if error.isLimit { throw error }
      return nil
    }
  }
}
