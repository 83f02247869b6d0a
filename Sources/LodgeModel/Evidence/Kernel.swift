/// The kernel of a root.
package struct KernelBuild: Codable, Equatable, Sendable {
  /// The release, such as `6.12.117+deb13-amd64`; the name of its folder of modules.
  package var release: String
  /// The upstream version in the image's banner, such as `6.12.117`; nil where it has none.
  package var version: String?
  package var source: Source

  package init(release: String, version: String?, source: Source) {
    (self.release, self.version, self.source) = (release, version, source)
  }
}

/// The configuration that a kernel was built with.
package struct KernelConfiguration: Codable, Equatable, Sendable {
  package var source: Source
  /// Values by symbol, without `CONFIG_` before it.
  ///
  /// A value is `y`, `m`, a number, a string without its quotes, or `n` for a symbol that was
  /// offered and is not set. A symbol that was not offered is not here.
  package var options: [String: String]

  package init(source: Source, options: [String: String]) {
    (self.source, self.options) = (source, options)
  }

  /// Whether a symbol is built in or a module.
  package func enables(_ symbol: String) -> Bool {
    options[symbol] == "y" || options[symbol] == "m"
  }

  /// Whether the symbol could be chosen at all in this configuration.
  package func offers(_ symbol: String) -> Bool { options[symbol] != nil }
}

/// The modules that make confidential guests possible, and what they can be told.
package struct KernelModules: Codable, Equatable, Sendable {
  /// One module, or its built-in twin.
  package struct Module: Codable, Equatable, Sendable {
    package var source: Source
    package var isBuiltIn: Bool
    /// Types by parameter, such as `sev: bool`; from `parmtype` in `.modinfo`.
    package var parameters: [String: String]
    /// Values before anybody sets them, by parameter: `Y`, `N` or a decimal number, as sysfs writes
    /// them; without those that cannot be read from the file.
    package var defaults: [String: String]
    /// Where it hands hypercalls of a guest to QEMU, as far as its code tells.
    package var hypercallExits: [HypercallExit]

    package init(
      source: Source, isBuiltIn: Bool, parameters: [String: String],
      defaults: [String: String] = [:], hypercallExits: [HypercallExit] = []
    ) {
      (self.source, self.isBuiltIn) = (source, isBuiltIn)
      (self.parameters, self.defaults) = (parameters, defaults)
      self.hypercallExits = hypercallExits
    }

    /// Reads a module; what was added after the first day may be missing.
    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        source: try container.decode(Source.self, forKey: .source),
        isBuiltIn: try container.decode(Bool.self, forKey: .isBuiltIn),
        parameters: try container.decode([String: String].self, forKey: .parameters),
        defaults: try container.decodeIfPresent([String: String].self, forKey: .defaults) ?? [:],
        hypercallExits: try container.decodeIfPresent(
          [HypercallExit].self, forKey: .hypercallExits) ?? [])
    }
  }

  /// Code that leaves a guest with `KVM_EXIT_HYPERCALL` to have its memory converted.
  package struct HypercallExit: Codable, Equatable, Sendable {
    /// The function that has it.
    package var function: String
    /// Whether it sets `hypercall.ret`, which the guest gets where QEMU leaves it alone.
    package var isAnswered: Bool
    /// What it sets there; nil where it does not, or what is computed.
    package var answer: Int64?

    package init(function: String, isAnswered: Bool, answer: Int64?) {
      (self.function, self.isAnswered, self.answer) = (function, isAnswered, answer)
    }
  }

  /// Modules by name with underscores: `kvm`, `kvm_amd`, `kvm_intel`, `ccp`.
  package var byName: [String: Module]

  package init(byName: [String: Module]) { self.byName = byName }
}

/// The size and members of a C structure or union.
package struct TypeLayout: Codable, Equatable, Sendable {
  /// One member; those of nested anonymous types are lifted, those of named ones dotted.
  package struct Member: Codable, Equatable, Sendable {
    package var name: String
    /// Bytes from the start of the outermost type.
    package var offset: Int
    /// Bytes; 0 for a flexible array.
    package var size: Int

    package init(name: String, offset: Int, size: Int) {
      (self.name, self.offset, self.size) = (name, offset, size)
    }
  }

  /// How many parts a listed name has at most, whatever a layout was read from: enough for
  /// `s.regs.sregs.efer` in `kvm_run`.
  package static let maximumNameParts = 4

  /// Bytes.
  package var size: Int
  /// In the order of declaration; bit fields are left out.
  package var members: [Member]

  package init(size: Int, members: [Member]) { (self.size, self.members) = (size, members) }

  /// The offset of a member, in bytes.
  package func offset(of member: String) -> Int? {
    members.first { $0.name == member }?.offset
  }
}

/// Types and enumerators that the kernel and its modules really use, from BTF.
package struct KernelTypes: Codable, Equatable, Sendable {
  /// The types that one object adds.
  package struct Table: Codable, Equatable, Sendable {
    package var source: Source
    /// Layouts by tag, such as `kvm_sev_cmd`.
    package var layouts: [String: TypeLayout]
    /// Values by enumerator, such as `KVM_SEV_INIT2: 22`.
    package var enumerators: [String: Int64]

    package init(
      source: Source, layouts: [String: TypeLayout], enumerators: [String: Int64]
    ) {
      (self.source, self.layouts, self.enumerators) = (source, layouts, enumerators)
    }
  }

  /// Tables by object: `vmlinux`, `kvm`, `kvm_amd`, `kvm_intel`, `ccp`.
  package var objects: [String: Table]

  package init(objects: [String: Table]) { self.objects = objects }

  /// The layout of a type in whatever object defines it, with that object's name.
  package func layout(_ tag: String) -> (layout: TypeLayout, source: Source)? {
    for object in objects.keys.sorted() {
      if let table = objects[object], let layout = table.layouts[tag] {
        return (layout, table.source)
      }
    }
    return nil
  }

  /// The value of an enumerator in whatever object defines it.
  package func enumerator(_ name: String) -> (value: Int64, source: Source)? {
    for object in objects.keys.sorted() {
      if let table = objects[object], let value = table.enumerators[name] {
        return (value, table.source)
      }
    }
    return nil
  }
}

/// What the kernel's UAPI headers promise: numbers and structures of KVM, SEV and TDX.
package struct UAPIHeaders: Codable, Equatable, Sendable {
  /// The header that was read first; its package is the headers package.
  package var source: Source
  /// The kernel version in `linux/version.h`, such as `6.12.117`; nil where it has none.
  package var version: String?
  /// Macros with an integer value, and enumerators, by name.
  package var constants: [String: Int64]
  /// Layouts by tag, for x86-64.
  package var layouts: [String: TypeLayout]
  /// The header of each constant and layout, below the root.
  package var headers: [String: String]

  package init(
    source: Source, version: String?, constants: [String: Int64],
    layouts: [String: TypeLayout], headers: [String: String]
  ) {
    (self.source, self.version, self.constants) = (source, version, constants)
    (self.layouts, self.headers) = (layouts, headers)
  }

  /// The place of a constant or layout, for a finding.
  package func place(of symbol: String) -> String {
    Source(file: headers[symbol] ?? source.file, package: source.package).at(symbol)
  }

  /// The same of a symbol that may be missing, by the header where upstream has it: `asm/kvm.h`.
  package func place(of symbol: String, from header: String) -> String {
    let file = headers[symbol] ?? headers.values.filter { $0.hasSuffix("/\(header)") }.min()
    return Source(file: file ?? source.file, package: source.package).at(symbol)
  }
}
