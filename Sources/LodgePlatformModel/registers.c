/* Registers of a vCPU: kept as user space gave them, and given back. */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum kind_of_set { REGS, SREGS, SREGS2, DEBUGREGS, XCRS, VCPU_EVENTS, LAPIC, FPU, SET_COUNT };

/* What KVM_GET_<name> and KVM_SET_<name> carry. */
static const struct { const char *name, *structure; } kinds[SET_COUNT] = {
    [REGS] = {"REGS", "kvm_regs"},
    [SREGS] = {"SREGS", "kvm_sregs"},
    [SREGS2] = {"SREGS2", "kvm_sregs2"},
    [DEBUGREGS] = {"DEBUGREGS", "kvm_debugregs"},
    [XCRS] = {"XCRS", "kvm_xcrs"},
    [VCPU_EVENTS] = {"VCPU_EVENTS", "kvm_vcpu_events"},
    [LAPIC] = {"LAPIC", "kvm_lapic_state"},
    [FPU] = {"FPU", "kvm_fpu"},
};
/* The value of the first kvm_xcr in kvm_xcrs, which is XCR0 (uapi asm/kvm.h). */
enum { FIRST_XCR = 16 };
_Static_assert((int)SET_COUNT <= (int)REGISTER_SETS, "room for every kind");

static size_t size_of(enum kind_of_set kind) {
  size_t size = layout_size(kinds[kind].structure);
  return size <= REGISTER_SET_SIZE ? size : 0;
}

/* The kind that a call is about: what follows KVM_GET_ or KVM_SET_. */
static enum kind_of_set kind_named(const char *name) {
  enum kind_of_set kind = 0;
  while (kind < SET_COUNT && strcmp(kinds[kind].name, name)) kind++;
  return kind;
}

static uint64_t member(const struct vcpu *vcpu, enum kind_of_set kind, const char *name) {
  size_t offset, size;
  uint64_t value = 0;
  if (layout_field(name, &offset, &size) && size <= sizeof value && offset + size <= size_of(kind))
    memcpy(&value, vcpu->state->sets[kind] + offset, size);
  return value;
}

static void set_member(struct vcpu *vcpu, enum kind_of_set kind, const char *name, uint64_t value) {
  size_t offset, size;
  if (layout_field(name, &offset, &size) && size <= sizeof value && offset + size <= size_of(kind))
    memcpy(vcpu->state->sets[kind] + offset, &value, size);
}

/* KVM_GET_SREGS and KVM_GET_SREGS2 begin alike; what one set, the other gives. */
static void share_sregs(struct vcpu *vcpu, enum kind_of_set from, enum kind_of_set to) {
  size_t common, size;
  if (!layout_field("kvm_sregs.interrupt_bitmap", &common, &size) || common > REGISTER_SET_SIZE)
    return;
  memcpy(vcpu->state->sets[to], vcpu->state->sets[from], common);
}

static void reset_segment(struct vcpu *vcpu, const char *name, uint64_t base, uint16_t selector,
                          uint8_t type, bool system) {
  static const char *const members[] = {"kvm_segment.base", "kvm_segment.limit",
                                        "kvm_segment.selector", "kvm_segment.type",
                                        "kvm_segment.present", "kvm_segment.s"};
  const uint64_t values[] = {base, 0xffff, selector, type, 1, !system};
  size_t start, offset, size;
  if (!layout_field(name, &start, &size)) return;
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    if (layout_field(members[i], &offset, &size) && size <= sizeof *values &&
        start + offset + size <= REGISTER_SET_SIZE)
      memcpy(vcpu->state->sets[SREGS] + start + offset, &values[i], size);
}

static void reset_table(struct vcpu *vcpu, const char *name) {
  enum { LIMIT = 8 };         /* where kvm_dtable has it */
  const uint16_t limit = 0xffff;
  size_t start, size;
  if (layout_field(name, &start, &size) && start + LIMIT + sizeof limit <= REGISTER_SET_SIZE)
    memcpy(vcpu->state->sets[SREGS] + start + LIMIT, &limit, sizeof limit);
}

