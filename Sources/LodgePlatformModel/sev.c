/* SEV and SEV-ES guests: how they begin, the memory that they pin, and how they end
 * (arch/x86/kvm/svm/sev.c). */
#include "tee.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct sev_guest *sev_guest(struct vm *vm) {
  return vm->tee && vm->tee->sev.active ? &vm->tee->sev : NULL;
}

long sev_missing(void) { return refuse(WHO_KERNEL, ENOTTY, "the VM was not initialised for SEV"); }

long sev_unreadable(int error) {
  return error == -ENOSYS ? refuse(WHO_KERNEL, EINVAL, "this kernel has no such structure")
                          : refuse(WHO_KERNEL, EFAULT, "the command's structure is not readable");
}

/* A command of the launch reaches the firmware, and finds its guest in the state it wants. Before
 * LAUNCH_START the kernel uses descriptor 0, which is no /dev/sev (sev.c: sev_issue_cmd). */
long sev_in_state(struct command *command, const struct sev_guest *guest, enum guest_state state) {
  static const char *const names[] = {"not started", "in launch-update", "in launch-secret",
                                      "running", "sending", "receiving"};
  long result = firmware_reach(guest->device);
  if (result || guest->state == state) return result;
  return firmware_refuse(command, FIRMWARE_INVALID_GUEST_STATE, "the guest is %s, not %s",
                         names[guest->state], names[state]);
}

/* ---- KVM_SEV_INIT, KVM_SEV_ES_INIT, KVM_SEV_INIT2 ------------------------------------------------ */

/* Kernels before 6.10 have no KVM_SEV_INIT2, and some errors of their own. */
static bool has_init2(void) {
  uint64_t number;
  return constant("KVM_SEV_INIT2", &number);
}

/* sev.c: sev_asid_new. SEV guests have the upper ASIDs. SEV-ES and SNP guests share the lower ones,
 * unless ciphertext hiding gives SNP guests their own. */
static long take_asid(struct sev_guest *guest, bool snp) {
  const char *range = snp && setting("sev-snp.asids") ? "sev-snp.asids"
                      : guest->es                      ? "sev-es.asids" : "sev.asids";
  unsigned first, last;
  if (!setting_range(range, &first, &last) || first > last)
    return refuse(WHO_PLATFORM, has_init2() ? ENOTTY : EBUSY, "the platform has no %s", range);
  guest->asid = pool_take("asids", first, last, &guest->asid_lock);
  if (guest->asid < 0)
    return refuse(WHO_PLATFORM, EBUSY, "all %u of %s are in use", last - first + 1, range);
  return 0;
}

struct init { bool es, snp; uint64_t vmsa_features, flags, ghcb_version, added_features; };

enum { VMSA_SNP_ACTIVE = 1 << 0, VMSA_SECURE_TSC = 1 << 9, GHCB_VERSION_MAX = 2 };

/* The order of sev.c: __sev_guest_init. */
static long check_init(struct vm *vm, const struct init *init) {
  uint64_t offered = init->es ? setting_number("sev.vmsa-features", 0) : 0, number;
  if (!init->snp) offered &= ~(uint64_t)VMSA_SECURE_TSC;
  if (vm->vcpu_count) return refuse(WHO_KERNEL, EINVAL, "the VM has vCPUs already");
  if (init->flags) return refuse(WHO_KERNEL, EINVAL, "flags that are not 0");
  if (init->vmsa_features & ~offered)
    return refuse(WHO_KERNEL, EINVAL, "VMSA features 0x%llx are not among 0x%llx",
                  (unsigned long long)init->vmsa_features, (unsigned long long)offered);
  if (init->ghcb_version > GHCB_VERSION_MAX || (!init->es && init->ghcb_version))
    return refuse(WHO_KERNEL, EINVAL, "GHCB version %llu", (unsigned long long)init->ghcb_version);
  /* Checked since the kernel tells its policy bits (6.19). */
  if (init->snp && init->ghcb_version == 1 && constant("KVM_X86_SNP_POLICY_BITS", &number))
    return refuse(WHO_KERNEL, EINVAL, "SNP needs version 2 of the GHCB protocol");
  if (sev_guest(vm))
    return refuse(WHO_KERNEL, has_init2() ? EINVAL : EBUSY, "the VM is initialised already");
  return 0;
}

