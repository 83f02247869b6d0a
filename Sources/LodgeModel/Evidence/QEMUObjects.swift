/// What the properties of guest objects, memory backends and the newest machine are before anybody
/// sets them.
package struct QOMDefaults: Codable, Equatable, Sendable {
  package var source: Source
  /// Values as JSON text by property, by type: `sev-snp-guest: {policy: 196608}`.
  package var objects: [String: [String: String]]

  package init(source: Source, objects: [String: [String: String]]) {
    (self.source, self.objects) = (source, objects)
  }

  /// The default of a property as an unsigned number; nil where it is none or not known.
  package func number(of property: String, on object: String) -> UInt64? {
    objects[object]?[property].flatMap(UInt64.init)
  }
}

/// What a QEMU without a guest answers to the questions that libvirt puts to it when it looks what
/// the emulator can do.
package struct QMPReplies: Codable, Equatable, Sendable {
  /// An answer.
  package enum Reply: Codable, Equatable, Sendable {
    /// A value, with the names of its members where it is an object.
    case returned(members: [String])
    /// A refusal, such as `GenericError`.
    case refused(class: String, description: String)
    /// None: QEMU ended over the question.
    case ended(String)
  }

  package var source: Source
  /// Answers by command, such as `query-sev-capabilities`; a command that the schema has not is
  /// not here.
  package var byCommand: [String: Reply]

  package init(source: Source, byCommand: [String: Reply]) {
    (self.source, self.byCommand) = (source, byCommand)
  }
}

/// In which form a QEMU writes the state of devices when it migrates or saves a guest.
///
/// **Source:** QEMU `-dump-vmstate`; scripts/vmstate-static-checker.py compares two of them.
package struct VMStates: Codable, Equatable, Sendable {
  /// A structure of the stream; devices have parts in common, such as `PCIDevice`.
  package struct Description: Codable, Equatable, Sendable {
    package var version: Int
    /// The oldest version that it reads.
    package var minimum: Int
    /// In their order, each as `name size version`, with a question mark after the name where a
    /// callback decides whether it is sent; of a nested structure its key in
    /// ``VMStates/descriptions`` follows.
    package var fields: [String]
    /// The keys of optional parts.
    package var subsections: [String]

    package init(version: Int, minimum: Int, fields: [String], subsections: [String] = []) {
      (self.version, self.minimum) = (version, minimum)
      (self.fields, self.subsections) = (fields, subsections)
    }
  }

  package var source: Source
  /// The machine that was asked.
  package var machine: String
  /// The key of each device's description, by the device's type.
  package var sections: [String: String]
  /// By name, with a number behind it where two of one name differ.
  package var descriptions: [String: Description]

  package init(
    source: Source, machine: String, sections: [String: String],
    descriptions: [String: Description]
  ) {
    (self.source, self.machine) = (source, machine)
    (self.sections, self.descriptions) = (sections, descriptions)
  }
}

/// The parts of a QEMU that it loads when they are needed, and whether they are of its build.
///
/// **Source:** QEMU util/module.c: a module whose `qemu_stamp_...` is another ends the program.
package struct QEMUModules: Codable, Equatable, Sendable {
  /// One module.
  package struct Module: Codable, Equatable, Sendable {
    package var source: Source
    /// Its build's stamp; nil where it has none.
    package var stamp: String?

    package init(source: Source, stamp: String?) { (self.source, self.stamp) = (source, stamp) }
  }

  /// The system emulator.
  package var source: Source
  /// Its build's stamp; nil where it was built without modules.
  package var stamp: String?
  /// Ordered by path.
  package var modules: [Module]

  package init(source: Source, stamp: String?, modules: [Module]) {
    (self.source, self.stamp, self.modules) = (source, stamp, modules)
  }
}
