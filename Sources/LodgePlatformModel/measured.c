/* Keeps the contents of what is measured: one file for each, named by the SHA-256 of its bytes.
 *
 * Several processes keep the same contents at once. Each writes to a name of its own and renames, so that
 * whoever reads finds the whole or nothing. */
#define _GNU_SOURCE
#include "tee.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel reads the range from the caller's memory, so that a bad address is EFAULT; 0 or an errno. */
static int write_range(int file, uint64_t address, uint64_t size) {
  while (size) {
    ssize_t written = write(file, (const void *)(uintptr_t)address, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written ? errno : EIO;
    address += (uint64_t)written, size -= (uint64_t)written;
  }
  return 0;
}

/* System calls are made directly: the libc functions of these names are the ones replaced. */
static int write_file(const char *path, uint64_t address, uint64_t size) {
  int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return errno;
  int error = write_range(file, address, size);
  if (syscall(SYS_close, file) && !error) error = errno;
  return error;
}

void keep_measured(const uint8_t digest[32], uint64_t address, uint64_t size) {
  static unsigned files;
  const char *where = folder("measured");
  char name[2 * 32 + 1], kept[1024], half[1024];
  if (!where) return;
  for (int i = 0; i < 32; i++) sprintf(name + 2 * i, "%02x", digest[i]);
  snprintf(kept, sizeof kept, "%s/%s", where, name);
  if (!syscall(SYS_faccessat, AT_FDCWD, kept, F_OK)) return;
  snprintf(half, sizeof half, "%s/half-%d-%u", where, (int)getpid(),
           __atomic_add_fetch(&files, 1, __ATOMIC_RELAXED));
  int error = write_file(half, address, size);
  if (!error && rename(half, kept)) error = errno;
  if (!error) return;
  /* A full disk loses the contents, not the guest. */
  unlink(half);
  note("the contents of %s are not kept: %s", name, strerror(error));
}

void say_taken(struct sha256 *hash, uint64_t address, bool is_measured) {
  uint8_t digest[32];
  uint64_t size = hash->length;
  if (!size) return;
  sha256_finish(hash, digest);
  say_bytes("sha256", digest, sizeof digest);
  if (is_measured) keep_measured(digest, address, size);
}
