/* SEV and SEV-ES guests: the sub-commands of arch/x86/kvm/svm/sev.c, and of the firmware behind them
 * as the SEV API specification (AMD 55766, chapter 6) has it. */
#include "tee.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum policy {                 /* SEV API specification, chapter 3: guest policy */
  POLICY_NO_DEBUG = 1 << 0, POLICY_ES = 1 << 2, POLICY_NO_SEND = 1 << 3, POLICY_RESERVED = 0xffc0,
};

struct sev_guest *sev_guest(struct vm *vm) {
  return vm->tee && vm->tee->sev.active ? &vm->tee->sev : NULL;
}

static long not_sev(void) { return refuse(WHO_KERNEL, ENOTTY, "the VM was not initialised for SEV"); }
static long unreadable(int error) {
  return error == -ENOSYS ? refuse(WHO_KERNEL, EINVAL, "this kernel has no such structure")
                          : refuse(WHO_KERNEL, EFAULT, "the command's structure is not readable");
}

/* ---- KVM_SEV_INIT, KVM_SEV_ES_INIT, KVM_SEV_INIT2 ------------------------------------------------ */

/* Kernels before 6.10 have no KVM_SEV_INIT2, and some errors of their own. */
static bool has_init2(void) {
  uint64_t number;
  return constant("KVM_SEV_INIT2", &number);
}

/* sev.c: sev_asid_new. SEV-ES and SNP guests share the lower ASIDs, SEV guests have the upper. */
static long take_asid(struct sev_guest *guest) {
  const char *pool = guest->es ? "sev-es.asids" : "sev.asids";
  unsigned first, last;
  if (!setting_range(pool, &first, &last) || first > last)
    return refuse(WHO_PLATFORM, has_init2() ? ENOTTY : EBUSY, "the platform has no %s", pool);
  guest->asid = pool_take(pool, first, last, &guest->asid_lock);
  if (guest->asid < 0)
    return refuse(WHO_PLATFORM, EBUSY, "all %u of %s are in use", last - first + 1, pool);
  return 0;
}

struct init { bool es, snp; uint64_t vmsa_features, flags, ghcb_version; };

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
  if ((result = take_asid(guest))) return result;
  guest->active = true;
  guest->snp = init->snp;
  guest->needs_init = false;
  guest->vmsa_features = init->vmsa_features | (init->snp ? VMSA_SNP_ACTIVE : 0);
  sha256_start(&guest->digest);
  return 0;
}

/* sev.c: sev_guest_init */
static long legacy_init(struct command *command, bool es) {
  if (es && !sev_es_enabled())
    return refuse(WHO_PLATFORM, ENOTTY, "SEV-ES is not enabled on the platform");
  if (command->vm->type != constant_or("KVM_X86_DEFAULT_VM", 0))
    return refuse(WHO_KERNEL, EINVAL, "VM type %u wants KVM_SEV_INIT2", command->vm->type);
  return init_guest(command, &(struct init){.es = es, .ghcb_version = es});
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
  if (error) return unreadable(error);
  say_members(&data, "vmsa_features", "flags", "ghcb_version", NULL);
  bool snp = 1ull << vm->type == bit_of("KVM_X86_SNP_VM");
  return init_guest(command, &(struct init){.es = snp || 1ull << vm->type != bit_of("KVM_X86_SEV_VM"),
                                            .snp = snp,
                                            .vmsa_features = member(&data, "vmsa_features"),
                                            .flags = member(&data, "flags"),
                                            .ghcb_version = member(&data, "ghcb_version")});
}

/* ---- KVM_SEV_LAUNCH_* ----------------------------------------------------------------------------- */

/* The owner's certificate and session, where they are given (SEV API, chapter 6.2: LAUNCH_START). The
 * keys in them are not unwrapped: the transport keys come from the setting sev.tik. */