/* arch/x86/kvm/svm/svm.c: init_vmcb, and arch/x86/kvm/x86.c: kvm_vcpu_reset. */
static void reset_sregs(struct vcpu *vcpu) {
  static const char *const data[] = {"kvm_sregs.ds", "kvm_sregs.es", "kvm_sregs.fs",
                                     "kvm_sregs.gs", "kvm_sregs.ss"};
  for (size_t i = 0; i < sizeof data / sizeof *data; i++)
    reset_segment(vcpu, data[i], 0, 0, 3, false);
  reset_segment(vcpu, "kvm_sregs.cs", 0xffff0000, 0xf000, 0xb, false);
  reset_segment(vcpu, "kvm_sregs.ldt", 0, 0, 2, true);
  reset_segment(vcpu, "kvm_sregs.tr", 0, 0, 0xb, true);
  reset_table(vcpu, "kvm_sregs.gdt");
  reset_table(vcpu, "kvm_sregs.idt");
  set_member(vcpu, SREGS, "kvm_sregs.cr0", 0x60000010);
  set_member(vcpu, SREGS, "kvm_sregs.apic_base", 0xfee00800 | (is_boot_cpu(vcpu) ? 0x100 : 0));
  share_sregs(vcpu, SREGS, SREGS2);
}

/* arch/x86/kvm/lapic.c: kvm_lapic_reset. */
static void reset_lapic(struct vcpu *vcpu) {
  static const struct { uint16_t at; uint32_t value; } values[] = {
      {0x30, 0x50014}, {0xe0, 0xffffffff}, {0xf0, 0xff}, {0x320, 0x10000}, {0x330, 0x10000},
      {0x340, 0x10000}, {0x360, 0x10000}, {0x370, 0x10000}};
  const uint32_t id = (uint32_t)vcpu->id << 24, line = is_boot_cpu(vcpu) ? 0x700 : 0x10000;
  memcpy(vcpu->state->sets[LAPIC] + 0x20, &id, sizeof id);
  memcpy(vcpu->state->sets[LAPIC] + 0x350, &line, sizeof line);   /* LVT0: ExtINT on the boot CPU */
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    memcpy(vcpu->state->sets[LAPIC] + values[i].at, &values[i].value, 4);
}

bool registers_reset(struct vcpu *vcpu) {
  set_member(vcpu, REGS, "kvm_regs.rip", 0xfff0);
  set_member(vcpu, REGS, "kvm_regs.rflags", 2);
  set_member(vcpu, REGS, "kvm_regs.rdx", 0x600);
  set_member(vcpu, DEBUGREGS, "kvm_debugregs.dr6", 0xffff0ff0);
  set_member(vcpu, DEBUGREGS, "kvm_debugregs.dr7", 0x400);
  set_member(vcpu, XCRS, "kvm_xcrs.nr_xcrs", 1);
  const uint64_t xcr0 = 1;
  memcpy(vcpu->state->sets[XCRS] + FIRST_XCR, &xcr0, sizeof xcr0);
  reset_sregs(vcpu);
  reset_lapic(vcpu);
  return xsave_reset(vcpu);
}

uint64_t sregs_member(const struct vcpu *vcpu, const char *name) {
  return member(vcpu, SREGS, name);
}

void set_sregs_member(struct vcpu *vcpu, const char *name, uint64_t value) {
  set_member(vcpu, SREGS, name, value);
  share_sregs(vcpu, SREGS, SREGS2);
}

uint64_t xcr0_of(const struct vcpu *vcpu) {
  uint64_t value;
  memcpy(&value, vcpu->state->sets[XCRS] + FIRST_XCR, sizeof value);
  return value;
}

/* The kernel answers no register call once the TEE holds the registers; a SEV-ES guest of VM type 0
 * is the exception (arch/x86/kvm/x86.c: has_protected_state && guest_state_protected). */
long registers_are_protected(const struct call *call) {
  if (!call->vm->protected_state || !call->vcpu->state_is_encrypted) return 0;
  return refuse(WHO_KERNEL, EINVAL, "the vCPU's state is encrypted");
}

bool float_is_hidden(const struct call *call, long *result) {
  if (!call->vcpu->float_is_confidential) return false;
  *result = call->vm->protected_state
                ? refuse(WHO_KERNEL, EINVAL, "the vCPU's floating point state is encrypted") : 0;
  return true;
}

