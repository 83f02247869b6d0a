/* /dev/sev: what the security processor says of itself (drivers/crypto/ccp/sev-dev.c: sev_ioctl). */
#include "tee.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static long unreadable(void) {
  return refuse(WHO_KERNEL, EFAULT, "the command's structure is not readable");
}

enum { STATE_INITIALIZED = 1 };

/* sev-dev.c: sev_ioctl_do_platform_status */
static long platform_status(struct command *command) {
  struct structure data;
  structure_start(&data, "sev_user_data_status", command->data);
  set_member(&data, "api_major", setting_number("sev.api-major", 1));
  set_member(&data, "api_minor", setting_number("sev.api-minor", 0));
  set_member(&data, "build", setting_number("sev.api-build", 0));
  set_member(&data, "state", setting_number("sev.state", STATE_INITIALIZED));
  if (sev_es_enabled()) set_member(&data, "flags", constant_or("SEV_STATUS_FLAGS_CONFIG_ES", 0x100));
  return structure_out(&data) ? unreadable() : firmware_done(command);
}

/* sev-dev.c: sev_ioctl_do_snp_platform_status; only where SNP is initialised. */
static long snp_platform_status(struct command *command) {
  struct structure data;
  if (!command->data || !(setting_number("vm-types", 0) & bit_of("KVM_X86_SNP_VM")))
    return refuse(WHO_KERNEL, EINVAL, "SNP is not initialised, or there is no place for the answer");
  structure_start(&data, "sev_user_data_snp_status", command->data);
  set_member(&data, "api_major", setting_number("sev.api-major", 1));
  set_member(&data, "api_minor", setting_number("sev.api-minor", 0));
  set_member(&data, "build_id", setting_number("sev.api-build", 0));
  set_member(&data, "state", STATE_INITIALIZED);
  return structure_out(&data) ? unreadable() : firmware_done(command);
}

/* ENOTSUPP of the kernel, which has no name in user space. */
static long too_old(void) { return refuse(WHO_KERNEL, 524, "the firmware is older than 0.16"); }

/* sev-dev.c: sev_ioctl_do_get_id2. Too little room is the firmware's error, with the length it wants. */
static long get_id2(struct command *command) {
  enum { ID_SIZE = 64 };
  struct structure data;
  uint8_t id[ID_SIZE];
  if (!firmware_at_least(0, 16)) return too_old();
  if (structure_in(&data, "sev_user_data_get_id2", command->data)) return unreadable();
  uint64_t address = member(&data, "address"), size = member(&data, "length");
  say_number("length", size);
  set_member(&data, "length", ID_SIZE);
  if (structure_out(&data)) return unreadable();
  if (!address || size < ID_SIZE)
    return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "an identifier has %d bytes", ID_SIZE);
  setting_bytes("sev.cpu-id", id, sizeof id);
  return copy_out(address, id, sizeof id) ? unreadable() : firmware_done(command);
}

/* sev-dev.c: sev_ioctl_do_get_id: two identifiers' room, of which one socket fills the first. */
static long get_id(struct command *command) {
  enum { ID_SIZE = 64 };
  uint8_t id[ID_SIZE];
  if (!firmware_at_least(0, 16)) return too_old();
  setting_bytes("sev.cpu-id", id, sizeof id);
  return copy_out(command->data, id, sizeof id) ? unreadable() : firmware_done(command);
}

/* A certificate of the platform, or a chain of them: the setting's file, or blanks that carry version,
 * usage and algorithm (SEV API specification, appendix C: certificate). */
static const uint8_t *certificates(const char *file_setting, const uint32_t *usages, size_t *size) {
  enum { CERTIFICATE_SIZE = 2084 };
  const char *path = setting(file_setting);
  if (path) {
    const uint8_t *bytes = (const uint8_t *)read_file(path, BLOB_LIMIT, size);
    if (!bytes) give_up("%s: cannot be read", path);
    return bytes;
  }
  size_t count = 0;
  while (usages[count]) count++;
  uint8_t *blank = calloc(count, CERTIFICATE_SIZE);
  if (!blank) give_up("out of memory");
  for (size_t i = 0; i < count; i++) {
    const uint32_t version = 1;
    memcpy(blank + i * CERTIFICATE_SIZE, &version, 4);
    memcpy(blank + i * CERTIFICATE_SIZE + 8, &usages[i], 4);
  }
  *size = count * CERTIFICATE_SIZE;
  return blank;
}

