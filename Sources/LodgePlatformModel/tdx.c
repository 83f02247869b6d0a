/* Trust domains: the sub-commands of arch/x86/kvm/vmx/tdx.c (6.16 to 7.x) and the TDX module behind. */
#include "tee.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CPUID_ENTRY_LIMIT = 256 };

/* TDX_OPERAND_INVALID (arch/x86/kvm/vmx/tdx_errno.h), without the operand's number. */
static const uint64_t operand_invalid = 0xc000010000000000;

static long unreadable(void) {
  return refuse(WHO_KERNEL, EFAULT, "the command's structure is not readable");
}

static uint64_t attributes_offered(void) { return setting_number("tdx.attributes", 1 << 28); }
static uint64_t xfam_offered(void) { return setting_number("tdx.xfam", 3); }

/* ---- CPUID entries in the caller's memory ---------------------------------------------------------- */

/* KVM's structures end in entries whose layout never changed: function, index, flags, four registers
 * and 12 bytes of padding. */
struct caller_entry { struct cpuid_entry entry; uint32_t padding[3]; };
_Static_assert(sizeof(struct caller_entry) == 40, "struct kvm_cpuid_entry2");

static int entries_in(struct cpuid_entry *entries, size_t count, uint64_t address) {
  for (size_t i = 0; i < count; i++)
    if (copy_in(&entries[i], address + i * sizeof(struct caller_entry), sizeof *entries))
      return -EFAULT;
  return 0;
}

static int entries_out(uint64_t address, const struct cpuid_entry *entries, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct caller_entry entry = {.entry = entries[i]};
    if (copy_out(address + i * sizeof entry, &entry, sizeof entry)) return -EFAULT;
  }
  return 0;
}

static const struct cpuid_entry *find(const struct cpuid_entry *entries, size_t count,
                                      uint32_t function, uint32_t index) {
  for (size_t i = 0; i < count; i++)
    if (entries[i].function == function && entries[i].index == index) return &entries[i];
  return NULL;
}

/* ---- KVM_TDX_CAPABILITIES --------------------------------------------------------------------------- */

/* The guest's physical address bits, by which KVM lets user space choose the width (GPAW). */
enum { GUEST_ADDRESS_MASK = 0xff0000 };
static const uint32_t address_leaf = 0x80000008;

/* tdx.c: td_init_cpuid_entry2: HLE, RTM and WAITPKG are not offered; the address bits are. */
static struct cpuid_entry configurable(const struct cpuid_entry *described) {
  struct cpuid_entry entry = *described;
  if (entry.function == 7 && entry.index == 0) {
    entry.ebx &= ~(1u << 4 | 1u << 11);
    entry.ecx &= ~(1u << 5);
  }
  if (entry.function == address_leaf) entry.eax |= GUEST_ADDRESS_MASK;
  return entry;
}

/* tdx.c: tdx_get_capabilities. Too small a list is E2BIG and nothing else: the caller tries more. */
static long capabilities(struct command *command) {
  struct structure data;
  const struct cpuid_entry *described;
  uint64_t asked;
  size_t count = tdx_cpuid(&described);
  if (command->flags) return refuse(WHO_KERNEL, EINVAL, "flags that are not 0");
  structure_start(&data, "kvm_tdx_capabilities", command->data);
  if (field_in(command->data, "kvm_tdx_capabilities.cpuid.nent", &asked)) return unreadable();
  say_number("nent", asked);
  if (asked < count) return refuse(WHO_KERNEL, E2BIG, "%zu entries of CPUID", count);
  if (!attributes_offered() || !xfam_offered())
    return refuse(WHO_KERNEL, EIO, "the TDX module offers no attributes or no XFAM");
  set_member(&data, "supported_attrs", attributes_offered());
  set_member(&data, "supported_xfam", xfam_offered());
  set_member(&data, "user_tdvmcallinfo_1_r11", 1 << 1);
  set_member(&data, "cpuid.nent", count);
  if (structure_out(&data)) return unreadable();
  for (size_t i = 0; i < count; i++) {
    struct cpuid_entry entry = configurable(&described[i]);
    if (entries_out(command->data + data.size + i * sizeof(struct caller_entry), &entry, 1))
      return unreadable();
  }
  return 0;
}

/* ---- KVM_TDX_INIT_VM ---------------------------------------------------------------------------------- */

