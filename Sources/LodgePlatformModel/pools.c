/* ASIDs, KeyIDs and guest handles, of which the platform has few: one file per pool, one byte per
 * number.
 *
 * Each number taken is an open file description's lock on its byte (fcntl(2), F_OFD_SETLK), so the
 * kernel gives it back when the process ends, however it ends. */
#define _GNU_SOURCE
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Opens a pool's file, numbered high as the transcript is: the program neither finds nor inherits
 * it. */
static int open_pool(const char *pool) {
  char path[1024];
  const char *where = folder("pools");
  if (!where) give_up("the description names no folder of pools, and the pool `%s` is needed", pool);
  snprintf(path, sizeof path, "%s/%s", where, pool);
  int low = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (low < 0) give_up("%s: %s", path, strerror(errno));
  int high = fcntl(low, F_DUPFD_CLOEXEC, 900);
  if (high < 0) return low;
  syscall(SYS_close, low);
  return high;
}

int pool_take(const char *pool, unsigned first, unsigned last, int *lock_descriptor) {
  int descriptor = open_pool(pool);
  for (unsigned number = first; number && number <= last; number++) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = number, .l_len = 1};
    if (fcntl(descriptor, F_OFD_SETLK, &lock)) continue;
    *lock_descriptor = descriptor;
    return (int)number;
  }
  syscall(SYS_close, descriptor);
  return -1;
}

/* The locks are advisory, so a word may lie on the bytes of other numbers' locks. */
static off_t place_of(unsigned number) { return (off_t)number * (off_t)sizeof(uint32_t); }

void pool_note(int lock_descriptor, unsigned number, uint32_t word) {
  if (pwrite(lock_descriptor, &word, sizeof word, place_of(number)) != sizeof word)
    give_up("a pool cannot be written: %s", strerror(errno));
}

bool pool_noted(const char *pool, unsigned number, uint32_t *word) {
  int descriptor = open_pool(pool);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = number, .l_len = 1};
  bool taken = !fcntl(descriptor, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
  if (taken) taken = pread(descriptor, word, sizeof *word, place_of(number)) == sizeof *word;
  syscall(SYS_close, descriptor);
  return taken;
}

void pool_release(int lock_descriptor) { syscall(SYS_close, lock_descriptor); }
