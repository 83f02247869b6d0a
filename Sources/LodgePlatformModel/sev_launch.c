/* The launch of SEV and SEV-ES guests: sub-commands of arch/x86/kvm/svm/sev.c, and of the firmware
 * behind them as the SEV API specification (AMD 55766, chapter 6) has it. */
#include "tee.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* SEV_GUEST_COUNT_MAX of the firmware (sev_plat.h). */
enum { GUEST_LIMIT = 1024 };

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

/* A handle names the guest whose key the new one shares; its policy allows that, and is the new one's
 * too (amd/AMD-ASPFW, sev_mcmd.c: sev_mcmd_launch_start). */
static long check_shared_key(struct command *command, uint64_t handle, uint64_t policy) {
  uint32_t shared;
  if (!handle) return 0;
  if (handle > GUEST_LIMIT || !pool_noted("guests", (unsigned)handle, &shared))
    return firmware_refuse(command, FIRMWARE_INVALID_GUEST, "no guest has this handle");
  if (shared != policy || shared & POLICY_NO_KEY_SHARING)
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE,
                           "the guest of this handle shares no key: its policy is 0x%x", shared);
  return 0;
}

/* The lowest handle that no guest of the platform has (sev_guest.c: find_free_guest_handle). */
static long take_handle(struct command *command, struct sev_guest *guest, uint64_t policy) {
  int handle = pool_take("guests", 1, GUEST_LIMIT, &guest->handle_lock);
  if (handle < 0)
    return firmware_refuse(command, FIRMWARE_RESOURCE_LIMIT, "the firmware has %d guests", GUEST_LIMIT);
  pool_note(guest->handle_lock, (unsigned)handle, (uint32_t)policy);
  guest->handle = (uint32_t)handle;
  return 0;
}

/* LAUNCH_START and ACTIVATE of the firmware. */
static long check_policy(struct command *command, const struct sev_guest *guest, uint64_t handle,
                         uint64_t policy) {
  if (policy & POLICY_RESERVED)
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "reserved policy bits 0x%llx",
                           (unsigned long long)(policy & POLICY_RESERVED));
  if (!firmware_at_least(policy >> 16 & 0xff, policy >> 24 & 0xff))
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "the policy wants API version %u.%u",
                           (unsigned)(policy >> 16 & 0xff), (unsigned)(policy >> 24 & 0xff));
  long result = check_shared_key(command, handle, policy);
  if (result) return result;
  if (policy & POLICY_ES && !sev_es_enabled())
    return firmware_refuse(command, FIRMWARE_UNSUPPORTED, "the platform has no SEV-ES");
  if (guest->state != GUEST_UNINITIALIZED)
    return firmware_refuse(command, FIRMWARE_ASID_OWNED, "ASID %d has a guest", guest->asid);
  if (!(policy & POLICY_ES) != !guest->es)
    return firmware_refuse(command, FIRMWARE_INVALID_ASID, "ASID %d is %sfor SEV-ES guests",
                           guest->asid, guest->es ? "" : "not ");
  return 0;
}

/* sev.c: sev_launch_start */
static long launch_start(struct command *command) {
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return sev_missing();
  int error = structure_in(&data, "kvm_sev_launch_start", command->data);
  if (error) return sev_unreadable(error);
  uint64_t policy = member(&data, "policy"), handle = member(&data, "handle");
  if (handle) say_pointer("handle", handle);
  say_members(&data, "policy", "dh_len", "session_len", NULL);
  long result = check_session(command, &data);
  if (!result) result = check_policy(command, guest, handle, policy);
  if (!result) result = take_handle(command, guest, policy);
  if (result) return result;
  set_member(&data, "handle", guest->handle);
  if (structure_out(&data)) {
    pool_release(guest->handle_lock);
    guest->handle = 0;
    return sev_unreadable(-EFAULT);
  }
  guest->policy = (uint32_t)policy;
  guest->device = command->sev_descriptor;
  guest->state = GUEST_LAUNCHING;
  return firmware_done(command);
}

/* Takes a range into the launch digest, says its own and keeps the contents. The caller's thread may have
 * a small stack. */
static long digest_range(struct sev_guest *guest, uint64_t address, uint64_t size) {
  struct sha256 hash, digest = guest->digest;
  uint8_t buffer[4 * PAGE];
  sha256_start(&hash);
  for (uint64_t done = 0; done < size; done += sizeof buffer) {
    size_t part = size - done < sizeof buffer ? size - done : sizeof buffer;
    if (copy_in(buffer, address + done, part))
      return refuse(WHO_KERNEL, ENOMEM, "the range is not mapped");
    sha256_add(&hash, buffer, part);
    sha256_add(&digest, buffer, part);
  }
  say_taken(&hash, address, true);
  guest->digest = digest;
  return 0;
}