enum { USAGE_OCA = 0x1001, USAGE_PEK = 0x1002, USAGE_PDH = 0x1003, USAGE_CEK = 0x1004 };

static const uint8_t *diffie_hellman_key, *chain;
static size_t diffie_hellman_key_size, chain_size;

static void read_certificates(void) {
  diffie_hellman_key =
      certificates("sev.pdh", (const uint32_t[]){USAGE_PDH, 0}, &diffie_hellman_key_size);
  chain = certificates("sev.cert-chain",
                       (const uint32_t[]){USAGE_PEK, USAGE_OCA, USAGE_CEK, 0}, &chain_size);
}

/* sev-dev.c: sev_ioctl_do_pdh_export */
static long export_certificates(struct command *command) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  struct structure data;
  pthread_once(&once, read_certificates);
  if (structure_in(&data, "sev_user_data_pdh_cert_export", command->data)) return unreadable();
  uint64_t key_to = member(&data, "pdh_cert_address"), key_room = member(&data, "pdh_cert_len");
  uint64_t chain_to = member(&data, "cert_chain_address"), chain_room = member(&data, "cert_chain_len");
  bool asked_length = !key_to || !key_room || !chain_to || !chain_room;
  say_number("pdh_cert_len", key_room);
  say_number("cert_chain_len", chain_room);
  if (!asked_length && (key_room > BLOB_LIMIT || chain_room > BLOB_LIMIT))
    return refuse(WHO_KERNEL, EFAULT, "more than 0x%x bytes", BLOB_LIMIT);
  set_member(&data, "pdh_cert_len", diffie_hellman_key_size);
  set_member(&data, "cert_chain_len", chain_size);
  if (structure_out(&data)) return unreadable();
  if (asked_length || key_room < diffie_hellman_key_size || chain_room < chain_size)
    return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "the certificates have %zu and %zu bytes",
                           diffie_hellman_key_size, chain_size);
  if (copy_out(key_to, diffie_hellman_key, diffie_hellman_key_size) ||
      copy_out(chain_to, chain, chain_size))
    return unreadable();
  return firmware_done(command);
}

/* Commands by which an owner changes the platform itself. */
static long administer(struct command *command) {
  (void)command;
  return refuse(WHO_UNMODELLED, EIO, "changing the security processor");
}

static const struct command_row commands[] = {
    {"SEV_PLATFORM_STATUS", platform_status},
    {"SEV_PDH_CERT_EXPORT", export_certificates},
    {"SEV_GET_ID", get_id},
    {"SEV_GET_ID2", get_id2},
    {"SNP_PLATFORM_STATUS", snp_platform_status},
    {"SEV_FACTORY_RESET", administer},
    {"SEV_PEK_GEN", administer},
    {"SEV_PEK_CSR", administer},
    {"SEV_PDH_GEN", administer},
    {"SEV_PEK_CERT_IMPORT", administer},
    {"SNP_COMMIT", administer},
    {"SNP_SET_CONFIG", administer},
    {"SNP_VLEK_LOAD", administer},
    {NULL, NULL},
};

static long answer(struct command *command, uint64_t number) {
  const struct command_row *row = command_row(commands, number);
  if (row) say_command(command->name = row->name);
  say_number("cmd", number);
  if (!row) return refuse(WHO_KERNEL, EINVAL, "this kernel has no such command");
  return command_answer(command, row->answer);
}

static long issue(struct call *call) {
  struct structure asked;
  if (structure_in(&asked, "sev_issue_cmd", call->argument)) return unreadable();
  struct command command = {.data = member(&asked, "data"),
                            .firmware_error = (uint32_t)member(&asked, "error")};
  long result = answer(&command, member(&asked, "cmd"));
  set_member(&asked, "error", command.firmware_error);
  if (command.firmware_error) say_number("error", command.firmware_error);
  return structure_out(&asked) ? unreadable() : result;
}

const struct row sev_device_rows[] = {{"SEV_ISSUE_CMD", KIND_SEV_DEVICE, issue}, {0}};
