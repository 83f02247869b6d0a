/* The extended state of a vCPU: x87, SSE, AVX and what follows, in the standard XSAVE format. */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { X87 = 1, SSE = 2, AVX = 4, MINIMUM = 4096, COMPONENTS = 63 };
/* Places in the area; at SOFTWARE the kernel says which components there can be. */
enum { CONTROL_WORD = 0, MXCSR = 24, REGISTERS = 32, XMM = 160, SOFTWARE = 464, HEADER = 512 };

struct part { size_t offset, size; };

/* Where a component lies; size 0: the CPU has none (CPUID leaf 0xD). */
static struct part part_of(unsigned component) {
  const struct cpuid_entry *entries;
  size_t count = supported_cpuid(&entries);
  if (component == 0) return (struct part){0, XMM};
  if (component == 1) return (struct part){XMM, 256};
  for (size_t i = 0; i < count; i++)
    if (entries[i].function == 0xd && entries[i].index == component && !(entries[i].ecx & 1))
      return (struct part){entries[i].ebx, entries[i].eax};
  return (struct part){0, 0};
}

static bool fits(struct part part, size_t size) {
  return part.size && part.offset <= size && part.size <= size - part.offset;
}

/* The bits of MXCSR that can be set, as FXSAVE of the CPU tells them: MM (17) is AMD's, where SSE
 * takes misaligned operands (AMD64 APM vol. 1, 4.2.2; CPUID 0x80000001, ECX bit 7). */
static uint32_t mxcsr_mask(void) {
  const struct cpuid_entry *entries;
  size_t count = supported_cpuid(&entries);
  for (size_t i = 0; i < count; i++)
    if (entries[i].function == 0x80000001 && entries[i].ecx & 1 << 7) return 0x2ffff;
  return 0xffff;
}

/* arch/x86/kernel/fpu/core.c: fpstate_init_fxstate. */
static void reset_legacy(uint8_t *area) {
  const uint16_t control = 0x37f;
  const uint32_t mxcsr[] = {0x1f80, mxcsr_mask()};
  memset(area, 0, HEADER);
  memcpy(area + CONTROL_WORD, &control, sizeof control);
  memcpy(area + MXCSR, mxcsr, sizeof mxcsr);
}

bool xsave_reset(struct vcpu *vcpu) {
  int64_t size = capability((int)vcpu->vm->type, (uint32_t)constant_or("KVM_CAP_XSAVE2", 208));
  vcpu->state->xsave_size = size < MINIMUM ? MINIMUM : size > XSAVE_LIMIT ? XSAVE_LIMIT : (size_t)size;
  vcpu->state->xsave = calloc(1, vcpu->state->xsave_size);
  if (vcpu->state->xsave) reset_legacy(vcpu->state->xsave);
  return vcpu->state->xsave;
}

static uint64_t in_use(const uint8_t *area) {
  uint64_t features;
  memcpy(&features, area + HEADER, sizeof features);
  return features;
}

/* arch/x86/kernel/fpu/xstate.c: copy_uabi_to_xstate: a component is taken only if XSTATE_BV names
 * it, and MXCSR only if one of x87, SSE and AVX is; else what was there stays. */
static void take(uint8_t *area, const uint8_t *given, size_t size) {
  uint64_t features = in_use(given);
  if (features & (X87 | SSE | AVX)) memcpy(area + MXCSR, given + MXCSR, 8);
  for (unsigned component = 0; component < COMPONENTS; component++) {
    struct part part = part_of(component);
    if (features >> component & 1 && fits(part, size))
      memcpy(area + part.offset, given + part.offset, part.size);
  }
  memcpy(area + HEADER, &features, sizeof features);
}

/* arch/x86/kernel/fpu/xstate.c: copy_xstate_to_uabi_buf: a component that is not in use has its
 * initial values. */
