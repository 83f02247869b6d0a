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

/* arch/x86/kvm/cpuid.c: kvm_vcpu_ioctl_get_cpuid2. */
static long get_cpuid2(struct call *call) {
  return cpuid_write(call, call->vcpu->state->cpuid, call->vcpu->state->cpuid_count);
}

size_t vcpu_cpuid(struct vcpu *vcpu, const struct cpuid_entry **entries) {
  *entries = vcpu->state->cpuid;
  return vcpu->state->cpuid_count;
}

const struct row cpuid_rows[] = {
    {"KVM_SET_CPUID2", KIND_VCPU, set_cpuid2},
    {"KVM_GET_CPUID2", KIND_VCPU, get_cpuid2},
    {0},
};
