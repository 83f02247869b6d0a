/* Files of huge pages: mm/memfd.c, fs/hugetlbfs/inode.c. */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <linux/magic.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

static long done(int result) { return result < 0 ? -errno : 0; }

void walk_huge_pages(void) {
  enum { HUGE = 1 << 21 };
  struct statfs status = {0};
  int plain = memfd_create("plain", 0), huge = memfd_create("huge", MFD_HUGETLB);
  compare("huge pages", "of 2 MiB", 1, memfd_create("huge", MFD_HUGETLB | MFD_HUGE_2MB) >= 0);
  compare("huge pages", "of 1 GiB", -ENODEV, done(memfd_create("huge", MFD_HUGETLB | MFD_HUGE_1GB)));
  compare("huge pages", "not a whole page", -EINVAL, done(ftruncate(huge, PAGE)));   /* hugetlbfs_setattr */
  compare("huge pages", "whole pages", 0, done(ftruncate(huge, 2 * HUGE)));
  compare("huge pages", "a plain file", 0, done(ftruncate(plain, PAGE)));
  compare("huge pages", "the file system", 0, done(fstatfs(huge, &status)));         /* hugetlbfs_statfs */
  compare("huge pages", "hugetlbfs", HUGETLBFS_MAGIC, status.f_type);
  compare("huge pages", "its page", HUGE, status.f_bsize);
  compare("huge pages", "a plain file system", 0, done(fstatfs(plain, &status)));
  compare("huge pages", "not hugetlbfs", 1, status.f_type != HUGETLBFS_MAGIC);
  char *page = mmap(NULL, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED, huge, 0);
  if (page != MAP_FAILED) page[HUGE - 1] = 1;
  compare("huge pages", "mapped", 1, page != MAP_FAILED);
  close(huge);
  close(plain);
}