static void give(uint8_t *given, const uint8_t *area, size_t size) {
  uint64_t features = in_use(area);
  reset_legacy(given);
  if (features & (SSE | AVX)) memcpy(given + MXCSR, area + MXCSR, 8);
  for (unsigned component = 0; component < COMPONENTS; component++) {
    struct part part = part_of(component);
    if (!(features >> component & 1) || !fits(part, size)) continue;
    if (component == 0) {
      memcpy(given, area, MXCSR);
      memcpy(given + REGISTERS, area + REGISTERS, XMM - REGISTERS);
    } else memcpy(given + part.offset, area + part.offset, part.size);
  }
  const uint64_t supported = setting_number("xcr0", X87 | SSE);
  memcpy(given + SOFTWARE, &supported, sizeof supported);
  memcpy(given + HEADER, &features, sizeof features);
}

/* The size that a call carries: KVM_SET_XSAVE takes as much as KVM_GET_XSAVE2 gives. */
static size_t size_of(const struct call *call) {
  return strcmp(call->name, "KVM_GET_XSAVE") ? call->vcpu->state->xsave_size : MINIMUM;
}

/* arch/x86/kvm/x86.c: kvm_vcpu_ioctl_x86_get_xsave(2). */
static long get_xsave(struct call *call) {
  uint8_t area[XSAVE_LIMIT] = {0};
  size_t size = size_of(call);
  long result;
  if (float_is_hidden(call, &result)) return result ? result : copy_out(call->argument, area, size);
  give(area, call->vcpu->state->xsave, size);
  return copy_out(call->argument, area, size);
}

/* arch/x86/kvm/x86.c: kvm_vcpu_ioctl_x86_set_xsave. */
static long set_xsave(struct call *call) {
  uint8_t area[XSAVE_LIMIT];
  size_t size = size_of(call);
  uint64_t supported = setting_number("xcr0", X87 | SSE), compacted;
  uint32_t mxcsr;
  long result;
  if (float_is_hidden(call, &result)) return result;
  if (copy_in(area, call->argument, size)) return -EFAULT;
  memcpy(&compacted, area + HEADER + 8, sizeof compacted);
  memcpy(&mxcsr, area + MXCSR, sizeof mxcsr);
  if (in_use(area) & ~supported || compacted)
    return refuse(WHO_KERNEL, EINVAL, "components of 0x%llx are supported",
                  (unsigned long long)supported);
  if (in_use(area) & (X87 | SSE | AVX) && mxcsr >> 18)
    return refuse(WHO_KERNEL, EINVAL, "MXCSR has reserved bits");
  take(call->vcpu->state->xsave, area, size);
  return 0;
}

/* kvm_fpu and the legacy area hold the same in another order (arch/x86/kvm/x86.c:
 * kvm_arch_vcpu_ioctl_get_fpu): where each piece lies in the two, and its length. */
static const struct { uint16_t fpu, area, length; } pieces[] = {
    {0, REGISTERS, 128},   /* fpr */
    {128, 0, 2},           /* fcw */
    {130, 2, 2},           /* fsw */
    {132, 4, 1},           /* ftwx */
    {134, 6, 2},           /* last_opcode */
    {136, 8, 8},           /* last_ip */
    {144, 16, 8},          /* last_dp */
    {152, XMM, 256},       /* xmm */
};

void xsave_to_fpu(const struct vcpu *vcpu, uint8_t *fpu) {
  memset(fpu, 0, REGISTER_SET_SIZE);
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
    memcpy(fpu + pieces[i].fpu, vcpu->state->xsave + pieces[i].area, pieces[i].length);
}

void xsave_from_fpu(struct vcpu *vcpu, const uint8_t *fpu) {
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
    memcpy(vcpu->state->xsave + pieces[i].area, fpu + pieces[i].fpu, pieces[i].length);
}

const struct row xsave_rows[] = {
    {"KVM_GET_XSAVE", KIND_VCPU, get_xsave},
    {"KVM_GET_XSAVE2", KIND_VCPU, get_xsave},
    {"KVM_SET_XSAVE", KIND_VCPU, set_xsave},
    {0},
};
