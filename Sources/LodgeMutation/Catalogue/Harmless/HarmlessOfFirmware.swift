import Foundation
import LodgeModel

/// Changes of firmware and its descriptors that break nothing.
let harmlessOfFirmware: [HarmlessChange] = [
  HarmlessChange(
    "descriptors on one line", on: .sid, touches: [.descriptors],
    .descriptors("descriptors are on one line") { $0.text() }),
  HarmlessChange(
    "descriptors with their keys in another order", on: .trixie, touches: [.descriptors],
    .descriptors("keys are in another order") { document in
      var document = document
      document.changeAll { $0.members.isEmpty ? () : $0.members.reverse() }
      return document.text(indent: "\t")
    }),
  HarmlessChange(
    "descriptors with features that nobody asks for", on: .bookworm, touches: [.descriptors],
    .descriptors("there are more features") { document in
      var document = document
      document["features"]?.elements.append(.string("something-new"))
      document["something"] = .object([.init("new", .boolean(true))])
      return document.text(indent: " ")
    }),
  HarmlessChange(
    "a descriptor for another architecture", on: .sid, touches: [.descriptors],
    .descriptor("amdsev", "is for aarch64 too") {
      $0["targets"]?.elements.append(
        .object([
          .init("architecture", .string("aarch64")),
          .init("machines", .array([.string("virt-*")])),
        ]))
    }),
  HarmlessChange(
    "descriptors with other numbers before their names", on: .sid, touches: [.descriptors],
    Edit("amdsev's descriptor has another number in the same place", facts: .of(.firmware)) {
      tree in
      let file = try tree.find(["usr/share/qemu/firmware/*amdsev.json"])
      try tree.move(file, to: "usr/share/qemu/firmware/59-vendor-amdsev.json")
    }),
  HarmlessChange(
    "an image more", on: .trixie, touches: [.firmware],
    Edit("there is an image that nobody names", facts: .of(.firmware)) { tree in
      try tree.write(
        Data(repeating: 0xFF, count: 1 << 20), to: "usr/share/OVMF/OVMF_VARS.vendor.fd")
    }),
  HarmlessChange(
    "an image that its descriptor names by a link", on: .sid, touches: [.firmware, .descriptors],
    Edit("edk2/ovmf/OVMF.vendor.fd is a link to OVMF.amdsev.fd", facts: .of(.firmware)) { tree in
      let image = try tree.find(EditedImage.amdSEV.patterns)
      try tree.link("usr/share/edk2/ovmf/OVMF.vendor.fd", to: "/\(image)")
    },
    .descriptor("amdsev", "names it") {
      $0["mapping"]?["filename"] = .string("/usr/share/edk2/ovmf/OVMF.vendor.fd")
    }),
  HarmlessChange(
    "an image behind a link", on: .sid, touches: [.firmware],
    Edit("OVMF.amdsev.fd is a link", facts: .of(.firmware)) { tree in
      let image = try tree.find(EditedImage.amdSEV.patterns)
      try tree.move(image, to: "usr/share/edk2/OVMF.amdsev.fd")
      try tree.link(image, to: "../edk2/OVMF.amdsev.fd")
    }),
  HarmlessChange(
    "an image with variables that were set", on: .sid, touches: [.firmware],
    .image(.amdSEV, "its variable store holds something") { image in
      for offset in 0..<64 { image.put(UInt8(0xA5), at: 0x1000 + offset) }
    }),
  HarmlessChange(
    "an image that knows a structure more", on: .trixie, touches: [.firmware],
    .image(.whole, "a structure of its table has another GUID") { image in
      try image.forget(.secretArea)
    }),
]
