extension SaveArea {
  /// One field of the page, by the name that Linux gives it.
  struct Field: Sendable {
    let name: String
    let offset: Int
    /// Bytes, 1 to 8; larger areas are told in pieces.
    let size: Int

    /// The fields that are named, by their offset.
    ///
    /// **Source:** AMD64 Architecture Programmer's Manual volume 2, table B-4; names as in Linux
    /// arch/x86/include/asm/svm.h, `struct sev_es_save_area`.
    static let all: [Field] =
      (segments.flatMap { name, offset in
        [
          Field(name: "\(name).selector", offset: offset, size: 2),
          Field(name: "\(name).attrib", offset: offset + 2, size: 2),
          Field(name: "\(name).limit", offset: offset + 4, size: 4),
          Field(name: "\(name).base", offset: offset + 8, size: 8),
        ]
      } + others.map { Field(name: $0, offset: $1, size: $2) }).sorted { $0.offset < $1.offset }

    static let named = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let segments: [(String, Int)] = [
      ("es", 0x00), ("cs", 0x10), ("ss", 0x20), ("ds", 0x30), ("fs", 0x40), ("gs", 0x50),
      ("gdtr", 0x60), ("ldtr", 0x70), ("idtr", 0x80), ("tr", 0x90),
    ]

    private static let others: [(String, Int, Int)] = [
      ("vmpl0_ssp", 0xa0, 8), ("vmpl1_ssp", 0xa8, 8), ("vmpl2_ssp", 0xb0, 8),
      ("vmpl3_ssp", 0xb8, 8), ("u_cet", 0xc0, 8), ("vmpl", 0xca, 1), ("cpl", 0xcb, 1),
      ("efer", 0xd0, 8), ("xss", 0x140, 8), ("cr4", 0x148, 8), ("cr3", 0x150, 8),
      ("cr0", 0x158, 8), ("dr7", 0x160, 8), ("dr6", 0x168, 8), ("rflags", 0x170, 8),
      ("rip", 0x178, 8), ("dr0", 0x180, 8), ("dr1", 0x188, 8), ("dr2", 0x190, 8),
      ("dr3", 0x198, 8), ("dr0_addr_mask", 0x1a0, 8), ("dr1_addr_mask", 0x1a8, 8),
      ("dr2_addr_mask", 0x1b0, 8), ("dr3_addr_mask", 0x1b8, 8), ("rsp", 0x1d8, 8),
      ("s_cet", 0x1e0, 8), ("ssp", 0x1e8, 8), ("isst_addr", 0x1f0, 8), ("rax", 0x1f8, 8),
      ("star", 0x200, 8), ("lstar", 0x208, 8), ("cstar", 0x210, 8), ("sfmask", 0x218, 8),
      ("kernel_gs_base", 0x220, 8), ("sysenter_cs", 0x228, 8), ("sysenter_esp", 0x230, 8),
      ("sysenter_eip", 0x238, 8), ("cr2", 0x240, 8), ("g_pat", 0x268, 8), ("dbgctl", 0x270, 8),
      ("br_from", 0x278, 8), ("br_to", 0x280, 8), ("last_excp_from", 0x288, 8),
      ("last_excp_to", 0x290, 8), ("pkru", 0x2e8, 4), ("tsc_aux", 0x2ec, 4), ("rcx", 0x308, 8),
      ("rdx", 0x310, 8), ("rbx", 0x318, 8), ("rbp", 0x328, 8), ("rsi", 0x330, 8),
      ("rdi", 0x338, 8), ("r8", 0x340, 8), ("r9", 0x348, 8), ("r10", 0x350, 8),
      ("r11", 0x358, 8), ("r12", 0x360, 8), ("r13", 0x368, 8), ("r14", 0x370, 8),
      ("r15", 0x378, 8), ("guest_exit_info_1", 0x390, 8), ("guest_exit_info_2", 0x398, 8),
      ("guest_exit_int_info", 0x3a0, 8), ("guest_nrip", 0x3a8, 8), ("sev_features", 0x3b0, 8),
      ("vintr_ctrl", 0x3b8, 8), ("guest_exit_code", 0x3c0, 8), ("virtual_tom", 0x3c8, 8),
      ("tlb_id", 0x3d0, 8), ("pcpu_id", 0x3d8, 8), ("event_inj", 0x3e0, 8), ("xcr0", 0x3e8, 8),
      ("x87_dp", 0x400, 8), ("mxcsr", 0x408, 4), ("x87_ftw", 0x40c, 2), ("x87_fsw", 0x40e, 2),
      ("x87_fcw", 0x410, 2), ("x87_fop", 0x412, 2), ("x87_ds", 0x414, 2), ("x87_cs", 0x416, 2),
      ("x87_rip", 0x418, 8),
    ]
  }

  /// What the page holds, by the names of its fields, as hexadecimal numbers; zeros are left out.
  ///
  /// Bytes that no field has are named by their offset.
  package var fields: [String: String] {
    let bytes = Array(page)
    var fields: [String: String] = [:]
    var named = Field.all[...]
    var offset = 0
    while offset < bytes.count {
      let next = named.first
      let isField = next?.offset == offset
      let end = isField ? offset + (next?.size ?? 1) : next?.offset ?? Self.size
      let size = isField ? end - offset : min(8 - offset % 8, end - offset)
      let value = bytes.number(at: offset, size)
      if value != 0 {
        let name = isField ? next?.name : nil
        fields[name ?? "offset 0x\(String(offset, radix: 16))"] = "0x\(String(value, radix: 16))"
      }
      if isField { named = named.dropFirst() }
      offset += size
    }
    return fields
  }
}

extension [UInt8] {
  /// A little-endian number of up to eight bytes; bytes beyond the end count as zero.
  fileprivate func number(at offset: Int, _ size: Int) -> UInt64 {
    (0..<size).reversed().reduce(0) { value, byte in
      value << 8 | UInt64(offset + byte < count ? self[offset + byte] : 0)
    }
  }
}