static long check_session(struct command *command, const struct structure *start) {
  enum { CERTIFICATE_SIZE = 2084, SESSION_SIZE = 128, VERSION = 1, USAGE_PDH = 0x1003 };
  uint8_t blob[BLOB_LIMIT] = {0};
  uint32_t version, usage;
  uint64_t certificate = member(start, "dh_uaddr"), certificate_size = member(start, "dh_len");
  uint64_t session = member(start, "session_uaddr"), session_size = member(start, "session_len");
  long result = certificate ? copy_blob("the certificate", certificate, certificate_size, blob) : 0;
  memcpy(&version, blob, 4);
  memcpy(&usage, blob + 8, 4);
  if (!result && session) result = copy_blob("the session", session, session_size, blob);
  if (!result) result = firmware_reach(command->sev_descriptor);
  if (result) return result;
  if (certificate && certificate_size != CERTIFICATE_SIZE)
    return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "a certificate has %d bytes",
                           CERTIFICATE_SIZE);
  if (session && session_size != SESSION_SIZE)
    return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "a session has %d bytes", SESSION_SIZE);
  if (certificate && (version != VERSION || usage != USAGE_PDH))
    return firmware_refuse(command, FIRMWARE_INVALID_CERTIFICATE,
                           "version %u, usage 0x%x is no certificate of a Diffie-Hellman key",
                           version, usage);
  return 0;
}

/* LAUNCH_START and ACTIVATE of the firmware. */
static long check_policy(struct command *command, const struct sev_guest *guest, uint64_t handle,
                         uint64_t policy) {
  if (handle)
    return refuse(WHO_UNMODELLED, EIO, "a guest that shares the key of handle 0x%llx",
                  (unsigned long long)handle);
  if (policy & POLICY_RESERVED)
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "reserved policy bits 0x%llx",
                           (unsigned long long)(policy & POLICY_RESERVED));
  if (!firmware_at_least(policy >> 16 & 0xff, policy >> 24 & 0xff))
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "the policy wants API version %u.%u",
                           (unsigned)(policy >> 16 & 0xff), (unsigned)(policy >> 24 & 0xff));
  if (policy & POLICY_ES && !sev_es_enabled())
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "the platform has no SEV-ES");
  if (guest->state != GUEST_UNINITIALIZED)
    return firmware_refuse(command, FIRMWARE_ASID_OWNED, "ASID %d has a guest", guest->asid);
  if (!(policy & POLICY_ES) != !guest->es)
    return firmware_refuse(command, FIRMWARE_INVALID_ASID, "ASID %d is %sfor SEV-ES guests",
                           guest->asid, guest->es ? "" : "not ");
  return 0;
}

/* sev.c: sev_launch_start */
static long launch_start(struct command *command) {
  static uint32_t handles;
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return not_sev();
  int error = structure_in(&data, "kvm_sev_launch_start", command->data);
  if (error) return unreadable(error);
  uint64_t policy = member(&data, "policy");
  say_members(&data, "handle", "policy", "dh_len", "session_len", NULL);
  long result = check_session(command, &data);
  if (!result) result = check_policy(command, guest, member(&data, "handle"), policy);
  if (result) return result;
  guest->handle = __atomic_add_fetch(&handles, 1, __ATOMIC_RELAXED);
  set_member(&data, "handle", guest->handle);
  if (structure_out(&data)) return unreadable(-EFAULT);
  guest->policy = (uint32_t)policy;
  guest->device = command->sev_descriptor;
  guest->state = GUEST_LAUNCHING;
  return firmware_done(command);
}

/* A command of the launch reaches the firmware, and finds its guest in the state it wants. Before
 * LAUNCH_START the kernel uses descriptor 0, which is no /dev/sev (sev.c: sev_issue_cmd). */
static long in_state(struct command *command, const struct sev_guest *guest, enum guest_state state) {
  static const char *const names[] = {"not started", "in launch-update", "in launch-secret",
                                      "running"};
  long result = firmware_reach(guest->device);
  if (result || guest->state == state) return result;
  return firmware_refuse(command, FIRMWARE_INVALID_GUEST_STATE, "the guest is %s, not %s",
                         names[guest->state], names[state]);
}

/* Takes a range into the launch digest and says its own. */
static long digest_range(struct sev_guest *guest, uint64_t address, uint64_t size) {
  struct sha256 hash, digest = guest->digest;
  uint8_t buffer[PAGE], sum[32];
  sha256_start(&hash);
  for (uint64_t done = 0; done < size; done += sizeof buffer) {
    size_t part = size - done < sizeof buffer ? size - done : sizeof buffer;
    if (copy_in(buffer, address + done, part))
      return refuse(WHO_KERNEL, ENOMEM, "the range is not mapped");
    sha256_add(&hash, buffer, part);
    sha256_add(&digest, buffer, part);
  }
  sha256_finish(&hash, sum);
  say_bytes("sha256", sum, sizeof sum);
  guest->digest = digest;
  return 0;
}

