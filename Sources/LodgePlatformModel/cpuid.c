/* The CPUID instruction, answered by the platform instead of the host's CPU.
 *
 * Few places of a program ask the CPU what it is (QEMU's host_cpuid, libvirt's
 * virHostCPU...). The description names them by build id and address. There, `cpuid` (0f a2) is
 * overwritten by `ud2` (0f 0b), of the same length, and the SIGILL is answered. */
#define _GNU_SOURCE
#include "model.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum { PATCH_LIMIT = 64, BUILD_ID_LIMIT = 64, LENGTH = 2 };

static uintptr_t patched[PATCH_LIMIT];
static size_t patched_count;
static struct sigaction previous;

/* Leaves whose answer depends on ECX; of the others, that of index 0 holds for all. */
static bool is_indexed(uint32_t leaf) {
  static const uint32_t indexed[] = {0x4,  0x7,  0xb,  0xd,  0xf,  0x10, 0x12,       0x14,
                                     0x17, 0x18, 0x1b, 0x1d, 0x1e, 0x1f, 0x20,       0x23,
                                     0x24, 0x8000001d, 0x80000020, 0x80000026};
  for (size_t i = 0; i < sizeof indexed / sizeof *indexed; i++)
    if (indexed[i] == leaf) return true;
  return false;
}

static const struct cpuid_entry *leaf_of(uint32_t leaf, uint32_t index) {
  const struct cpuid_entry *entries;
  size_t count = instruction_cpuid(&entries);
  if (!is_indexed(leaf)) index = 0;
  for (size_t i = 0; i < count; i++)
    if (entries[i].function == leaf && entries[i].index == index) return &entries[i];
  return NULL;
}

/* A leaf above the highest: Intel's CPUs answer with the highest basic one (Intel SDM, CPUID),
 * AMD's with zeros (AMD APM volume 3, CPUID). */
static struct cpuid_entry answer(uint32_t leaf, uint32_t index) {
  const uint32_t intel = 0x756e6547;   /* "Genu" */
  const struct cpuid_entry *found = leaf_of(leaf, index);
  const struct cpuid_entry *first = leaf_of(0, 0), *extended = leaf_of(0x80000000, 0);
  if (!found && first && first->ebx == intel) {
    bool above = leaf < 0x80000000 ? leaf > first->eax : leaf > (extended ? extended->eax : 0);
    if (above) found = leaf_of(first->eax, index);
  }
  return found ? *found : (struct cpuid_entry){0};
}

static bool is_patched(uintptr_t address) {
  for (size_t i = 0; i < patched_count; i++)
    if (patched[i] == address) return true;
  return false;
}

/* Somebody else's SIGILL goes to who would have got it. */
static void pass_on(int signal, siginfo_t *info, void *context) {
  if (previous.sa_flags & SA_SIGINFO) previous.sa_sigaction(signal, info, context);
  else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN)
    previous.sa_handler(signal);
  else sigaction(signal, &previous, NULL);
}

static void illegal_instruction(int signal, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  if (!is_patched((uintptr_t)registers[REG_RIP])) {
    pass_on(signal, info, context);
    return;
  }
  struct cpuid_entry is = answer((uint32_t)registers[REG_RAX], (uint32_t)registers[REG_RCX]);
  registers[REG_RAX] = is.eax;
  registers[REG_RBX] = is.ebx;
  registers[REG_RCX] = is.ecx;
  registers[REG_RDX] = is.edx;
  registers[REG_RIP] += LENGTH;
}

/* The build id of a loaded object as hex digits; false: it has none. */
static bool build_id_of(const struct dl_phdr_info *object, char text[2 * BUILD_ID_LIMIT + 1]) {
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &object->dlpi_phdr[i];
    if (header->p_type != PT_NOTE) continue;
    const char *at = (const char *)(object->dlpi_addr + header->p_vaddr), *end = at + header->p_memsz;
    while (end - at >= (ptrdiff_t)sizeof(ElfW(Nhdr))) {
      const ElfW(Nhdr) *record = (const void *)at;
      const unsigned char *id = (const void *)(at + sizeof *record + ((record->n_namesz + 3) & ~3u));
      bool is_id = record->n_type == NT_GNU_BUILD_ID && record->n_namesz == 4 &&
                   !memcmp(record + 1, "GNU", 4) && record->n_descsz <= BUILD_ID_LIMIT;
      for (size_t byte = 0; is_id && byte < record->n_descsz; byte++)
        sprintf(text + 2 * byte, "%02x", id[byte]);
      if (is_id) return true;
      at = (const char *)id + ((record->n_descsz + 3) & ~3u);
    }
  }
  return false;
}

/* Whether an address is within the code of an object, both bytes of it. */
static bool is_code(const struct dl_phdr_info *object, uint64_t address) {
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &object->dlpi_phdr[i];
    if (header->p_type == PT_LOAD && header->p_flags & PF_X && address >= header->p_vaddr &&
        address + LENGTH <= header->p_vaddr + header->p_memsz)
      return true;
  }
  return false;
}

/* Overwrites one instruction; NULL, or why it was not done. */
static const char *patch(unsigned char *code) {
  static const unsigned char cpuid[LENGTH] = {0x0f, 0xa2}, ud2[LENGTH] = {0x0f, 0x0b};
  if (memcmp(code, cpuid, LENGTH)) return "no cpuid instruction is there";
  if (patched_count == PATCH_LIMIT) return "too many sites";
  size_t page = (size_t)sysconf(_SC_PAGESIZE), into = (uintptr_t)code % page;
  size_t length = into + LENGTH;
  if (mprotect(code - into, length, PROT_READ | PROT_WRITE | PROT_EXEC)) return strerror(errno);
  patched[patched_count++] = (uintptr_t)code;
  memcpy(code, ud2, LENGTH);
  mprotect(code - into, length, PROT_READ | PROT_EXEC);
  return NULL;
}

static int patch_object(struct dl_phdr_info *object, size_t size, void *unused) {
  (void)size, (void)unused;
  char build_id[2 * BUILD_ID_LIMIT + 1] = "";
  const struct cpuid_site *sites;
  size_t count = cpuid_sites(&sites), done = 0;
  if (!count || !build_id_of(object, build_id)) return 0;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(sites[i].build_id, build_id)) continue;
    uint64_t address = sites[i].address;
    const char *reason = is_code(object, address)
                             ? patch((unsigned char *)(object->dlpi_addr + address))
                             : "no code is there";
    if (reason) note("cpuid not patched: %s 0x%llx: %s", build_id, (unsigned long long)address, reason);
    else done++;
  }
  if (done) note("cpuid patched %s %zu", build_id, done);
  return 0;
}

static void patch_all(void) {
  struct sigaction action = {.sa_sigaction = illegal_instruction, .sa_flags = SA_SIGINFO | SA_NODEFER};
  const struct cpuid_site *sites;
  if (!cpuid_sites(&sites)) return;
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGILL, &action, &previous)) return;
  dl_iterate_phdr(patch_object, NULL);
  if (!patched_count) sigaction(SIGILL, &previous, NULL);
}

void cpuid_answer_from_description(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, patch_all);
}