/* arch/x86/kvm/x86.c: kvm_arch_vcpu_ioctl: the local APIC's registers need one in the kernel. */
static long check_kind(const struct call *call, enum kind_of_set kind) {
  if (kind == LAPIC && call->vm->state->irqchip == IRQCHIP_NONE)
    return refuse(WHO_KERNEL, EINVAL, "the vCPU has no local APIC in the kernel");
  if (kind == LAPIC && call->vm->protected_apic)
    return refuse(WHO_KERNEL, EINVAL, "the TDX module has the local APIC");
  if (kind == LAPIC || kind == VCPU_EVENTS || kind == FPU) return 0;
  return registers_are_protected(call);
}

/* arch/x86/kvm/x86.c: kvm_vcpu_ioctl_x86_get_vcpu_events: which members are valid. */
static uint64_t event_flags(const struct vm *vm) {
  return 0xd | (vm->state->exception_payload ? 0x10 : 0) | (vm->state->triple_fault_event ? 0x20 : 0);
}

static long get_registers(struct call *call) {
  enum kind_of_set kind = kind_named(call->name + strlen("KVM_GET_"));
  long result = check_kind(call, kind);
  if (result) return result;
  if (kind == FPU && float_is_hidden(call, &result)) {
    static const uint8_t zeros[REGISTER_SET_SIZE];
    return result ? result : copy_out(call->argument, zeros, size_of(FPU));
  }
  if (kind == FPU) xsave_to_fpu(call->vcpu, call->vcpu->state->sets[FPU]);
  if (kind == VCPU_EVENTS)
    set_member(call->vcpu, kind, "kvm_vcpu_events.flags", event_flags(call->vm));
  return copy_out(call->argument, call->vcpu->state->sets[kind], size_of(kind));
}

/* arch/x86/kvm/x86.c (7.2: regs.c): kvm_is_valid_sregs, what all CPUs have in common. */
static long check_mode(struct vcpu *vcpu, enum kind_of_set kind) {
  enum { PE = 1, LME = 1 << 8, LMA = 1 << 10, PAE = 1 << 5 };
  const uint64_t paging = 1u << 31, no_write_through = 1u << 29, cache_disable = 1u << 30;
  bool second = kind == SREGS2;
  uint64_t cr0 = member(vcpu, kind, second ? "kvm_sregs2.cr0" : "kvm_sregs.cr0");
  uint64_t cr4 = member(vcpu, kind, second ? "kvm_sregs2.cr4" : "kvm_sregs.cr4");
  uint64_t efer = member(vcpu, kind, second ? "kvm_sregs2.efer" : "kvm_sregs.efer");
  bool is_long = efer & LME && cr0 & paging;
  if (cr0 >> 32 || (cr0 & no_write_through && !(cr0 & cache_disable)) || (cr0 & paging && !(cr0 & PE)))
    return refuse(WHO_KERNEL, EINVAL, "CR0 of 0x%llx", (unsigned long long)cr0);
  if (is_long ? !(cr4 & PAE) || !(efer & LMA) : efer & LMA)
    return refuse(WHO_KERNEL, EINVAL, "CR0, CR4 and EFER are of no mode");
  return 0;
}

/* arch/x86/kvm/x86.c: kvm_vcpu_ioctl_x86_set_vcpu_events: the exception comes first in kvm_vcpu_events:
 * injected, number, has an error code, pending. An NMI (2) is none. */
static bool is_exception(const struct vcpu *vcpu) {
  enum { INJECTED, NUMBER, PENDING = 3, HAS_PAYLOAD = 0x10, NMI = 2, LAST = 31 };
  const uint8_t *events = vcpu->state->sets[VCPU_EVENTS];
  bool pending = member(vcpu, VCPU_EVENTS, "kvm_vcpu_events.flags") & HAS_PAYLOAD && events[PENDING];
  return !(events[INJECTED] || pending) || (events[NUMBER] <= LAST && events[NUMBER] != NMI);
}