/* tdx.c: setup_tdparams_eptp_controls */
static long check_address_bits(struct td *td, const struct cpuid_entry *entries, size_t count) {
  const struct cpuid_entry *entry = find(entries, count, address_leaf, 0), *host;
  const struct cpuid_entry *leaves;
  size_t leaf_count = instruction_cpuid(&leaves);
  unsigned bits = entry ? (entry->eax & GUEST_ADDRESS_MASK) >> 16 : 0;
  if (bits != 48 && bits != 52)
    return refuse(WHO_KERNEL, EINVAL, "guest addresses of %u bits: 48 and 52 are possible", bits);
  host = find(leaves, leaf_count, address_leaf, 0);
  if (bits == 52 && host && (host->eax & 0xff) < 52)
    return refuse(WHO_PLATFORM, EINVAL, "the processor has no page tables of five levels");
  td->address_bits = bits;
  return 0;
}

static bool has_other_bits(const struct cpuid_entry *entry, const struct cpuid_entry *allowed) {
  return entry->eax & ~allowed->eax || entry->ebx & ~allowed->ebx || entry->ecx & ~allowed->ecx ||
         entry->edx & ~allowed->edx;
}

/* tdx.c: setup_tdparams_cpuids; the bits of an entry are for the TDX module to refuse. */
static long check_cpuid(struct command *command, const struct cpuid_entry *entries, size_t count) {
  const struct cpuid_entry *described;
  size_t described_count = tdx_cpuid(&described), found = 0;
  const struct cpuid_entry *refused = NULL;
  for (size_t i = 0; i < described_count; i++) {
    struct cpuid_entry allowed = configurable(&described[i]);
    const struct cpuid_entry *entry = find(entries, count, allowed.function, allowed.index);
    if (!entry) continue;
    if (entry->function == 7 && !entry->index && (entry->ebx & (1u << 4 | 1u << 11) ||
                                                  entry->ecx & 1u << 5))
      return refuse(WHO_KERNEL, EINVAL, "TSX or WAITPKG in leaf 7");
    found++;
    if (has_other_bits(entry, &allowed)) refused = entry;
  }
  if (found != count)
    return refuse(WHO_KERNEL, EINVAL, "%zu entries of CPUID are not to be configured", count - found);
  if (!refused) return 0;
  command->hardware_error = operand_invalid;
  say_number("cpuid_leaf", refused->function);
  return refuse(WHO_FIRMWARE, EINVAL, "leaf 0x%x has bits that are not to be configured",
                refused->function);
}

/* tdx.c: setup_tdparams */
static long check_parameters(struct command *command, struct structure *data,
                             const struct cpuid_entry *entries, size_t count) {
  struct vm *vm = command->vm;
  uint64_t attributes = member(data, "attributes"), xfam = member(data, "xfam");
  if (vm->vcpu_count) return refuse(WHO_KERNEL, EBUSY, "the VM has vCPUs already");
  if (attributes & ~attributes_offered())
    return refuse(WHO_KERNEL, EINVAL, "attributes 0x%llx are not supported",
                  (unsigned long long)(attributes & ~attributes_offered()));
  if (xfam & ~xfam_offered())
    return refuse(WHO_KERNEL, EINVAL, "XFAM bits 0x%llx are not supported",
                  (unsigned long long)(xfam & ~xfam_offered()));
  long result = check_address_bits(&vm->tee->td, entries, count);
  return result ? result : check_cpuid(command, entries, count);
}

static void say_identities(struct structure *data) {
  static const char *const names[] = {"mrconfigid", "mrowner", "mrownerconfig"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const uint8_t *bytes = member_bytes(data, names[i], 48);
    if (bytes) say_bytes(names[i], bytes, 48);
  }
}

static bool is_zero(const uint8_t *bytes, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (bytes[i]) return false;
  return true;
}

/* Reads structure and entries as tdx.c: tdx_td_init does. */
static long init_vm_in(struct command *command, struct structure *data, struct cpuid_entry *entries,
                       size_t *count) {
  if (structure_in(data, "kvm_tdx_init_vm", command->data)) return unreadable();
  *count = member(data, "cpuid.nent");
  say_members(data, "attributes", "xfam", NULL);
  say_identities(data);
  say_number("nent", *count);
  if (*count > CPUID_ENTRY_LIMIT)
    return refuse(WHO_KERNEL, E2BIG, "at most %d entries of CPUID", CPUID_ENTRY_LIMIT);
  if (entries_in(entries, *count, command->data + data->size)) return unreadable();
  const uint8_t *reserved = member_bytes(data, "reserved", 96);
  if ((reserved && !is_zero(reserved, 96)) || member(data, "cpuid.padding"))
    return refuse(WHO_KERNEL, EINVAL, "reserved members that are not 0");
  return 0;
}