/* sev.c: sev_launch_update_data; SEV API, LAUNCH_UPDATE_DATA */
static long launch_update_data(struct command *command) {
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return not_sev();
  int error = structure_in(&data, "kvm_sev_launch_update_data", command->data);
  if (error) return unreadable(error);
  uint64_t address = member(&data, "uaddr"), size = member(&data, "len");
  say_pointer("uaddr", address);
  say_number("len", size);
  long result = pin_memory(address, size);
  if (!result) result = in_state(command, guest, GUEST_LAUNCHING);
  if (result) return result;
  if (address % 16)
    return firmware_refuse(command, FIRMWARE_INVALID_ADDRESS, "the address is not a multiple of 16");
  if (size % 16)
    return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "the length is not a multiple of 16");
  if ((result = digest_range(guest, address, size))) return result;
  return firmware_done(command);
}

static void digest_vmsa(struct vm *vm, const uint8_t page[PAGE]) {
  sha256_add(&vm->tee->sev.digest, page, PAGE);
}

/* sev.c: sev_launch_update_vmsa. Every vCPU once: a second time was refused in 2026, and in the stable
 * kernels since ("KVM: SEV: Reject attempts to sync VMSA of an already-launched/encrypted vCPU"). */
static long launch_update_vmsa(struct command *command) {
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest || !guest->es) return refuse(WHO_KERNEL, ENOTTY, "the VM is no SEV-ES guest");
  if (!command->vm->vcpu_count) return 0;
  long result = in_state(command, guest, GUEST_LAUNCHING);
  if (!result) result = encrypt_vmsas(command->vm, digest_vmsa);
  return result ? result : firmware_done(command);
}

enum { MEASUREMENT_SIZE = 48 };

/* SEV API, LAUNCH_MEASURE: HMAC(04 || API version || build || policy || digest || nonce; TIK), then the
 * nonce, which the firmware draws and the model derives, so that two runs are alike. */
static void measure(struct sev_guest *guest, uint8_t answer[MEASUREMENT_SIZE]) {
  struct sha256 digest = guest->digest;
  struct hmac hmac;
  uint8_t key[HMAC_KEY], nonce[32];
  uint8_t version[4] = {4, (uint8_t)setting_number("sev.api-major", 1),
                        (uint8_t)setting_number("sev.api-minor", 0),
                        (uint8_t)setting_number("sev.api-build", 0)};
  sha256_finish(&digest, guest->launch_digest);
  sha256_start(&digest);
  sha256_add(&digest, guest->launch_digest, sizeof guest->launch_digest);
  sha256_finish(&digest, nonce);
  setting_bytes("sev.tik", key, sizeof key);
  hmac_start(&hmac, key);
  sha256_add(&hmac.hash, version, sizeof version);
  sha256_add(&hmac.hash, &guest->policy, sizeof guest->policy);
  sha256_add(&hmac.hash, guest->launch_digest, sizeof guest->launch_digest);
  sha256_add(&hmac.hash, nonce, 16);
  hmac_finish(&hmac, guest->measurement);
  memcpy(answer, guest->measurement, 32);
  memcpy(answer + 32, nonce, 16);
}

/* sev.c: sev_launch_measure. Asked with no length, the firmware says the length that it wants, and the
 * kernel hands on both that and the firmware's error. */
static long launch_measure(struct command *command) {
  struct structure data;
  uint8_t answer[MEASUREMENT_SIZE];
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return not_sev();
  int error = structure_in(&data, "kvm_sev_launch_measure", command->data);
  if (error) return unreadable(error);
  uint64_t size = member(&data, "len"), address = member(&data, "uaddr");
  say_number("len", size);
  if (size && address && size > BLOB_LIMIT)
    return refuse(WHO_KERNEL, EINVAL, "more than 0x%x bytes", BLOB_LIMIT);
  long result = in_state(command, guest, GUEST_LAUNCHING);
  if (result) return result;
  if (!address || size < sizeof answer) {
    set_member(&data, "len", sizeof answer);
    if (!size && structure_out(&data)) return unreadable(-EFAULT);
    return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "a measurement has %d bytes",
                           MEASUREMENT_SIZE);
  }
  measure(guest, answer);
  guest->state = GUEST_SECRET;
  say_bytes("digest", guest->launch_digest, sizeof guest->launch_digest);
  set_member(&data, "len", sizeof answer);
  if (copy_out(address, answer, sizeof answer) || structure_out(&data)) return unreadable(-EFAULT);
  return firmware_done(command);
}

