/* The CPUID leaves that a guest is to see. */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRY_LIMIT = 256, HEAD = 8, ENTRY_SIZE = 40 };

/* kvm_cpuid_entry2 is a cpuid_entry and 12 bytes of padding (uapi asm/kvm.h). */
static long write_entries(uint64_t to, const struct cpuid_entry *entries, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint8_t entry[ENTRY_SIZE] = {0};
    memcpy(entry, &entries[i], sizeof *entries);
    if (copy_out(to + HEAD + i * ENTRY_SIZE, entry, sizeof entry)) return -EFAULT;
  }
  uint32_t written = (uint32_t)count;
  return copy_out(to, &written, sizeof written);
}

long cpuid_write(struct call *call, const struct cpuid_entry *entries, size_t count) {
  uint32_t room;
  if (copy_in(&room, call->argument, sizeof room)) return -EFAULT;
  say_number("nent", room);
  return room < count ? -E2BIG : write_entries(call->argument, entries, count);
}

/* arch/x86/kvm/cpuid.c: kvm_vcpu_ioctl_set_cpuid2. */
static long set_cpuid2(struct call *call) {
  uint32_t count;
  if (copy_in(&count, call->argument, sizeof count)) return -EFAULT;
  say_number("nent", count);
  if (count > ENTRY_LIMIT) return refuse(WHO_KERNEL, E2BIG, "at most %d entries", ENTRY_LIMIT);
  struct cpuid_entry *entries = calloc(count ? count : 1, sizeof *entries);
  if (!entries) return -ENOMEM;
  for (uint32_t i = 0; i < count; i++) {
    if (!copy_in(&entries[i], call->argument + HEAD + i * ENTRY_SIZE, sizeof *entries)) continue;
    free(entries);
    return -EFAULT;
  }
  say_digest("sha256", entries, count * sizeof *entries);
  free(call->vcpu->state->cpuid);
  call->vcpu->state->cpuid = entries;
  call->vcpu->state->cpuid_count = count;
  return 0;
}

/* arch/x86/kvm/cpuid.c: xstate_required_size: of the components in use, packed or in their places. */
static uint32_t xsave_size(uint64_t features, bool compacted) {
  const struct cpuid_entry *entries;
  size_t count = supported_cpuid(&entries);
  uint32_t size = 0x240;
  for (size_t i = 0; i < count; i++) {
    const struct cpuid_entry *at = &entries[i];
    if (at->function != 0xd || at->index < 2 || at->index > 62) continue;
    if (!(features >> at->index & 1)) continue;
    uint32_t start = !compacted ? at->ebx : at->ecx & 2 ? (size + 63) & ~63u : size;
    if (start + at->eax > size) size = start + at->eax;
  }
  return size;
}

static void set_bit(uint32_t *word, int bit, bool on) {
  *word = (*word & ~(1u << bit)) | (uint32_t)on << bit;
}

/* Leaves that follow the vCPU's state (arch/x86/kvm/cpuid.c: kvm_update_cpuid_runtime). */
static void follow_state(struct vcpu *vcpu) {
  enum { XSAVEC_OR_XSAVES = 0xa, OSXSAVE = 27, APIC = 9, OSPKE = 4 };
  uint64_t cr4 = sregs_member(vcpu, "kvm_sregs.cr4"), xcr0 = xcr0_of(vcpu), xss = 0;
  vcpu_msr(vcpu, 0xda0, &xss);
  for (size_t i = 0; i < vcpu->state->cpuid_count; i++) {
    struct cpuid_entry *at = &vcpu->state->cpuid[i];
    if (at->function == 1) {
      if (at->ecx >> 26 & 1) set_bit(&at->ecx, OSXSAVE, cr4 >> 18 & 1);
      set_bit(&at->edx, APIC, sregs_member(vcpu, "kvm_sregs.apic_base") >> 11 & 1);
    } else if (at->function == 7 && at->index == 0 && at->ecx >> 3 & 1) {
      set_bit(&at->ecx, OSPKE, cr4 >> 22 & 1);
    } else if (at->function == 0xd && at->index == 0) {
      at->ebx = xsave_size(xcr0, false);
    } else if (at->function == 0xd && at->index == 1 && at->eax & XSAVEC_OR_XSAVES) {
      at->ebx = xsave_size(xcr0 | xss, true);
    }
  }
}

/* arch/x86/kvm/cpuid.c: kvm_vcpu_ioctl_get_cpuid2. */
static long get_cpuid2(struct call *call) {
  follow_state(call->vcpu);
  return cpuid_write(call, call->vcpu->state->cpuid, call->vcpu->state->cpuid_count);
}

size_t vcpu_cpuid(struct vcpu *vcpu, const struct cpuid_entry **entries) {
  follow_state(vcpu);
  *entries = vcpu->state->cpuid;
  return vcpu->state->cpuid_count;
}

const struct row cpuid_rows[] = {
    {"KVM_SET_CPUID2", KIND_VCPU, set_cpuid2},
    {"KVM_GET_CPUID2", KIND_VCPU, get_cpuid2},
    {0},
};
