/* Trust domains: the sub-commands of arch/x86/kvm/vmx/tdx.c (6.16 to 7.x) and the TDX module behind. */
#include "tee.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* TDX_OPERAND_INVALID (arch/x86/kvm/vmx/tdx_errno.h), without the operand's number. */
static const uint64_t operand_invalid = 0xc000010000000000;

long td_unreadable(void) {
  return refuse(WHO_KERNEL, EFAULT, "the command's structure is not readable");
}

static uint64_t attributes_offered(void) { return setting_number("tdx.attributes", 1 << 28); }
static uint64_t xfam_offered(void) { return setting_number("tdx.xfam", 3); }

/* ---- KVM_TDX_CAPABILITIES --------------------------------------------------------------------------- */

/* tdx.c: tdx_get_capabilities. Too small a list is E2BIG and nothing else: the caller tries more. */
static long capabilities(struct command *command) {
  struct structure data;
  struct cpuid_entry entries[TD_CPUID_LIMIT];
  const struct cpuid_entry *described;
  uint64_t asked;
  size_t count = tdx_cpuid(&described);
  if (count > TD_CPUID_LIMIT) give_up("more than %d leaves of CPUID to configure", TD_CPUID_LIMIT);
  if (command->flags) return refuse(WHO_KERNEL, EINVAL, "flags that are not 0");
  structure_start(&data, "kvm_tdx_capabilities", command->data);
  if (field_in(command->data, "kvm_tdx_capabilities.cpuid.nent", &asked)) return td_unreadable();
  say_number("nent", asked);
  if (asked < count) return refuse(WHO_KERNEL, E2BIG, "%zu entries of CPUID", count);
  if (!attributes_offered() || !xfam_offered())
    return refuse(WHO_KERNEL, EIO, "the TDX module offers no attributes or no XFAM");
  set_member(&data, "supported_attrs", attributes_offered());
  set_member(&data, "supported_xfam", xfam_offered());
  set_member(&data, "user_tdvmcallinfo_1_r11", 1 << 1);
  set_member(&data, "cpuid.nent", count);
  if (structure_out(&data)) return td_unreadable();
  for (size_t i = 0; i < count; i++) entries[i] = td_configurable(&described[i]);
  return td_entries_out(command->data + data.size, entries, count) ? td_unreadable() : 0;
}

/* ---- KVM_TDX_INIT_VM ---------------------------------------------------------------------------------- */

/* tdx.c: setup_tdparams_eptp_controls */
static long check_address_bits(struct td *td, const struct cpuid_entry *entries, size_t count) {
  const struct cpuid_entry *entry = td_leaf(entries, count, TD_ADDRESS_LEAF, 0), *host;
  const struct cpuid_entry *leaves;
  size_t leaf_count = instruction_cpuid(&leaves);
  unsigned bits = entry ? (entry->eax & TD_ADDRESS_MASK) >> 16 : 0;
  if (bits != 48 && bits != 52)
    return refuse(WHO_KERNEL, EINVAL, "guest addresses of %u bits: 48 and 52 are possible", bits);
  host = td_leaf(leaves, leaf_count, TD_ADDRESS_LEAF, 0);
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
    struct cpuid_entry allowed = td_configurable(&described[i]);
    const struct cpuid_entry *entry = td_leaf(entries, count, allowed.function, allowed.index);
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
  if (structure_in(data, "kvm_tdx_init_vm", command->data)) return td_unreadable();
  *count = member(data, "cpuid.nent");
  say_members(data, "attributes", "xfam", NULL);
  say_identities(data);
  say_number("nent", *count);
  if (*count > TD_CPUID_LIMIT)
    return refuse(WHO_KERNEL, E2BIG, "at most %d entries of CPUID", TD_CPUID_LIMIT);
  if (td_entries_in(entries, *count, command->data + data->size)) return td_unreadable();
  const uint8_t *reserved = member_bytes(data, "reserved", 96);
  if ((reserved && !is_zero(reserved, 96)) || member(data, "cpuid.padding"))
    return refuse(WHO_KERNEL, EINVAL, "reserved members that are not 0");
  return 0;
}

static long init_vm(struct command *command) {
  struct structure data;
  struct cpuid_entry entries[TD_CPUID_LIMIT];
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

/* ---- from the call to the command ------------------------------------------------------------------- */

/* The switches of tdx.c: tdx_vm_ioctl and tdx_vcpu_ioctl. */
static long answer(struct command *command, const struct command_row *rows, uint64_t number) {
  const struct command_row *row = command_row(rows, number);
  if (row) say_command(command->name = row->name);
  say_number("id", number);
  if (!row) return refuse(WHO_KERNEL, EINVAL, "this kernel has no such command here");
  return command_answer(command, row->answer);
}

static long op(struct call *call, const struct command_row *rows) {
  struct structure asked;
  if (structure_in(&asked, "kvm_tdx_cmd", call->argument)) return td_unreadable();
  if (member(&asked, "hw_error")) return refuse(WHO_KERNEL, EINVAL, "hw_error is not 0");
  struct command command = {.vm = call->vm,
                            .vcpu = call->vcpu,
                            .data = member(&asked, "data"),
                            .flags = (uint32_t)member(&asked, "flags")};
  long result = answer(&command, rows, member(&asked, "id"));
  set_member(&asked, "hw_error", command.hardware_error);
  if (command.hardware_error) say_number("hw_error", command.hardware_error);
  return structure_out(&asked) ? td_unreadable() : result;
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