static long init_vm(struct command *command) {
  struct structure data;
  struct cpuid_entry entries[CPUID_ENTRY_LIMIT];
  struct td *td = &command->vm->tee->td;
  size_t count = 0;
  if (td->state != TD_UNINITIALIZED)
    return refuse(WHO_KERNEL, EINVAL, "the trust domain is initialised already");
  if (command->flags) return refuse(WHO_KERNEL, EINVAL, "flags that are not 0");
  long result = init_vm_in(command, &data, entries, &count);
  if (!result) result = check_parameters(command, &data, entries, count);
  if (result) return result;
  unsigned keys = (unsigned)setting_number("tdx.keyids", 0);
  int keyid = pool_take("tdx.keyids", 1, keys, &td->keyid_lock);
  if (keyid < 0) return refuse(WHO_PLATFORM, ENOSPC, "all %u KeyIDs are in use", keys);
  td->keyid = keyid;
  if (!(td->cpuid = calloc(count + 1, sizeof *td->cpuid))) return -ENOMEM;
  memcpy(td->cpuid, entries, count * sizeof *entries);
  td->cpuid_count = count;
  td->state = TD_INITIALIZED;
  sha384_start(&td->measurement);
  return 0;
}

/* tdx.c: tdx_td_finalize */
static long finalize_vm(struct command *command) {
  struct td *td = &command->vm->tee->td;
  uint8_t mrtd[48];
  if (!td->keyid || td->state == TD_RUNNABLE)
    return refuse(WHO_KERNEL, EINVAL, "the trust domain is %s",
                  td->keyid ? "finalized already" : "not initialised");
  sha384_finish(&td->measurement, mrtd);
  say_bytes("mrtd", mrtd, sizeof mrtd);
  td->state = TD_RUNNABLE;
  return 0;
}

const struct command_row td_commands[] = {
    {"KVM_TDX_CAPABILITIES", capabilities},
    {"KVM_TDX_INIT_VM", init_vm},
    {"KVM_TDX_FINALIZE_VM", finalize_vm},
    {NULL, NULL},
};

/* ---- on a vCPU ------------------------------------------------------------------------------------------ */

/* tdx.c: tdx_vcpu_create; its registers are the TDX module's from the start. */
long td_vcpu_created(struct vcpu *vcpu) {
  if (vcpu->vm->tee->td.state != TD_INITIALIZED)
    return refuse(WHO_KERNEL, EIO, "the trust domain is not initialised, or finalized already");
  vcpu->state_is_encrypted = true;
  return 0;
}

/* tdx.c: tdx_vcpu_pre_run */
long td_vcpu_run(struct vcpu *vcpu) {
  const struct vcpu_tee *tee = vcpu->tee;
  if (tee->initialized && vcpu->vm->tee->td.state == TD_RUNNABLE) return 0;
  return refuse(WHO_KERNEL, EINVAL, "the trust domain is not finalized");
}

/* tdx.c: tdx_vcpu_init; a TD's vCPU has an x2APIC, which its CPUID has to say. */
static long init_vcpu(struct command *command) {
  const struct cpuid_entry *entries;
  struct vcpu_tee *tee = command->vcpu->tee;
  say_pointer("rcx", command->data);
  if (command->flags) return refuse(WHO_KERNEL, EINVAL, "flags that are not 0");
  if (tee->initialized) return refuse(WHO_KERNEL, EINVAL, "the vCPU is initialised already");
  size_t count = vcpu_cpuid(command->vcpu, &entries);
  const struct cpuid_entry *features = find(entries, count, 1, 0);
  if (!features || !(features->ecx & 1u << 21))
    return refuse(WHO_KERNEL, EINVAL, "the vCPU's CPUID has no x2APIC");
  tee->initialized = true;
  return 0;
}

