package import LodgeModel

/// What a kernel's packages tell about it, with all that a model needs.
package struct KernelFacts: Equatable, Sendable {
  package let release: String
  package let version: KernelVersion
  package let configuration: KernelConfiguration
  package let modules: KernelModules
  /// Nil where the kernel was built without BTF.
  package let types: KernelTypes?
  package let headers: UAPIHeaders
  /// Whether the headers are of the kernel's own series, so that their macros are its macros.
  package let headersBelong: Bool
  /// What is remarkable about the evidence, one sentence each.
  package let notes: [String]

  /// Takes the kernel's facts out of the evidence of a set.
  ///
  /// Headers of another series are good for numbers that never change, while BTF then has to say
  /// what the kernel really has.
  ///
  /// - Throws: ``ModelFailure`` naming the fact that is missing.
  package init(_ evidence: Evidence) throws(ModelFailure) {
    let kernel = try Self.require(evidence.kernel, .kernel)
    configuration = try Self.require(evidence.kconfig, .kconfig)
    modules = try Self.require(evidence.modules, .modules)
    headers = try Self.require(evidence.uapi, .uapi)
    release = kernel.release
    guard let version = KernelVersion(kernel.version ?? kernel.release) else {
      throw .missing(.kernel, because: "the release \(kernel.release) has no version in it")
    }
    self.version = version
    let theirs = headers.version.flatMap { KernelVersion($0) }
    headersBelong = theirs.map(version.isSameSeries) ?? false
    let titled = headers.version.map { "of Linux \($0)" } ?? "without a version"
    switch evidence.btf {
    case .found(let found): types = found
    case .unreadable(let reason): throw .unreadable(.btf, because: reason)
    case .absent(let reason):
      guard headersBelong else {
        throw .missing(
          .btf, because: "\(reason), and the UAPI headers \(titled) are not of kernel \(release)")
      }
      types = nil
    }
    var notes: [String] = []
    if !headersBelong {
      notes.append(
        "the UAPI headers are \(titled), the kernel is \(version): what is newer than the headers "
          + "comes from BTF, kconfig and the release, and what is newer than the kernel is left out"
      )
    } else if theirs != version {
      notes.append("the UAPI headers are \(titled), the kernel is \(version) of the same series")
    }
    if types == nil {
      notes.append("the kernel has no BTF: its types are taken from the headers")
    }
    self.notes = notes
    // Nothing else could say which parts of such headers these modules have.
    for module in ["kvm", "kvm_amd"]
    where !headersBelong && modules.byName[module] != nil && table(of: module) == nil {
      throw .missing(
        .btf,
        because: "module \(module) has none, and the UAPI headers \(titled) are not of kernel "
          + release)
    }
  }

  private static func require<Value>(
    _ fact: Fact<Value>, _ name: FactName
  ) throws(ModelFailure) -> Value {
    switch fact {
    case .found(let value): return value
    case .absent(let reason): throw .missing(name, because: reason)
    case .unreadable(let reason): throw .unreadable(name, because: reason)
    }
  }

  /// The types of a module, from its own BTF or from the image it is built into.
  ///
  /// Nil where the module has no BTF, so that nothing can be said about its types.
  package func table(of module: String) -> KernelTypes.Table? {
    let isBuiltIn = modules.byName[module]?.isBuiltIn ?? false
    return types?.objects[module] ?? (isBuiltIn ? types?.objects["vmlinux"] : nil)
  }

  /// Whether a module has a parameter.
  package func hasParameter(_ name: String, of module: String) -> Bool {
    modules.byName[module]?.parameters[name] != nil
  }
}
