/* The functions of libc that the model stands in for. All but ours go on to the kernel. */
#define _GNU_SOURCE
#include "model.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

/* What a path opens; false: a file of the system. /dev/sev is there where the platform has a
 * security processor that runs. */
static bool device_of(const char *path, enum kind *kind) {
  if (!path || strncmp(path, "/dev/", 5)) return false;
  if (!strcmp(path, "/dev/kvm")) *kind = KIND_SYSTEM;
  else if (!strcmp(path, "/dev/sev")) *kind = KIND_SEV_DEVICE;
  else return false;
  return true;
}

static bool device_is_there(enum kind kind) {
  return kind == KIND_SYSTEM || setting("sev.api-major");
}

/* The result of a call that answers as the kernel does: -errno becomes -1 and errno. */
static int returned(long result) {
  if (result >= 0) return (int)result;
  errno = (int)-result;
  return -1;
}

static int open_any(int directory, const char *path, int flags, mode_t mode) {
  enum kind kind;
  cpuid_answer_from_description();
  if (!device_of(path, &kind)) return (int)syscall(SYS_openat, directory, path, flags, mode);
  if (!device_is_there(kind)) return returned(-ENOENT);
  struct object object = {.kind = kind};
  return returned(object_open(object, path + 5, 0, flags & O_CLOEXEC));
}

/* The mode is there only where a file may be made (fcntl.h: __OPEN_NEEDS_MODE). */
#define MODE(flags, last)                                   \
  ({                                                        \
    mode_t mode = 0;                                        \
    if ((flags) & O_CREAT || ((flags) & O_TMPFILE) == O_TMPFILE) { \
      va_list arguments;                                    \
      va_start(arguments, last);                            \
      mode = va_arg(arguments, mode_t);                     \
      va_end(arguments);                                    \
    }                                                       \
    mode;                                                   \
  })

SHOWN int open(const char *path, int flags, ...) {
  return open_any(AT_FDCWD, path, flags, MODE(flags, flags));
}

SHOWN int open64(const char *path, int flags, ...) {
  return open_any(AT_FDCWD, path, flags, MODE(flags, flags));
}

SHOWN int openat(int directory, const char *path, int flags, ...) {
  return open_any(directory, path, flags, MODE(flags, flags));
}

SHOWN int openat64(int directory, const char *path, int flags, ...) {
  return open_any(directory, path, flags, MODE(flags, flags));
}

SHOWN int __open_2(const char *path, int flags);
SHOWN int __open_2(const char *path, int flags) { return open_any(AT_FDCWD, path, flags, 0); }

SHOWN int __open64_2(const char *path, int flags);
SHOWN int __open64_2(const char *path, int flags) { return open_any(AT_FDCWD, path, flags, 0); }

SHOWN int close(int descriptor) {
  object_close(descriptor);
  return (int)syscall(SYS_close, descriptor);
}

SHOWN int access(const char *path, int mode) {
  enum kind kind;
  if (!device_of(path, &kind)) return (int)syscall(SYS_access, path, mode);
  return returned(!device_is_there(kind) ? -ENOENT : mode & X_OK ? -EACCES : 0);
}

/* A device file that everybody may open and whose times never change: libvirt asks its QEMU again
 * for all it can do whenever /dev/kvm has another ctime (src/qemu/qemu_capabilities.c:
 * virQEMUCapsKVMUsable). */
static int stat_any(const char *path, void *status, int flags) {
  enum kind kind;
  if (!device_of(path, &kind))
    return (int)syscall(SYS_newfstatat, AT_FDCWD, path, status, flags);
  if (!device_is_there(kind)) return returned(-ENOENT);
  *(struct stat *)status = (struct stat){
      .st_mode = S_IFCHR | 0666, .st_nlink = 1, .st_blksize = 4096,
      .st_rdev = kind == KIND_SYSTEM ? makedev(10, 232) : makedev(10, 122)};
  return 0;
}

SHOWN int stat(const char *path, struct stat *status) { return stat_any(path, status, 0); }

SHOWN int stat64(const char *path, struct stat64 *status) { return stat_any(path, status, 0); }

SHOWN int lstat(const char *path, struct stat *status) {
  return stat_any(path, status, AT_SYMLINK_NOFOLLOW);
}

SHOWN int lstat64(const char *path, struct stat64 *status) {
  return stat_any(path, status, AT_SYMLINK_NOFOLLOW);
}

SHOWN int faccessat(int directory, const char *path, int mode, int flags) {
  enum kind kind;
  if (device_of(path, &kind)) return access(path, mode);
  int (*next)(int, const char *, int, int) = dlsym(RTLD_NEXT, "faccessat");
  return next(directory, path, mode, flags);
}

SHOWN int ioctl(int descriptor, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  uint64_t argument = va_arg(arguments, unsigned long);
  va_end(arguments);
  struct object object;
  if (!object_enter(descriptor, &object))
    return (int)syscall(SYS_ioctl, descriptor, request, argument);
  int error = errno;
  long result = dispatch(&object, descriptor, (uint32_t)request, argument);
  object_leave(&object);
  errno = error;
  return returned(result);
}

/* A user namespace of an ordinary user denies setgroups(2); libvirt calls it before every QEMU. */
SHOWN int setgroups(size_t count, const gid_t *groups) {
  int (*next)(size_t, const gid_t *) = dlsym(RTLD_NEXT, "setgroups");
  int error = errno, result = next(count, groups);
  if (result == 0 || errno != EPERM) return result;
  errno = error;
  return 0;
}
