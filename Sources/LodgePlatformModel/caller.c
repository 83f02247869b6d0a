/* Copies between the caller's memory and ours as the kernel does: a bad address is -EFAULT.
 *
 * The kernel itself tells bad addresses from good ones: what is copied takes the way through a
 * memfd, where each thread has a window of its own. */
#define _GNU_SOURCE
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WINDOW = 1 << 16 };

static int window_file = -1;

static void open_window(void) {
  int low = memfd_create("lodge-window", MFD_CLOEXEC);
  if (low < 0) return;
  int high = fcntl(low, F_DUPFD_CLOEXEC, 900);
  window_file = high < 0 ? low : high;
  if (high >= 0) syscall(SYS_close, low);
}

/* Moves up to a window's size from one address to another; either may be the caller's. */
static int move(void *to, const void *from, size_t size) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_window);
  off_t at = (off_t)syscall(SYS_gettid) * WINDOW;
  if (pwrite(window_file, from, size, at) != (ssize_t)size) return -EFAULT;
  return pread(window_file, to, size, at) == (ssize_t)size ? 0 : -EFAULT;
}

static int move_all(char *to, const char *from, size_t size) {
  int result = 0;
  for (size_t done = 0; done < size && !result; done += WINDOW) {
    size_t part = size - done < WINDOW ? size - done : WINDOW;
    result = move(to + done, from + done, part);
  }
  return result;
}

int copy_in(void *to, uint64_t from, size_t size) {
  return move_all(to, (const char *)(uintptr_t)from, size);
}

int copy_out(uint64_t to, const void *from, size_t size) {
  return move_all((char *)(uintptr_t)to, from, size);
}

int field_in(uint64_t structure, const char *structure_member, uint64_t *value) {
  size_t offset, size;
  if (!layout_field(structure_member, &offset, &size)) return -ENOSYS;
  if (size > sizeof *value) return -ENOSYS;
  *value = 0;
  return copy_in(value, structure + offset, size);
}

int field_out(uint64_t structure, const char *structure_member, uint64_t value) {
  size_t offset, size;
  if (!layout_field(structure_member, &offset, &size)) return -ENOSYS;
  if (size > sizeof value) return -ENOSYS;
  return copy_out(structure + offset, &value, size);
}
