/* librpm and the database find these instead of libc's, as the program exports them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SET_BITS (S_ISUID | S_ISGID)

/* A setuid file is installed as a plain one, and at no moment stands there as what it was. */

int chmod(const char *path, mode_t mode) {
  return syscall(SYS_fchmodat, AT_FDCWD, path, mode & ~SET_BITS);
}

int fchmod(int descriptor, mode_t mode) {
  return syscall(SYS_fchmod, descriptor, mode & ~SET_BITS);
}

int fchmodat(int folder, const char *path, mode_t mode, int flags) {
  if (flags) return errno = ENOTSUP, -1;
  return syscall(SYS_fchmodat, folder, path, mode & ~SET_BITS);
}

/* Nobody waits for the disk: a root that is not whole is thrown away. */

int fsync(int descriptor) { return fcntl(descriptor, F_GETFD) < 0 ? -1 : 0; }
int fdatasync(int descriptor) { return fsync(descriptor); }
int syncfs(int descriptor) { return fsync(descriptor); }
