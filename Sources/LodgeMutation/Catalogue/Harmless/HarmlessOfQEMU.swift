import LodgeModel

/// Changes of what QEMU answers that break nothing.
let harmlessOfQEMU: [HarmlessChange] = [
  HarmlessChange(
    "machines in another order", on: .sid, touches: [.machines],
    .machines("machines are in another order") { $0.reverse() }),
  HarmlessChange(
    "machines that nobody asks for", on: .trixie, touches: [.machines],
    .machines("there is a pc-q35-99.9 more") { machines in
      machines.append(
        .object([
          .init("hotpluggable-cpus", .boolean(true)), .init("name", .string("pc-q35-99.9")),
          .init("numa-mem-supported", .boolean(true)), .init("cpu-max", .number("4096")),
          .init("deprecated", .boolean(false)), .init("default-ram-id", .string("pc.ram")),
          .init("acpi", .boolean(true)),
        ]))
    }),
  HarmlessChange(
    "CPU models in another order, and one more", on: .bookworm, touches: [.cpuModels],
    .reply("CPU models are in another order", to: "query-cpu-definitions") { models in
      var elements = models.elements
      if var first = elements.first {
        first["name"] = .string("EPYC-Something")
        elements.append(first)
      }
      models.elements = elements.reversed()
    }),
  HarmlessChange(
    "types in another order, and one more", on: .sid, touches: [.qom],
    .reply("QOM types are in another order", to: "qom-list-types") { types in
      // The real QEMU is asked for the properties of types in the short lists.
      let isWhole = types.elements.count > 200
      let more = JSONTree.object([
        .init("name", .string("something-new")), .init("parent", .string("object")),
      ])
      types.elements = types.elements.reversed() + (isWhole ? [more] : [])
    }),
  HarmlessChange(
    "properties in another order", on: .trixie, touches: [.qom, .defaults],
    .reply("properties are in another order", to: "qom-list-properties") {
      $0.elements.reverse()
    }),
  HarmlessChange(
    "a property more, in object and schema", on: .sid, touches: [.qom, .qmp],
    .addProperty("something-new", of: "sev-snp-guest", is: "bool"),
    .schema(of: "sev-snp-guest", "has something-new") { members in
      var member = members[0]
      member["name"] = .string("something-new")
      member["default"] = .null
      members.append(member)
    }),
  HarmlessChange(
    "schema in another order", on: .sid, touches: [.qmp],
    .reply("the schema is in another order", to: "query-qmp-schema") { schema in
      schema.elements.reverse()
      var entries = schema.elements
      for index in entries.indices {
        if var members = entries[index]["members"]?.elements {
          members.reverse()
          entries[index]["members"] = .array(members)
        }
      }
      schema.elements = entries
    }),
  HarmlessChange(
    "commands and events that nobody asks for", on: .bookworm, touches: [.qmp],
    .reply("the schema has more", to: "query-qmp-schema") { schema in
      for (name, kind) in [("query-something", "command"), ("SOMETHING", "event")] {
        guard
          var entry = schema.elements.first(where: { $0["meta-type"]?.text == kind })
        else { throw StaleEdit("it has no \(kind)") }
        entry["name"] = .string(name)
        schema.elements.append(entry)
      }
    }),
  HarmlessChange(
    "a newer stable release", on: .sid, touches: [.qemu], .version(11, 1, 99)),
  HarmlessChange(
    "another name of the package in the greeting", on: .trixie, touches: [.qemu],
    .reply("the greeting names a vendor", to: "greeting") { greeting in
      greeting["version"]?["package"] = .string("qemu-kvm-vendor-1.el10")
    }),
  HarmlessChange(
    "options that nobody asks for", on: .trixie, touches: [.qemu],
    .reply("there are more options", to: "query-command-line-options") { groups in
      guard var group = groups.elements.first else { throw StaleEdit("there are none") }
      group["option"] = .string("something-new")
      groups.elements = [group] + groups.elements.reversed()
    }),
  HarmlessChange(
    "QEMU where RPM distributions have it", on: .sid,
    touches: [.qemu, .qmp, .qom, .machines, .cpuModels],
    Edit("QEMU is usr/libexec/qemu-kvm", facts: .qemu, changesQEMU: true) { tree in
      try tree.move("usr/bin/qemu-system-x86_64", to: "usr/libexec/qemu-kvm")
    }),
]
