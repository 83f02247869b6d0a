/* The AMD security processor as the kernel's driver shows it: reached through /dev/sev, it answers
 * with a status of its own. */
#include "tee.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>

const struct command_row *command_row(const struct command_row *rows, uint64_t number) {
  for (uint64_t value; rows->name; rows++)
    if (constant(rows->name, &value) && value == number) return rows;
  return NULL;
}

long command_answer(struct command *command, command_handler *answer) {
  struct fault fault;
  bool due = command->name && fault_due(command->name, &fault);
  long result = due && !fault.served ? 0 : answer(command);
  if (!due) return result;
  if (fault.has_firmware) command->firmware_error = (uint32_t)fault.firmware_error;
  if (fault.has_hardware) command->hardware_error = fault.hardware_error;
  return fault_answer(&fault);
}

long firmware_reach(int descriptor) {
  struct object object;
  if (object_enter(descriptor, &object)) {
    bool found = object.kind == KIND_SEV_DEVICE;
    object_leave(&object);
    if (found) return 0;
  }
  return refuse(WHO_KERNEL, EBADF, "descriptor %d is not /dev/sev", descriptor);
}

long firmware_refuse(struct command *command, enum firmware_status status, const char *format, ...) {
  char reason[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  command->firmware_error = status;
  return refuse(WHO_FIRMWARE, EIO, "%s", reason);
}

long firmware_done(struct command *command) {
  command->firmware_error = FIRMWARE_SUCCESS;
  return 0;
}

bool firmware_at_least(uint64_t major, uint64_t minor) {
  uint64_t has = setting_number("sev.api-major", 1);
  return has > major || (has == major && setting_number("sev.api-minor", 0) >= minor);
}

/* sev.c: sev_hardware_setup */
bool sev_enabled(void) { return setting("sev.asids") || sev_es_enabled(); }
bool sev_es_enabled(void) { return setting("sev-es.asids") || setting("sev-snp.asids"); }

long copy_blob(const char *what, uint64_t address, uint64_t size, void *to) {
  if (!address || !size || size > BLOB_LIMIT)
    return refuse(WHO_KERNEL, EINVAL, "%s of 0x%llx bytes: 1 to 0x%x are allowed", what,
                  (unsigned long long)size, BLOB_LIMIT);
  if (copy_in(to, address, size)) return refuse(WHO_KERNEL, EFAULT, "%s is not readable", what);
  return 0;
}

/* msync(2) tells mapped memory from unmapped without touching it. The limit of locked memory
 * (RLIMIT_MEMLOCK) is left out: it is the sandbox's, not the platform's. */
long pin_memory(uint64_t address, uint64_t size) {
  if (!size || address + size < address)
    return refuse(WHO_KERNEL, EINVAL, "a range of 0x%llx bytes", (unsigned long long)size);
  uint64_t first = address & ~(uint64_t)(PAGE - 1);
  if (msync((void *)(uintptr_t)first, address + size - first, MS_ASYNC))
    return refuse(WHO_KERNEL, ENOMEM, "the range is not mapped");
  return 0;
}
