/* The save area of an encrypted vCPU, as KVM builds it (arch/x86/kvm/svm/sev.c: sev_es_sync_vmsa;
 * layout: AMD64 Architecture Programmer's Manual volume 2, table B-4). */
#define _GNU_SOURCE
#include "tee.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What copies one member of a UAPI structure into the page. */
struct placement { const char *member; unsigned offset, size; };

/* One structure of registers as KVM_GET_<name> gives it. */
static bool registers(struct vcpu *vcpu, const char *name, const char *layout,
                      struct structure *registers) {
  size_t size;
  const void *bytes = vcpu_registers(vcpu, name, &size);
  structure_start(registers, layout, 0);
  if (!bytes) return false;
  memcpy(registers->bytes, bytes, size < registers->size ? size : registers->size);
  return true;
}

static void place(uint8_t *page, unsigned offset, uint64_t value, unsigned size) {
  memcpy(page + offset, &value, size);
}

static void place_all(uint8_t *page, const struct structure *from, const struct placement *list) {
  for (; list->member; list++) place(page, list->offset, member(from, list->member), list->size);
}

/* A segment's attributes in the twelve bits of the VMCB (arch/x86/kvm/svm/svm.c: svm_set_segment). */
static void place_segment(uint8_t *page, unsigned offset, const struct structure *sregs,
                          const char *name) {
  static const struct { const char *member; int bit; } bits[] = {
      {"type", 0}, {"s", 4}, {"dpl", 5}, {"avl", 8}, {"l", 9}, {"db", 10}, {"g", 11}};
  char path[32], *end = stpcpy(stpcpy(path, name), ".");
  uint64_t attributes = 0;
  for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
    strcpy(end, bits[i].member);
    attributes |= member(sregs, path) << bits[i].bit;
  }
  strcpy(end, "present");
  uint64_t present = member(sregs, path);
  strcpy(end, "unusable");
  attributes |= (uint64_t)(present && !member(sregs, path)) << 7;
  place(page, offset + 2, attributes, 2);
  strcpy(end, "selector"), place(page, offset, member(sregs, path), 2);
  strcpy(end, "limit"), place(page, offset + 4, member(sregs, path), 4);
  strcpy(end, "base"), place(page, offset + 8, member(sregs, path), 8);
}

enum { EFER_SVME = 1 << 12, CR4_MCE = 1 << 6 };

static void place_system_registers(uint8_t *page, const struct structure *sregs) {
  static const struct { const char *name; unsigned offset; } segments[] = {
      {"es", 0x00}, {"cs", 0x10}, {"ss", 0x20},  {"ds", 0x30},
      {"fs", 0x40}, {"gs", 0x50}, {"ldt", 0x70}, {"tr", 0x90}};
  static const struct placement rest[] = {
      {"gdt.limit", 0x64, 4}, {"gdt.base", 0x68, 8}, {"idt.limit", 0x84, 4},
      {"idt.base", 0x88, 8},  {"ss.dpl", 0xcb, 1},   {"cr3", 0x150, 8},
      {"cr2", 0x240, 8},      {NULL, 0, 0}};
  for (size_t i = 0; i < sizeof segments / sizeof *segments; i++)
    place_segment(page, segments[i].offset, sregs, segments[i].name);
  place_all(page, sregs, rest);
  place(page, 0xd0, member(sregs, "efer") | EFER_SVME, 8);
  place(page, 0x148, member(sregs, "cr4") | CR4_MCE, 8);
  /* CD and NW: KVM_X86_QUIRK_CD_NW_CLEARED, which QEMU leaves on. */
  place(page, 0x158, member(sregs, "cr0") & ~(uint64_t)(3u << 29), 8);
}

static const struct placement general_registers[] = {
    {"rflags", 0x170, 8}, {"rip", 0x178, 8}, {"rsp", 0x1d8, 8}, {"rax", 0x1f8, 8},
    {"rcx", 0x308, 8},    {"rdx", 0x310, 8}, {"rbx", 0x318, 8}, {"rbp", 0x328, 8},
    {"rsi", 0x330, 8},    {"rdi", 0x338, 8}, {"r8", 0x340, 8},  {"r9", 0x348, 8},
    {"r10", 0x350, 8},    {"r11", 0x358, 8}, {"r12", 0x360, 8}, {"r13", 0x368, 8},
    {"r14", 0x370, 8},    {"r15", 0x378, 8}, {NULL, 0, 0}};

static const struct placement debug_registers[] = {
    {"dr7", 0x160, 8}, {"dr6", 0x168, 8}, {NULL, 0, 0}};

/* From the XSAVE area to the page: data pointer, MXCSR, tag, status and control word, opcode,
 * instruction pointer, XMM registers. */
static const struct { unsigned from, to, size; } float_registers[] = {
    {16, 0x400, 8}, {24, 0x408, 4}, {4, 0x40c, 2}, {2, 0x40e, 2},
    {0, 0x410, 2},  {6, 0x412, 2},  {8, 0x418, 8}, {160, 0x470, 256}};