/* The TDX module measures a page: TDH.MEM.PAGE.ADD, and TDH.MR.EXTEND by 256 bytes. */
static void measure_page(struct td *td, uint64_t address, const uint8_t *contents, bool extend) {
  uint8_t record[128] = "MEM.PAGE.ADD";
  memcpy(record + 16, &address, sizeof address);
  sha384_add(&td->measurement, record, sizeof record);
  for (uint64_t at = 0; extend && at < PAGE; at += 256) {
    uint64_t chunk = address + at;
    memset(record, 0, sizeof record);
    memcpy(record, "MR.EXTEND", 9);
    memcpy(record + 16, &chunk, sizeof chunk);
    sha384_add(&td->measurement, record, sizeof record);
    sha384_add(&td->measurement, contents + at, 256);
  }
}

struct region_of_pages { uint64_t source, address, count; bool measured; struct sha256 hash; };

static enum page_problem add_page(struct vm *vm, struct region_of_pages *region) {
  struct td *td = &vm->tee->td;
  uint8_t contents[PAGE];
  uint64_t page;
  int memfd;
  enum page_problem problem = page_to_fill(vm, &td->pages, region->address, &memfd, &page);
  if (problem == PAGE_NO_SLOT || problem == PAGE_SHARED) return problem;
  if (copy_in(contents, region->source, PAGE)) return PAGE_UNREADABLE;
  if (problem) return problem;
  measure_page(td, region->address, contents, region->measured);
  sha256_add(&region->hash, contents, PAGE);
  page_set_add(&td->pages, memfd, page);
  return PAGE_FINE;
}

/* A page that is there already: kvm_gmem_populate said EEXIST up to 6.18, the TDX module refuses it
 * since. KVM_X86_SNP_POLICY_BITS came with the change. */
static int page_error(enum page_problem problem) {
  uint64_t number;
  if (problem == PAGE_UNREADABLE) return EFAULT;
  if (problem != PAGE_TAKEN) return EINVAL;
  return constant("KVM_X86_SNP_POLICY_BITS", &number) ? EIO : EEXIST;
}

/* tdx.c: tdx_vcpu_init_mem_region: page after page; what is left goes back to the caller. */
static long add_pages(struct vm *vm, struct region_of_pages *region, struct structure *data) {
  enum page_problem problem = PAGE_FINE;
  uint8_t digest[32];
  sha256_start(&region->hash);
  while (region->count && !(problem = add_page(vm, region))) {
    region->source += PAGE;
    region->address += PAGE;
    region->count--;
  }
  set_member(data, "source_addr", region->source);
  set_member(data, "gpa", region->address);
  set_member(data, "nr_pages", region->count);
  if (structure_out(data)) return unreadable();
  sha256_finish(&region->hash, digest);
  say_bytes("sha256", digest, sizeof digest);
  if (!problem) return 0;
  return refuse(WHO_KERNEL, page_error(problem), "page 0x%llx %s",
                (unsigned long long)region->address / PAGE, page_problem_text(problem));
}

static long init_mem_region(struct command *command) {
  struct structure data;
  struct td *td = &command->vm->tee->td;
  const struct vcpu_tee *tee = command->vcpu->tee;
  uint64_t measure = constant_or("KVM_TDX_MEASURE_MEMORY_REGION", 1);
  say_number("flags", command->flags);
  if (!tee->initialized) return refuse(WHO_KERNEL, EINVAL, "the vCPU is not initialised");
  if (command->flags & ~measure) return refuse(WHO_KERNEL, EINVAL, "flags that are unknown");
  if (structure_in(&data, "kvm_tdx_init_mem_region", command->data)) return unreadable();
  struct region_of_pages region = {member(&data, "source_addr"), member(&data, "gpa"),
                                   member(&data, "nr_pages"), command->flags & measure, {.length = 0}};
  say_number("gpa", region.address);
  say_number("nr_pages", region.count);
  say_pointer("source_addr", region.source);
  uint64_t end = region.address + region.count * PAGE, shared = 1ull << (td->address_bits - 1);
  if (region.source % PAGE || region.address % PAGE || !region.count || region.count > shared / PAGE ||
      end <= region.address || end > shared)
    return refuse(WHO_KERNEL, EINVAL, "not a range of private pages");
  return add_pages(command->vm, &region, &data);
}