/* SEV API, LAUNCH_SECRET: HMAC(01 || flags || IV || lengths || data || measurement; TIK). */
static bool secret_is_the_owners(const struct sev_guest *guest, const uint8_t header[52],
                                 const uint8_t *packet, uint32_t packet_size, uint32_t guest_size) {
  struct hmac hmac;
  uint8_t key[HMAC_KEY], code[32], first = 1;
  setting_bytes("sev.tik", key, sizeof key);
  hmac_start(&hmac, key);
  sha256_add(&hmac.hash, &first, 1);
  sha256_add(&hmac.hash, header, 20);
  sha256_add(&hmac.hash, &guest_size, 4);
  sha256_add(&hmac.hash, &packet_size, 4);
  sha256_add(&hmac.hash, packet, packet_size);
  sha256_add(&hmac.hash, guest->measurement, sizeof guest->measurement);
  hmac_finish(&hmac, code);
  return !memcmp(code, header + 20, sizeof code);
}

/* sev.c: sev_launch_secret */
static long launch_secret(struct command *command) {
  enum { HEADER_SIZE = 52 };
  struct structure data;
  uint8_t header[BLOB_LIMIT], packet[BLOB_LIMIT];
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return not_sev();
  int error = structure_in(&data, "kvm_sev_launch_secret", command->data);
  if (error) return unreadable(error);
  uint64_t header_size = member(&data, "hdr_len"), packet_size = member(&data, "trans_len");
  uint64_t guest_size = member(&data, "guest_len"), address = member(&data, "guest_uaddr");
  say_members(&data, "hdr_len", "guest_len", "trans_len", NULL);
  long result = pin_memory(address, guest_size);
  if (!result) result = copy_blob("the secret", member(&data, "trans_uaddr"), packet_size, packet);
  if (!result) result = copy_blob("the header", member(&data, "hdr_uaddr"), header_size, header);
  if (!result) result = in_state(command, guest, GUEST_SECRET);
  if (result) return result;
  if (header_size != HEADER_SIZE || guest_size % 16 || guest_size > BLOB_LIMIT ||
      packet_size < guest_size)
    return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "the lengths of header or secret");
  if (address % 16)
    return firmware_refuse(command, FIRMWARE_INVALID_ADDRESS, "the address is not a multiple of 16");
  if (!secret_is_the_owners(guest, header, packet, (uint32_t)packet_size, (uint32_t)guest_size))
    return firmware_refuse(command, FIRMWARE_BAD_MEASUREMENT, "the header's code does not fit");
  return firmware_done(command);
}

/* sev.c: sev_launch_finish */
static long launch_finish(struct command *command) {
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return not_sev();
  long result = in_state(command, guest, GUEST_SECRET);
  if (result) return result;
  guest->state = GUEST_RUNNING;
  return firmware_done(command);
}

/* ---- what a guest answers later ------------------------------------------------------------------- */

/* sev.c: sev_guest_status */
static long guest_status(struct command *command) {
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return not_sev();
  long result = firmware_reach(guest->device);
  if (result) return result;
  structure_start(&data, "kvm_sev_guest_status", command->data);
  set_member(&data, "policy", guest->policy);
  set_member(&data, "state", guest->state);
  set_member(&data, "handle", guest->handle);
  if (structure_out(&data)) return unreadable(-EFAULT);
  say_members(&data, "policy", "state", "handle", NULL);
  return firmware_done(command);
}

