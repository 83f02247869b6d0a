/* Huge pages: the platform has them, and here they are ordinary memory, so that no host needs any.
 *
 * What a file of huge pages is shows in its name, which the kernel keeps for every descriptor of it:
 * one of the folder that stands for a mounted hugetlbfs, or a memfd named so. */
#define _GNU_SOURCE
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/memfd.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))
#define MOUNT "/dev/hugepages"
#define MEMFD "hugetlb:"

/* x86-64's huge page; the platform's /sys lists no other size. */
enum { HUGE_SHIFT = 21, HUGE_PAGE = 1 << HUGE_SHIFT };

static bool is_below_mount(const char *path) {
  size_t length = strlen(MOUNT);
  return path && !strncmp(path, MOUNT, length) && (!path[length] || path[length] == '/');
}

static bool is_huge(int descriptor) {
  char link[32], name[64] = {0};
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  if (readlink(link, name, sizeof name - 1) < 0) return false;
  return is_below_mount(name) || !strncmp(name, "/memfd:" MEMFD, strlen("/memfd:" MEMFD));
}

/* mm/memfd.c: memfd_create. ENODEV for a size that is not there (fs/hugetlbfs/inode.c:
 * hugetlb_file_setup). */
SHOWN int memfd_create(const char *name, unsigned flags) {
  char named[250];
  unsigned size = MFD_HUGE_MASK << MFD_HUGE_SHIFT, shift = flags >> MFD_HUGE_SHIFT & MFD_HUGE_MASK;
  if (!(flags & MFD_HUGETLB) || !name) return (int)syscall(SYS_memfd_create, name, flags);
  if (shift && shift != HUGE_SHIFT) {
    errno = ENODEV;
    return -1;
  }
  snprintf(named, sizeof named, MEMFD "%s", name);
  return (int)syscall(SYS_memfd_create, named, flags & ~(MFD_HUGETLB | size));
}

/* fs/hugetlbfs/inode.c: hugetlbfs_setattr: whole pages. */
static int set_size(int descriptor, off_t size) {
  bool huge = is_huge(descriptor);
  if (huge && size % HUGE_PAGE) {
    errno = EINVAL;
    return -1;
  }
  if (huge && size) note("0x%llx bytes of huge pages are ordinary memory here", (unsigned long long)size);
  return (int)syscall(SYS_ftruncate, descriptor, size);
}

SHOWN int ftruncate(int descriptor, off_t size) { return set_size(descriptor, size); }
SHOWN int ftruncate64(int descriptor, off64_t size) { return set_size(descriptor, size); }

/* fs/hugetlbfs/inode.c: hugetlbfs_statfs */
static int as_hugetlbfs(bool huge, int result, struct statfs *status) {
  if (result || !huge) return result;
  status->f_type = HUGETLBFS_MAGIC;
  status->f_bsize = HUGE_PAGE;
  return 0;
}

static int statfs_any(const char *path, void *status) {
  return as_hugetlbfs(is_below_mount(path), (int)syscall(SYS_statfs, path, status), status);
}

static int fstatfs_any(int descriptor, void *status) {
  return as_hugetlbfs(is_huge(descriptor), (int)syscall(SYS_fstatfs, descriptor, status), status);
}

SHOWN int statfs(const char *path, struct statfs *status) { return statfs_any(path, status); }
SHOWN int statfs64(const char *path, struct statfs64 *status) { return statfs_any(path, status); }
SHOWN int fstatfs(int descriptor, struct statfs *status) { return fstatfs_any(descriptor, status); }
SHOWN int fstatfs64(int descriptor, struct statfs64 *status) { return fstatfs_any(descriptor, status); }
