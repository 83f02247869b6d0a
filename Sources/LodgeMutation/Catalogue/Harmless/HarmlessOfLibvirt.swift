import Foundation
import LodgeModel

/// Changes of libvirt that break nothing.
let harmlessOfLibvirt: [HarmlessChange] = [
  HarmlessChange(
    "domain schema with other comments and white space", on: .sid, touches: [.launchSecurity],
    .domainSchema("has other comments") { text in
      text = text.replacing("<interleave>", with: "<!-- rebuilt -->\n\n   <interleave  >")
    }),
  HarmlessChange(
    "domain schema with a launch security more", on: .trixie, touches: [.launchSecurity],
    .domainSchema("has type='something'") { text in
      guard let place = text.range(of: "<ref name=\"launchSecuritySEV\"/>") else {
        throw StaleEdit("it has no launchSecuritySEV")
      }
      text.replaceSubrange(
        place,
        with: "<ref name=\"launchSecuritySEV\"/></group><group>"
          + "<attribute name=\"type\"><value>something</value></attribute>")
    }),
  HarmlessChange(
    "domain schema with an element more", on: .sid, touches: [.launchSecurity],
    .domainSchema(
      "<element name=\"mrOwner\">",
      "<element name=\"somethingNew\"><data type=\"string\"/></element></optional><optional>"
        + "<element name=\"mrOwner\">")),
  HarmlessChange(
    "domain schema in another order", on: .bookworm, touches: [.launchSecurity],
    .domainSchema("the definition of SEV comes last") { text in
      guard let start = text.range(of: "  <define name=\"launchSecuritySEV\">"),
        let end = text[start.upperBound...].range(of: "</define>\n"),
        let last = text.range(of: "</grammar>", options: .backwards)
      else { throw StaleEdit("it has no launchSecuritySEV") }
      let definition = text[start.lowerBound..<end.upperBound]
      text.insert(contentsOf: definition, at: last.lowerBound)
      text.removeSubrange(start.lowerBound..<end.upperBound)
    }),
  HarmlessChange(
    "library of a newer release", on: .trixie, touches: [.libvirt],
    Edit("libvirt is a micro release newer", facts: .of(.libvirt)) { tree in
      let link = try tree.find(["usr/lib/*/libvirt.so.0"])
      let file = try tree.resolve(link)
      let folder = file.split(separator: "/").dropLast().joined(separator: "/")
      let name = file.split(separator: "/").last.map(String.init) ?? ""
      let newer = name.replacing(/\.\d+$/, with: ".99")
      try tree.move(file, to: "\(folder)/\(newer)")
      try tree.remove(link)
      try tree.link(link, to: newer)
    }),
  HarmlessChange(
    "library without notes", on: .sid, touches: [.libvirt],
    .library("is stripped") { elf in
      for section in [".comment", ".gnu_debuglink"] where elf.sections.contains(section) {
        try elf.empty(section)
      }
    }),
  HarmlessChange(
    "library where RPM distributions have it", on: .sid, touches: [.libvirt, .libvirtKeys],
    Edit("libvirt is in usr/lib64", facts: .of(.libvirt)) { tree in
      let link = try tree.find(["usr/lib/*/libvirt.so.0"])
      let file = try tree.resolve(link)
      let name = file.split(separator: "/").last.map(String.init) ?? ""
      try tree.move(file, to: "usr/lib64/\(name)")
      try tree.remove(link)
      try tree.link("usr/lib64/libvirt.so.0", to: name)
      let driver = try tree.find(Edit.drivers)
      try tree.move(
        driver, to: "usr/lib64/libvirt/connection-driver/libvirt_driver_qemu.so")
    }),
  HarmlessChange(
    "driver with keys that nobody asks for", on: .bookworm, touches: [.libvirtKeys],
    Edit("the driver has more strings", facts: .of(.libvirt)) { tree in
      try tree.edit(try tree.find(Edit.drivers)) { bytes in
        bytes += Array("\0S:something-new\0b:something-else\0".utf8)
      }
    }),
  HarmlessChange(
    "driver without notes", on: .trixie, touches: [.libvirtKeys],
    Edit("the driver is stripped", facts: .of(.libvirt)) { tree in
      try tree.edit(try tree.find(Edit.drivers)) { bytes in
        var elf = try ELFEditor(Data(bytes))
        for section in [".comment", ".gnu_debuglink"] where elf.sections.contains(section) {
          try elf.empty(section)
        }
        bytes = elf.bytes
      }
    }),
]
