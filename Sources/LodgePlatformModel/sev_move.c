/* Guests that move to another platform: the arguments of sending and receiving are checked as
 * arch/x86/kvm/svm/sev.c does, the encryption itself is not modelled. So no guest ever sends or
 * receives, and the firmware refuses what only such a guest may do (SEV API specification, AMD 55766). */
#include "tee.h"

#include <errno.h>
#include <stdarg.h>

/* Whether the kernel refuses a structure because one of its members is 0; the list ends with NULL. */
static bool __attribute__((sentinel)) lacks(const struct structure *data, ...) {
  va_list names;
  bool found = false;
  va_start(names, data);
  for (const char *name; !found && (name = va_arg(names, const char *));) found = !member(data, name);
  va_end(names);
  return found;
}

static long missing(void) { return refuse(WHO_KERNEL, EINVAL, "an address or a length of 0"); }

/* sev.c: sev_send_start; its certificates in the order in which they are copied. */
static long check_certificates(const struct structure *data) {
  static const char *const members[][2] = {{"pdh_cert_uaddr", "pdh_cert_len"},
                                           {"plat_certs_uaddr", "plat_certs_len"},
                                           {"amd_certs_uaddr", "amd_certs_len"}};
  uint8_t blob[BLOB_LIMIT];
  long result = 0;
  for (size_t i = 0; i < sizeof members / sizeof *members && !result; i++)
    result = copy_blob("a certificate", member(data, members[i][0]), member(data, members[i][1]), blob);
  return result;
}

/* SEV API, SEND_START: the guest has to run, and its policy to allow it. */
static long send_start(struct command *command) {
  enum { SESSION_SIZE = 128 };
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return sev_missing();
  int error = structure_in(&data, "kvm_sev_send_start", command->data);
  if (error) return sev_unreadable(error);
  uint64_t size = member(&data, "session_len");
  say_number("session_len", size);
  if (size && (lacks(&data, "pdh_cert_uaddr", "pdh_cert_len", "session_uaddr", NULL) || size > BLOB_LIMIT))
    return missing();
  long result = size ? check_certificates(&data) : 0;
  if (!result) result = sev_in_state(command, guest, GUEST_RUNNING);
  if (result) return result;
  if (guest->policy & POLICY_NO_SEND)
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "the policy forbids sending");
  if (size >= SESSION_SIZE) return refuse(WHO_UNMODELLED, EIO, "sending an encrypted guest");
  set_member(&data, "session_len", SESSION_SIZE);
  if (structure_out(&data)) return sev_unreadable(-EFAULT);
  return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "a session has %d bytes", SESSION_SIZE);
}

/* A page, or part of one, that is to be sent or was received. */
static long check_page(const struct structure *data) {
  uint64_t address = member(data, "guest_uaddr"), size = member(data, "guest_len");
  if (address % PAGE + size > PAGE)
    return refuse(WHO_KERNEL, EINVAL, "the memory crosses the end of a page");
  return pin_memory(address, size);
}

/* sev.c: sev_send_update_data; without a length it asks for the lengths. */
static long send_update_data(struct command *command) {
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return sev_missing();
  int error = structure_in(&data, "kvm_sev_send_update_data", command->data);
  if (error) return sev_unreadable(error);
  bool asks_length = lacks(&data, "trans_len", "hdr_len", NULL);
  if (!asks_length && lacks(&data, "trans_uaddr", "guest_uaddr", "guest_len", "hdr_uaddr", NULL))
    return missing();
  long result = asks_length ? 0 : check_page(&data);
  return result ? result : sev_in_state(command, guest, GUEST_SENDING);
}

/* sev.c: sev_send_finish, sev_send_cancel */
static long send_end(struct command *command) {
  struct sev_guest *guest = sev_guest(command->vm);
  return guest ? sev_in_state(command, guest, GUEST_SENDING) : sev_missing();
}

/* sev.c: sev_receive_start */
static long receive_start(struct command *command) {
  struct structure data;
  uint8_t blob[BLOB_LIMIT];
  if (!sev_guest(command->vm)) return sev_missing();
  int error = structure_in(&data, "kvm_sev_receive_start", command->data);
  if (error) return sev_unreadable(error);
  if (lacks(&data, "pdh_uaddr", "pdh_len", "session_uaddr", "session_len", NULL)) return missing();
  long result = copy_blob("the certificate", member(&data, "pdh_uaddr"), member(&data, "pdh_len"), blob);
  if (!result)
    result = copy_blob("the session", member(&data, "session_uaddr"), member(&data, "session_len"), blob);
  if (!result) result = firmware_reach(command->sev_descriptor);
  return result ? result : refuse(WHO_UNMODELLED, EIO, "receiving an encrypted guest");
}

/* sev.c: sev_receive_update_data; alone among the commands, it says EINVAL where there is no guest. */
static long receive_update_data(struct command *command) {
  struct structure data;
  uint8_t blob[BLOB_LIMIT];
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return refuse(WHO_KERNEL, EINVAL, "the VM was not initialised for SEV");
  int error = structure_in(&data, "kvm_sev_receive_update_data", command->data);
  if (error) return sev_unreadable(error);
  if (lacks(&data, "hdr_uaddr", "hdr_len", "guest_uaddr", "guest_len", "trans_uaddr", "trans_len", NULL))
    return missing();
  if (member(&data, "guest_uaddr") % PAGE + member(&data, "guest_len") > PAGE) return check_page(&data);
  long result = copy_blob("the header", member(&data, "hdr_uaddr"), member(&data, "hdr_len"), blob);
  if (!result)
    result = copy_blob("the packet", member(&data, "trans_uaddr"), member(&data, "trans_len"), blob);
  if (!result) result = check_page(&data);
  return result ? result : sev_in_state(command, guest, GUEST_RECEIVING);
}

/* sev.c: sev_receive_finish */
static long receive_finish(struct command *command) {
  struct sev_guest *guest = sev_guest(command->vm);
  return guest ? sev_in_state(command, guest, GUEST_RECEIVING) : sev_missing();
}

const struct command_row sev_move_commands[] = {
    {"KVM_SEV_SEND_START", send_start},
    {"KVM_SEV_SEND_UPDATE_DATA", send_update_data},
    {"KVM_SEV_SEND_FINISH", send_end},
    {"KVM_SEV_SEND_CANCEL", send_end},
    {"KVM_SEV_RECEIVE_START", receive_start},
    {"KVM_SEV_RECEIVE_UPDATE_DATA", receive_update_data},
    {"KVM_SEV_RECEIVE_FINISH", receive_finish},
    {"KVM_SEV_SEND_UPDATE_VMSA", NULL},
    {"KVM_SEV_RECEIVE_UPDATE_VMSA", NULL},
    {NULL, NULL},
};
