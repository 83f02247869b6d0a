#pragma once
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc has no wrapper for openat2(2), and syscall(2) is variadic, which Swift cannot call. */
static inline int lodge_open_in_root(int root, const char *path, int flags, unsigned mode) {
  struct open_how how = {
      .flags = (unsigned long long)flags,
      .mode = mode,
      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  };
  return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

/* memfd_create(2) is declared under _GNU_SOURCE only, which Swift's importer does not define. */
static inline int lodge_file_in_memory(const char *name) {
  const unsigned close_on_exec = 1;
  return (int)syscall(SYS_memfd_create, name, close_on_exec);
}

/* struct stat comes with several C modules here, and which one Swift takes for its home differs from
 * build to build; a file must not import them all. */
static inline int lodge_kind_of_file(int descriptor, unsigned *mode, long long *size) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return -1;
  *mode = status.st_mode & S_IFMT;
  *size = status.st_size;
  return 0;
}

/* memmem(3) is declared under _GNU_SOURCE only; Data's own search takes a minute for a gibibyte. */
extern void *memmem(const void *, size_t, const void *, size_t);

static inline int lodge_has_text(const void *bytes, size_t count, const char *text) {
  return memmem(bytes, count, text, strlen(text)) != NULL;
}
