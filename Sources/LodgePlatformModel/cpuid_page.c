/* The CPUID page of an SNP guest: the firmware lets a guest see no feature that the processor lacks
 * (SEV-SNP firmware ABI, AMD 56860, chapter 7: CPUID reporting; page type 6 of SNP_LAUNCH_UPDATE). */
#include "tee.h"

#include <string.h>

enum { ENTRY_LIMIT = 64, ANY_INDEX = -1 };

struct page_header { uint32_t count, reserved1; uint64_t reserved2; };
struct page_entry {
  uint32_t function, index;
  uint64_t xcr0, xss;
  uint32_t registers[4];      /* EAX, EBX, ECX, EDX */
  uint64_t reserved;
};
_Static_assert(sizeof(struct page_entry) == 48, "as the firmware has it");

/* Registers of feature bits, each of which the processor must have; `besides` are those that a
 * hypervisor sets: hypervisor, OSXSAVE, x2APIC. */
static const struct { uint32_t function; int index, reg; uint32_t besides; } features[] = {
    {0x1, ANY_INDEX, 2, 1u << 31 | 1u << 27 | 1u << 21},
    {0x1, ANY_INDEX, 3, 0},
    {0x7, 0, 1, 0},
    {0x7, 0, 2, 0},
    {0x7, 0, 3, 0},
    {0x7, 1, 0, 0},
    {0xd, 1, 0, 0},
    {0x80000001, ANY_INDEX, 2, 0},
    {0x80000001, ANY_INDEX, 3, 0},
    {0x80000008, ANY_INDEX, 1, 0},
    {0x80000021, ANY_INDEX, 0, 0},
};

/* What the processor says to a leaf; false: the platform does not describe it. */
static bool processor(const struct page_entry *entry, uint32_t registers[4]) {
  const struct cpuid_entry *leaves;
  size_t count = instruction_cpuid(&leaves);
  for (size_t i = 0; i < count; i++) {
    if (leaves[i].function != entry->function || leaves[i].index != entry->index) continue;
    memcpy(registers, (uint32_t[4]){leaves[i].eax, leaves[i].ebx, leaves[i].ecx, leaves[i].edx}, 16);
    return true;
  }
  return false;
}

/* Takes away what the processor lacks; whether there was nothing to take. */
static bool entry_accepted(struct page_entry *entry) {
  uint32_t has[4];
  bool accepted = true;
  if (!processor(entry, has)) return true;
  for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
    if (features[i].function != entry->function) continue;
    if (features[i].index != ANY_INDEX && (uint32_t)features[i].index != entry->index) continue;
    uint32_t *value = &entry->registers[features[i].reg];
    uint32_t allowed = *value & (has[features[i].reg] | features[i].besides);
    if (allowed == *value) continue;
    say_number("cpuid_leaf", entry->function);
    say_number("cpuid_excess", *value & ~allowed);
    accepted = false;
    *value = allowed;
  }
  return accepted;
}

bool cpuid_page_accepted(uint8_t page[PAGE]) {
  struct page_header header;
  bool accepted = true;
  memcpy(&header, page, sizeof header);
  if (header.count > ENTRY_LIMIT) return false;
  for (uint32_t i = 0; i < header.count; i++) {
    uint8_t *at = page + sizeof header + i * sizeof(struct page_entry);
    struct page_entry entry;
    memcpy(&entry, at, sizeof entry);
    if (!entry_accepted(&entry)) accepted = false;
    memcpy(at, &entry, sizeof entry);
  }
  return accepted;
}
