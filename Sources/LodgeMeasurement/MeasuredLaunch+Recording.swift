import Crypto
import Foundation
package import LodgeModel

extension MeasuredRegion {
  /// What is kept of a region of a launch; `call` is the UAPI name of its command.
  package init(_ region: LaunchRegion, call: String) {
    self.init(
      call: call, kind: region.kind.title, address: region.address, size: region.size)
    if region.kind == .saveAreas {
      for area in region.saveAreas {
        let fields = area.fields
        if saveAreas.last?.fields == fields {
          saveAreas[saveAreas.count - 1].count += 1
        } else {
          saveAreas.append(Registers(count: 1, fields: fields))
        }
      }
    } else {
      pages = Self.pages(of: region.contents)
    }
  }

  private static func pages(of contents: Data) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(contents.count / Int(Page.size) * digitsOfPage)
    for start in stride(from: contents.startIndex, to: contents.endIndex, by: Int(Page.size)) {
      let page = contents[start..<min(start + Int(Page.size), contents.endIndex)]
      text += hexadecimal(SHA256.hash(data: page).prefix(digitsOfPage / 2)).utf8
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension LaunchRegion {
  /// The UAPI name of the command that gives such a region to the TEE.
  package func call(in type: DomainType) -> String {
    switch kind {
    case .data: "KVM_SEV_LAUNCH_UPDATE_DATA"
    case .saveAreas: type == .sevSNP ? "KVM_SEV_SNP_LAUNCH_FINISH" : "KVM_SEV_LAUNCH_UPDATE_VMSA"
    case .snp: "KVM_SEV_SNP_LAUNCH_UPDATE"
    case .trustDomain: "KVM_TDX_INIT_MEM_REGION"
    }
  }
}

extension Launch {
  /// The regions as they are kept.
  package var recorded: [MeasuredRegion] {
    regions.map { MeasuredRegion($0, call: $0.call(in: type)) }
  }
}