/* sev.c: sev_launch_update_data; SEV API, LAUNCH_UPDATE_DATA */
static long launch_update_data(struct command *command) {
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return sev_missing();
  int error = structure_in(&data, "kvm_sev_launch_update_data", command->data);
  if (error) return sev_unreadable(error);
  uint64_t address = member(&data, "uaddr"), size = member(&data, "len");
  say_pointer("uaddr", address);
  say_number("len", size);
  long result = pin_memory(address, size);
  if (!result) result = sev_in_state(command, guest, GUEST_LAUNCHING);
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
  long result = vmsa_check(command->vm->vcpus[0]);
  if (!result) result = sev_in_state(command, guest, GUEST_LAUNCHING);
  if (!result) result = encrypt_vmsas(command->vm, digest_vmsa);
  return result ? result : firmware_done(command);
}

enum { MEASUREMENT_SIZE = 48 };

struct api_version { uint8_t major, minor, build; };

static struct api_version api_version(void) {
  return (struct api_version){(uint8_t)setting_number("sev.api-major", 1),
                              (uint8_t)setting_number("sev.api-minor", 0),
                              (uint8_t)setting_number("sev.api-build", 0)};
}

/* SEV API, LAUNCH_MEASURE: HMAC(04 || API version || build || policy || digest || nonce; TIK), then the
 * nonce, which the firmware draws and the model derives, so that two runs are alike. */
static void measure(struct sev_guest *guest, uint8_t answer[MEASUREMENT_SIZE]) {
  struct sha256 digest = guest->digest;
  struct hmac hmac;
  uint8_t key[HMAC_KEY], nonce[32];
  struct api_version api = api_version();
  uint8_t version[4] = {4, api.major, api.minor, api.build};
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

/* All that whoever knows the key needs to make the measurement again, but for the policy. */
static void say_measurement(const struct sev_guest *guest, const uint8_t answer[MEASUREMENT_SIZE]) {
  struct api_version api = api_version();
  char version[16];
  say_bytes("digest", guest->launch_digest, sizeof guest->launch_digest);
  say_bytes("measure", answer, 32);
  say_bytes("nonce", answer + 32, 16);
  snprintf(version, sizeof version, "%u.%u.%u", api.major, api.minor, api.build);
  say_text("api", version);
}

/* sev.c: sev_launch_measure. Asked with no length, the firmware says the length that it wants, and the
 * kernel hands on both that and the firmware's error. */
static long launch_measure(struct command *command) {
  struct structure data;
  uint8_t answer[MEASUREMENT_SIZE];
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return sev_missing();
  int error = structure_in(&data, "kvm_sev_launch_measure", command->data);
  if (error) return sev_unreadable(error);
  uint64_t size = member(&data, "len"), address = member(&data, "uaddr");
  say_number("len", size);
  if (size && address && size > BLOB_LIMIT)
    return refuse(WHO_KERNEL, EINVAL, "more than 0x%x bytes", BLOB_LIMIT);
  long result = sev_in_state(command, guest, GUEST_LAUNCHING);
  if (result) return result;
  if (!address || size < sizeof answer) {
    set_member(&data, "len", sizeof answer);
    if (!size && structure_out(&data)) return sev_unreadable(-EFAULT);
    return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "a measurement has %d bytes",
                           MEASUREMENT_SIZE);
  }
  measure(guest, answer);
  guest->state = GUEST_SECRET;
  say_measurement(guest, answer);
  set_member(&data, "len", sizeof answer);
  if (copy_out(address, answer, sizeof answer) || structure_out(&data)) return sev_unreadable(-EFAULT);
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
  if (!guest) return sev_missing();
  int error = structure_in(&data, "kvm_sev_launch_secret", command->data);
  if (error) return sev_unreadable(error);
  uint64_t header_size = member(&data, "hdr_len"), packet_size = member(&data, "trans_len");
  uint64_t guest_size = member(&data, "guest_len"), address = member(&data, "guest_uaddr");
  say_members(&data, "hdr_len", "guest_len", "trans_len", NULL);
  long result = pin_memory(address, guest_size);
  if (!result) result = copy_blob("the secret", member(&data, "trans_uaddr"), packet_size, packet);
  if (!result) result = copy_blob("the header", member(&data, "hdr_uaddr"), header_size, header);
  if (!result) result = sev_in_state(command, guest, GUEST_SECRET);
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
  if (!guest) return sev_missing();
  long result = sev_in_state(command, guest, GUEST_SECRET);
  if (result) return result;
  guest->state = GUEST_RUNNING;
  return firmware_done(command);
}

const struct command_row sev_launch_commands[] = {
    {"KVM_SEV_LAUNCH_START", launch_start},
    {"KVM_SEV_LAUNCH_UPDATE_DATA", launch_update_data},
    {"KVM_SEV_LAUNCH_UPDATE_VMSA", launch_update_vmsa},
    {"KVM_SEV_LAUNCH_MEASURE", launch_measure},
    {"KVM_SEV_LAUNCH_SECRET", launch_secret},
    {"KVM_SEV_LAUNCH_FINISH", launch_finish},
    {NULL, NULL},
};