/* What the kernel refuses of a set that was given: arch/x86/kvm/x86.c, by function. */
static long check_values(struct vcpu *vcpu, enum kind_of_set kind) {
  if (kind == DEBUGREGS && (member(vcpu, kind, "kvm_debugregs.flags") ||
                            member(vcpu, kind, "kvm_debugregs.dr6") >> 32 ||
                            member(vcpu, kind, "kvm_debugregs.dr7") >> 32))
    return refuse(WHO_KERNEL, EINVAL, "debug registers have reserved bits");
  if (kind == XCRS) {
    uint64_t xcr0 = xcr0_of(vcpu), supported = setting_number("xcr0", 3);
    if (member(vcpu, kind, "kvm_xcrs.nr_xcrs") > 16 || member(vcpu, kind, "kvm_xcrs.flags"))
      return refuse(WHO_KERNEL, EINVAL, "too many registers, or flags");
    if (member(vcpu, kind, "kvm_xcrs.nr_xcrs") && (!(xcr0 & 1) || xcr0 & ~supported))
      return refuse(WHO_KERNEL, EINVAL, "XCR0 of 0x%llx is supported", (unsigned long long)supported);
  }
  if (kind == VCPU_EVENTS &&
      member(vcpu, kind, "kvm_vcpu_events.flags") & ~(event_flags(vcpu->vm) | 0xf))
    return refuse(WHO_KERNEL, EINVAL, "event flags are not supported");
  if (kind == VCPU_EVENTS && !is_exception(vcpu))
    return refuse(WHO_KERNEL, EINVAL, "no such exception");
  return kind == SREGS || kind == SREGS2 ? check_mode(vcpu, kind) : 0;
}

static long set_registers(struct call *call) {
  enum kind_of_set kind = kind_named(call->name + strlen("KVM_SET_"));
  uint8_t *set = call->vcpu->state->sets[kind], old[REGISTER_SET_SIZE];
  long result = check_kind(call, kind);
  if (result) return result;
  if (kind == FPU && float_is_hidden(call, &result)) return result;
  memcpy(old, set, sizeof old);
  result = copy_in(set, call->argument, size_of(kind));
  if (!result) result = check_values(call->vcpu, kind);
  if (result) {
    memcpy(set, old, sizeof old);
    return result;
  }
  if (kind == REGS) {
    const char *flags = "kvm_regs.rflags";    /* bit 1 is always set: __set_regs */
    set_member(call->vcpu, REGS, flags, member(call->vcpu, REGS, flags) | 2);
  }
  if (kind == SREGS) share_sregs(call->vcpu, SREGS, SREGS2);
  if (kind == SREGS2) share_sregs(call->vcpu, SREGS2, SREGS);
  if (kind == FPU) xsave_from_fpu(call->vcpu, set);
  return 0;
}

const void *vcpu_registers(struct vcpu *vcpu, const char *name, size_t *size) {
  if (!strcmp(name, "XSAVE")) {
    *size = vcpu->state->xsave_size;
    return vcpu->state->xsave;
  }
  enum kind_of_set kind = kind_named(name);
  if (kind == SET_COUNT || !size_of(kind)) return NULL;
  if (kind == FPU) xsave_to_fpu(vcpu, vcpu->state->sets[FPU]);
  *size = size_of(kind);
  return vcpu->state->sets[kind];
}

const struct row register_rows[] = {
    {"KVM_GET_REGS", KIND_VCPU, get_registers},
    {"KVM_SET_REGS", KIND_VCPU, set_registers},
    {"KVM_GET_SREGS", KIND_VCPU, get_registers},
    {"KVM_SET_SREGS", KIND_VCPU, set_registers},
    {"KVM_GET_SREGS2", KIND_VCPU, get_registers},
    {"KVM_SET_SREGS2", KIND_VCPU, set_registers},
    {"KVM_GET_DEBUGREGS", KIND_VCPU, get_registers},
    {"KVM_SET_DEBUGREGS", KIND_VCPU, set_registers},
    {"KVM_GET_XCRS", KIND_VCPU, get_registers},
    {"KVM_SET_XCRS", KIND_VCPU, set_registers},
    {"KVM_GET_VCPU_EVENTS", KIND_VCPU, get_registers},
    {"KVM_SET_VCPU_EVENTS", KIND_VCPU, set_registers},
    {"KVM_GET_LAPIC", KIND_VCPU, get_registers},
    {"KVM_SET_LAPIC", KIND_VCPU, set_registers},
    {"KVM_GET_FPU", KIND_VCPU, get_registers},
    {"KVM_SET_FPU", KIND_VCPU, set_registers},
    {0},
};
