/* The CPUID of a trust domain: what its maker may configure, and what it is then shown
 * (arch/x86/kvm/vmx/tdx.c). */
#include "tee.h"

#include <errno.h>

/* KVM's structures end in entries whose layout never changed: function, index, flags, four registers
 * and 12 bytes of padding. */
struct caller_entry { struct cpuid_entry entry; uint32_t padding[3]; };
_Static_assert(sizeof(struct caller_entry) == 40, "struct kvm_cpuid_entry2");

int td_entries_in(struct cpuid_entry *entries, size_t count, uint64_t address) {
  for (size_t i = 0; i < count; i++)
    if (copy_in(&entries[i], address + i * sizeof(struct caller_entry), sizeof *entries))
      return -EFAULT;
  return 0;
}

int td_entries_out(uint64_t address, const struct cpuid_entry *entries, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct caller_entry entry = {.entry = entries[i]};
    if (copy_out(address + i * sizeof entry, &entry, sizeof entry)) return -EFAULT;
  }
  return 0;
}

const struct cpuid_entry *td_leaf(const struct cpuid_entry *entries, size_t count,
                                  uint32_t function, uint32_t index) {
  for (size_t i = 0; i < count; i++)
    if (entries[i].function == function && entries[i].index == index) return &entries[i];
  return NULL;
}

/* tdx.c: td_init_cpuid_entry2: HLE, RTM and WAITPKG are not offered; the address bits are. */
struct cpuid_entry td_configurable(const struct cpuid_entry *described) {
  struct cpuid_entry entry = *described;
  if (entry.function == 7 && entry.index == 0) {
    entry.ebx &= ~(1u << 4 | 1u << 11);
    entry.ecx &= ~(1u << 5);
  }
  if (entry.function == TD_ADDRESS_LEAF) entry.eax |= TD_ADDRESS_MASK;
  return entry;
}

/* What the TDX module shows of a leaf: what the VM configured where that may be, else the host's. */
struct cpuid_entry td_shown(const struct td *td, const struct cpuid_entry *host) {
  const struct cpuid_entry *described;
  size_t count = tdx_cpuid(&described);
  struct cpuid_entry entry = *host;
  const struct cpuid_entry *may = td_leaf(described, count, host->function, host->index);
  const struct cpuid_entry *set = td_leaf(td->cpuid, td->cpuid_count, host->function, host->index);
  if (may) {
    struct cpuid_entry mask = td_configurable(may), none = {0};
    if (!set) set = &none;
    entry.eax = (host->eax & ~mask.eax) | (set->eax & mask.eax);
    entry.ebx = (host->ebx & ~mask.ebx) | (set->ebx & mask.ebx);
    entry.ecx = (host->ecx & ~mask.ecx) | (set->ecx & mask.ecx);
    entry.edx = (host->edx & ~mask.edx) | (set->edx & mask.edx);
  }
  if (entry.function == TD_ADDRESS_LEAF)
    entry.eax = (entry.eax & ~(uint32_t)TD_ADDRESS_MASK) | td->address_bits << 16;
  return entry;
}

/* tdx.c: tdx_read_cpuid: leaves up to 0x7f of both ranges can be asked of the TDX module. */
bool td_is_readable(const struct cpuid_entry *entry) {
  return !(entry->function & 0x7fffff80) && !(entry->index & ~0x7fu);
}
