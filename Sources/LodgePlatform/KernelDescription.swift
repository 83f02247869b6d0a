package import LodgeModel

/// What a kernel would be if it had been built in another way: no package ships it.
///
/// It is laid on the evidence of a real kernel, so that a build set can be tried on the kernel that
/// its maintainers might build next. All that is modelled on it says so.
package struct KernelDescription: Codable, Equatable, Sendable {
  /// The name of its file, such as `with-tdx`.
  package var id: String
  /// What the kernel would be, in one line.
  package var title: String
  /// Constants that the real kernel's headers must have, so that its source has what is built.
  package var needs: [String]
  /// kconfig symbols to set, without `CONFIG_`.
  package var kconfig: [String: String]
  /// Parameters that modules gain, by module and name, with their types.
  package var parameters: [String: [String: String]]

  package init(
    id: String, title: String, needs: [String], kconfig: [String: String],
    parameters: [String: [String: String]]
  ) {
    (self.id, self.title, self.needs) = (id, title, needs)
    (self.kconfig, self.parameters) = (kconfig, parameters)
  }

  /// The evidence of the kernel with the changes made; facts that are missing stay missing.
  ///
  /// - Throws: ``ModelFailure`` where the kernel cannot be built so: its headers lack what the
  ///   description needs, or it lacks a module.
  package func applied(to evidence: Evidence) throws(ModelFailure) -> Evidence {
    var evidence = evidence
    let release = evidence.kernel.value?.release ?? "the kernel"
    if let constants = evidence.uapi.value?.constants,
      let lacking = needs.first(where: { constants[$0] == nil })
    {
      throw misplaced(on: release, "its UAPI headers have no \(lacking)")
    }
    if case .found(var configuration) = evidence.kconfig {
      configuration.options.merge(kconfig) { $1 }
      evidence.kconfig = .found(configuration)
    }
    if case .found(var modules) = evidence.modules {
      for (module, gained) in parameters.sorted(by: { $0.key < $1.key }) {
        guard modules.byName[module] != nil else {
          throw misplaced(on: release, "it has no module \(module)")
        }
        modules.byName[module]?.parameters.merge(gained) { $1 }
      }
      evidence.modules = .found(modules)
    }
    return evidence
  }

  /// What is recorded wherever the changed kernel is used.
  package var note: String {
    let symbols = kconfig.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let gained = parameters.sorted { $0.key < $1.key }.flatMap { module, names in
      names.keys.sorted().map { "\(module).\($0)" }
    }
    return "the kernel is described, not shipped: \(id) (\(title)) sets "
      + (symbols + gained).joined(separator: ", ")
  }

  private func misplaced(on kernel: String, _ reason: String) -> ModelFailure {
    .misplaced(description: id, kernel: kernel, reason: reason)
  }
}