/* sev.c: sev_dbg_crypt */
static long debug(struct command *command) {
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return not_sev();
  int error = structure_in(&data, "kvm_sev_dbg", command->data);
  if (error) return unreadable(error);
  say_number("len", member(&data, "len"));
  if (!member(&data, "len") || !member(&data, "dst_uaddr"))
    return refuse(WHO_KERNEL, EINVAL, "a length or a destination of 0");
  long result = firmware_reach(guest->device);
  if (result) return result;
  if (guest->policy & POLICY_NO_DEBUG)
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "the policy forbids debugging");
  return refuse(WHO_UNMODELLED, EIO, "reading and writing encrypted memory");
}

/* sev.c: sev_get_attestation_report. The report is signed by a key that no model has. */
static long attestation_report(struct command *command) {
  enum { REPORT_SIZE = 208 };
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return not_sev();
  int error = structure_in(&data, "kvm_sev_attestation_report", command->data);
  if (error) return unreadable(error);
  uint64_t size = member(&data, "len");
  say_number("len", size);
  if (size > BLOB_LIMIT) return refuse(WHO_KERNEL, EINVAL, "more than 0x%x bytes", BLOB_LIMIT);
  long result = firmware_reach(guest->device);
  if (result) return result;
  if (size >= REPORT_SIZE) return refuse(WHO_UNMODELLED, EIO, "a signed attestation report");
  set_member(&data, "len", REPORT_SIZE);
  if (!size && structure_out(&data)) return unreadable(-EFAULT);
  return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "a report has %d bytes", REPORT_SIZE);
}

/* Sending a guest: it has to run, and its policy to allow it (SEV API, SEND_START). */
static long send(struct command *command) {
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return not_sev();
  long result = in_state(command, guest, GUEST_RUNNING);
  if (result) return result;
  if (guest->policy & POLICY_NO_SEND)
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "the policy forbids sending");
  return refuse(WHO_UNMODELLED, EIO, "sending an encrypted guest");
}

static long receive(struct command *command) {
  if (!sev_guest(command->vm)) return not_sev();
  return refuse(WHO_UNMODELLED, EIO, "receiving an encrypted guest");
}

const struct command_row sev_commands[] = {
    {"KVM_SEV_INIT", init},
    {"KVM_SEV_ES_INIT", es_init},
    {"KVM_SEV_INIT2", init2},
    {"KVM_SEV_LAUNCH_START", launch_start},
    {"KVM_SEV_LAUNCH_UPDATE_DATA", launch_update_data},
    {"KVM_SEV_LAUNCH_UPDATE_VMSA", launch_update_vmsa},
    {"KVM_SEV_LAUNCH_MEASURE", launch_measure},
    {"KVM_SEV_LAUNCH_SECRET", launch_secret},
    {"KVM_SEV_LAUNCH_FINISH", launch_finish},
    {"KVM_SEV_GUEST_STATUS", guest_status},
    {"KVM_SEV_DBG_DECRYPT", debug},
    {"KVM_SEV_DBG_ENCRYPT", debug},
    {"KVM_SEV_GET_ATTESTATION_REPORT", attestation_report},
    {"KVM_SEV_SEND_START", send},
    {"KVM_SEV_SEND_UPDATE_DATA", send},
    {"KVM_SEV_SEND_FINISH", send},
    {"KVM_SEV_SEND_CANCEL", send},
    {"KVM_SEV_RECEIVE_START", receive},
    {"KVM_SEV_RECEIVE_UPDATE_DATA", receive},
    {"KVM_SEV_RECEIVE_FINISH", receive},
    {"KVM_SEV_CERT_EXPORT", NULL},
    {"KVM_SEV_SEND_UPDATE_VMSA", NULL},
    {"KVM_SEV_RECEIVE_UPDATE_VMSA", NULL},
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
  if (region_in(call, &region)) return unreadable(-EFAULT);
  if (!guest) return not_sev();
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
  if (region_in(call, &region)) return unreadable(-EFAULT);
  if (!guest) return not_sev();
  for (size_t i = 0; i < guest->region_count; i++) {
    struct region *known = &guest->regions[i];
    if (known->address != region.address || known->size != region.size) continue;
    *known = guest->regions[--guest->region_count];
    return 0;
  }
  return refuse(WHO_KERNEL, EINVAL, "no such region is registered");
}

/* sev.c: sev_vm_destroy */
void sev_vm_closed(struct vm *vm) {
  struct sev_guest *guest = sev_guest(vm);
  if (!guest) return;
  pool_release(guest->asid_lock);
  free(guest->regions);
}