/* The x87 registers lie there in two pieces each, and the upper halves of YMM apart. */
static void place_float_registers(uint8_t *page, const uint8_t *area, size_t size) {
  enum { X87 = 32, HEADER = 512, AVX = 1 << 2, UPPER_HALVES = 576 };
  for (size_t i = 0; i < sizeof float_registers / sizeof *float_registers; i++)
    memcpy(page + float_registers[i].to, area + float_registers[i].from, float_registers[i].size);
  for (unsigned i = 0; i < 8; i++) {
    memcpy(page + 0x420 + 8 * i, area + X87 + 16 * i, 8);
    memcpy(page + 0x460 + 2 * i, area + X87 + 16 * i + 8, 2);
  }
  if (area[HEADER] & AVX && size >= UPPER_HALVES + 256)
    memcpy(page + 0x570, area + UPPER_HALVES, 256);
}

/* MSRs that lie in the save area, by index. */
static const struct { uint32_t index; unsigned offset; } msrs[] = {
    {0x277, 0x268},      {0xc0000081, 0x200}, {0xc0000082, 0x208}, {0xc0000083, 0x210},
    {0xc0000084, 0x218}, {0xc0000102, 0x220}, {0x174, 0x228},      {0x175, 0x230},
    {0x176, 0x238}};

void vmsa_build(struct vcpu *vcpu, uint8_t page[PAGE]) {
  const struct sev_guest *guest = &vcpu->vm->tee->sev;
  struct structure from;
  uint64_t value;
  memset(page, 0, PAGE);
  if (registers(vcpu, "SREGS", "kvm_sregs", &from)) place_system_registers(page, &from);
  if (registers(vcpu, "REGS", "kvm_regs", &from)) place_all(page, &from, general_registers);
  if (registers(vcpu, "DEBUGREGS", "kvm_debugregs", &from)) place_all(page, &from, debug_registers);
  if (registers(vcpu, "XCRS", "kvm_xcrs", &from)) {
    const uint8_t *first = member_bytes(&from, "xcrs", 256);
    if (first && member(&from, "nr_xcrs")) memcpy(page + 0x3e8, first + 8, 8);
    else place(page, 0x3e8, 1, 8);
  }
  for (size_t i = 0; i < sizeof msrs / sizeof *msrs; i++)
    if (vcpu_msr(vcpu, msrs[i].index, &value)) place(page, msrs[i].offset, value, 8);
  place(page, 0x3b0, guest->vmsa_features, 8);
  /* KVM_SEV_ES_INIT leaves the floating point state out, so as not to change older digests. */
  if (vcpu->vm->type == constant_or("KVM_X86_DEFAULT_VM", 0)) return;
  size_t size;
  const uint8_t *area = vcpu_registers(vcpu, "XSAVE", &size);
  if (area) place_float_registers(page, area, size);
}

long vmsa_check(struct vcpu *vcpu) {
  enum { DR7_FIXED = 0x400 };
  struct structure debug;
  const struct vcpu_tee *tee = vcpu->tee;
  if (tee && tee->encrypted)
    return refuse(WHO_KERNEL, EINVAL, "the registers of vCPU %d are encrypted already", vcpu->id);
  if (vcpu->debugged || (registers(vcpu, "DEBUGREGS", "kvm_debugregs", &debug) &&
                         member(&debug, "dr7") & ~(uint64_t)DR7_FIXED))
    return refuse(WHO_KERNEL, EINVAL, "vCPU %d is debugged, or has breakpoints in DR7", vcpu->id);
  return 0;
}

static long encrypt_vmsa(struct vcpu *vcpu, uint8_t page[PAGE], vmsa_taker *take) {
  struct vcpu_tee *tee = vcpu->tee;
  long result = vmsa_check(vcpu);
  if (result) return result;
  vmsa_build(vcpu, page);
  take(vcpu->vm, page);
  if (tee) tee->encrypted = true;
  vcpu->state_is_encrypted = true;
  /* sev.c: __sev_launch_update_vmsa calls fpstate_set_confidential, snp_launch_update_vmsa does not. */
  vcpu->float_is_confidential = !vcpu->vm->tee->sev.snp;
  return 0;
}

/* Says the digest of all pages in one, and keeps them under it. */
static void say_vmsas(const uint8_t *pages, size_t count) {
  struct sha256 hash;
  uint8_t digest[32];
  sha256_start(&hash);
  sha256_add(&hash, pages, count * PAGE);
  sha256_finish(&hash, digest);
  say_bytes("vmsas", digest, sizeof digest);
  keep_measured(digest, (uintptr_t)pages, count * PAGE);
}

long encrypt_vmsas(struct vm *vm, vmsa_taker *take) {
  size_t count = vm->vcpu_count;
  uint8_t *pages = calloc(count + 1, PAGE);
  long result = pages ? 0 : -ENOMEM;
  for (size_t i = 0; !result && i < count; i++) {
    uint8_t *page = pages + i * PAGE;
    char name[32];
    result = encrypt_vmsa(vm->vcpus[i], page, take);
    snprintf(name, sizeof name, "vmsa%d", vm->vcpus[i]->id);
    if (!result && i < 4) say_digest(name, page, PAGE);
  }
  if (!result && count) say_vmsas(pages, count);
  free(pages);
  return result;
}
