/* What a SEV or SEV-ES guest is asked beside its launch: its state, its memory in clear text, a report
 * (arch/x86/kvm/svm/sev.c; SEV API specification, AMD 55766). */
#include "tee.h"

#include <errno.h>

/* sev.c: sev_guest_status */
static long guest_status(struct command *command) {
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return sev_missing();
  long result = firmware_reach(guest->device);
  if (result) return result;
  structure_start(&data, "kvm_sev_guest_status", command->data);
  set_member(&data, "policy", guest->policy);
  set_member(&data, "state", guest->state);
  set_member(&data, "handle", guest->handle);
  if (structure_out(&data)) return sev_unreadable(-EFAULT);
  say_members(&data, "policy", "state", NULL);
  say_pointer("handle", guest->handle);
  return firmware_done(command);
}

/* sev.c: sev_dbg_crypt */
static long debug(struct command *command) {
  struct structure data;
  struct sev_guest *guest = sev_guest(command->vm);
  if (!guest) return sev_missing();
  int error = structure_in(&data, "kvm_sev_dbg", command->data);
  if (error) return sev_unreadable(error);
  uint64_t size = member(&data, "len"), to = member(&data, "dst_uaddr");
  say_number("len", size);
  if (!to) return refuse(WHO_KERNEL, EINVAL, "a destination of 0");
  long result = pin_memory(member(&data, "src_uaddr"), size);
  if (!result) result = pin_memory(to, size);
  if (!result) result = firmware_reach(guest->device);
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
  if (!guest) return sev_missing();
  int error = structure_in(&data, "kvm_sev_attestation_report", command->data);
  if (error) return sev_unreadable(error);
  uint64_t size = member(&data, "len");
  say_number("len", size);
  if (size > BLOB_LIMIT) return refuse(WHO_KERNEL, EINVAL, "more than 0x%x bytes", BLOB_LIMIT);
  long result = firmware_reach(guest->device);
  if (result) return result;
  if (size >= REPORT_SIZE) return refuse(WHO_UNMODELLED, EIO, "a signed attestation report");
  set_member(&data, "len", REPORT_SIZE);
  if (!size && structure_out(&data)) return sev_unreadable(-EFAULT);
  return firmware_refuse(command, FIRMWARE_INVALID_LENGTH, "a report has %d bytes", REPORT_SIZE);
}

const struct command_row sev_later_commands[] = {
    {"KVM_SEV_GUEST_STATUS", guest_status},
    {"KVM_SEV_DBG_DECRYPT", debug},
    {"KVM_SEV_DBG_ENCRYPT", debug},
    {"KVM_SEV_GET_ATTESTATION_REPORT", attestation_report},
    {"KVM_SEV_CERT_EXPORT", NULL},
    {NULL, NULL},
};