/* What the TDX module shows of a leaf: what the VM configured where that may be, else the host's. */
static struct cpuid_entry shown(const struct td *td, const struct cpuid_entry *host) {
  const struct cpuid_entry *described;
  size_t count = tdx_cpuid(&described);
  struct cpuid_entry entry = *host;
  const struct cpuid_entry *may = find(described, count, host->function, host->index);
  const struct cpuid_entry *set = find(td->cpuid, td->cpuid_count, host->function, host->index);
  if (may) {
    struct cpuid_entry mask = configurable(may), none = {0};
    if (!set) set = &none;
    entry.eax = (host->eax & ~mask.eax) | (set->eax & mask.eax);
    entry.ebx = (host->ebx & ~mask.ebx) | (set->ebx & mask.ebx);
    entry.ecx = (host->ecx & ~mask.ecx) | (set->ecx & mask.ecx);
    entry.edx = (host->edx & ~mask.edx) | (set->edx & mask.edx);
  }
  if (entry.function == address_leaf)
    entry.eax = (entry.eax & ~(uint32_t)GUEST_ADDRESS_MASK) | td->address_bits << 16;
  return entry;
}

/* tdx.c: tdx_read_cpuid: leaves up to 0x7f of both ranges can be asked of the TDX module. */
static bool is_readable(const struct cpuid_entry *entry) {
  return !(entry->function & 0x7fffff80) && !(entry->index & ~0x7fu);
}

/* tdx.c: tdx_vcpu_get_cpuid */
static long get_cpuid(struct command *command) {
  const struct cpuid_entry *host;
  struct cpuid_entry entries[CPUID_ENTRY_LIMIT];
  size_t host_count = supported_cpuid(&host), count = 0;
  struct structure data;
  if (structure_in(&data, "kvm_cpuid2", command->data)) return unreadable();
  for (size_t i = 0; i < host_count && count < CPUID_ENTRY_LIMIT; i++)
    if (is_readable(&host[i])) entries[count++] = shown(&command->vm->tee->td, &host[i]);
  uint64_t asked = member(&data, "nent");
  say_number("nent", asked);
  set_member(&data, "nent", count);
  if (structure_out(&data)) return unreadable();
  if (asked < count) return refuse(WHO_KERNEL, E2BIG, "%zu entries of CPUID", count);
  return entries_out(command->data + data.size, entries, count) ? unreadable() : 0;
}

const struct command_row td_vcpu_commands[] = {
    {"KVM_TDX_INIT_VCPU", init_vcpu},
    {"KVM_TDX_INIT_MEM_REGION", init_mem_region},
    {"KVM_TDX_GET_CPUID", get_cpuid},
    {NULL, NULL},
};

/* ---- from the call to the command ------------------------------------------------------------------- */

/* The switches of tdx.c: tdx_vm_ioctl and tdx_vcpu_ioctl. */
static long answer(struct command *command, const struct command_row *rows, uint64_t number) {
  const struct command_row *row = command_row(rows, number);
  long result;
  if (!row) {
    say_number("id", number);
    return refuse(WHO_KERNEL, EINVAL, "this kernel has no such command here");
  }
  say_command(command->name = row->name);
  return command_fault(command, &result) ? result : row->answer(command);
}

static long op(struct call *call, const struct command_row *rows) {
  struct structure asked;
  if (structure_in(&asked, "kvm_tdx_cmd", call->argument)) return unreadable();
  if (member(&asked, "hw_error")) return refuse(WHO_KERNEL, EINVAL, "hw_error is not 0");
  struct command command = {.vm = call->vm,
                            .vcpu = call->vcpu,
                            .data = member(&asked, "data"),
                            .flags = (uint32_t)member(&asked, "flags")};
  long result = answer(&command, rows, member(&asked, "id"));
  set_member(&asked, "hw_error", command.hardware_error);
  if (command.hardware_error) say_number("hw_error", command.hardware_error);
  return structure_out(&asked) ? unreadable() : result;
}

long td_op(struct call *call) { return op(call, td_commands); }

long td_vcpu_op(struct call *call) {
  const struct td *td = &call->vm->tee->td;
  if (!td->keyid || td->state == TD_RUNNABLE)
    return refuse(WHO_KERNEL, EINVAL, "the trust domain is %s",
                  td->keyid ? "finalized already" : "not initialised");
  return op(call, td_vcpu_commands);
}

void td_vm_closed(struct vm *vm) {
  struct td *td = &vm->tee->td;
  if (td->keyid) pool_release(td->keyid_lock);
  free(td->cpuid);
}