static long init_guest(struct command *command, const struct init *init) {
  struct vm *vm = command->vm;
  long result = check_init(vm, init);
  if (result) return result;
  if (!vm->tee && !(vm->tee = calloc(1, sizeof *vm->tee))) return -ENOMEM;
  struct sev_guest *guest = &vm->tee->sev;
  guest->es = init->es;
  if ((result = take_asid(guest, init->snp))) return result;
  guest->active = true;
  guest->snp = init->snp;
  guest->needs_init = false;
  guest->vmsa_features = init->vmsa_features | init->added_features;
  sha256_start(&guest->digest);
  return 0;
}

/* sev.c: sev_guest_init */
static long legacy_init(struct command *command, bool es) {
  if (es && !sev_es_enabled())
    return refuse(WHO_PLATFORM, ENOTTY, "SEV-ES is not enabled on the platform");
  if (command->vm->type != constant_or("KVM_X86_DEFAULT_VM", 0))
    return refuse(WHO_KERNEL, EINVAL, "VM type %u wants KVM_SEV_INIT2", command->vm->type);
  /* DebugSwap, which kernels before KVM_SEV_INIT2 give to all guests or to none. */
  uint64_t added = es ? setting_number("sev.es-init-features", 0) : 0;
  return init_guest(command, &(struct init){.es = es, .ghcb_version = es, .added_features = added});
}

static long init(struct command *command) { return legacy_init(command, false); }
static long es_init(struct command *command) { return legacy_init(command, true); }

/* sev.c: sev_guest_init2 */
static long init2(struct command *command) {
  struct structure data;
  struct vm *vm = command->vm;
  if (!vm->tee || !vm->tee->sev.needs_init)
    return refuse(WHO_KERNEL, EINVAL, "VM type %u is not one to initialise, or is initialised",
                  vm->type);
  int error = structure_in(&data, "kvm_sev_init", command->data);
  if (error) return sev_unreadable(error);
  say_members(&data, "vmsa_features", "flags", "ghcb_version", NULL);
  bool snp = 1ull << vm->type == bit_of("KVM_X86_SNP_VM");
  return init_guest(command, &(struct init){.es = snp || 1ull << vm->type != bit_of("KVM_X86_SEV_VM"),
                                            .snp = snp,
                                            .vmsa_features = member(&data, "vmsa_features"),
                                            .added_features = snp ? VMSA_SNP_ACTIVE : 0,
                                            .flags = member(&data, "flags"),
                                            .ghcb_version = member(&data, "ghcb_version")});
}

const struct command_row sev_commands[] = {
    {"KVM_SEV_INIT", init},
    {"KVM_SEV_ES_INIT", es_init},
    {"KVM_SEV_INIT2", init2},
    {NULL, NULL},
};

/* ---- regions of encrypted memory -------------------------------------------------------------------- */

static int region_in(const struct call *call, struct region *region) {
  struct structure data;
  if (structure_in(&data, "kvm_enc_region", call->argument)) return -EFAULT;
  *region = (struct region){member(&data, "addr"), member(&data, "size")};
  say_pointer("addr", region->address);
  say_number("size", region->size);
  return 0;
}

/* sev.c: sev_mem_enc_register_region */
long sev_register_region(struct call *call) {
  struct region region;
  struct sev_guest *guest = sev_guest(call->vm);
  if (region_in(call, &region)) return sev_unreadable(-EFAULT);
  if (!guest) return sev_missing();
  long result = pin_memory(region.address, region.size);
  if (result) return result;
  struct region *regions = realloc(guest->regions, (guest->region_count + 1) * sizeof *regions);
  if (!regions) return -ENOMEM;
  guest->regions = regions;
  guest->regions[guest->region_count++] = region;
  return 0;
}

/* sev.c: sev_mem_enc_unregister_region */
long sev_unregister_region(struct call *call) {
  struct region region;
  struct sev_guest *guest = sev_guest(call->vm);
  if (region_in(call, &region)) return sev_unreadable(-EFAULT);
  if (!guest) return sev_missing();
  for (size_t i = 0; i < guest->region_count; i++) {
    struct region *known = &guest->regions[i];
    if (known->address != region.address || known->size != region.size) continue;
    *known = guest->regions[--guest->region_count];
    return 0;
  }
  return refuse(WHO_KERNEL, EINVAL, "no such region is registered");
}

/* sev.c: sev_vm_destroy: DEACTIVATE and DECOMMISSION of the firmware */
void sev_vm_closed(struct vm *vm) {
  struct sev_guest *guest = sev_guest(vm);
  if (!guest) return;
  if (guest->handle) pool_release(guest->handle_lock);
  pool_release(guest->asid_lock);
  free(guest->regions);
}
