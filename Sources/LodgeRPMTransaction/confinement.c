/* A namespace that an ordinary user may make maps one user and one group: a file cannot be given to
 * another, and chown(2) fails with EINVAL. A filter answers that it was done, so that packages with
 * files of other owners can be installed; they all belong to the one user.
 *
 * Where root runs this, user 0 of the sandbox is root of the host on its disks. No file may become
 * setuid or gain capabilities there, and nothing may be remounted. */
#define _GNU_SOURCE
#include "confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the numbers of system calls and the order of their arguments are those of x86-64"
#endif

/* Newer than the headers of some hosts. */
#define CALL_FCHMODAT2 452
/* Calls of x32 have this bit (asm/unistd.h, __X32_SYSCALL_BIT). */
#define X32_CALLS 0x40000000
#define SET_BITS (S_ISUID | S_ISGID)
/* O_TMPFILE without the O_DIRECTORY in it, which makes no file. */
#define MAKES_FILE (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define ANSWER(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define IF(test, value, then, otherwise) BPF_JUMP(BPF_JMP | test | BPF_K, value, then, otherwise)
/* Answers a call without doing it. */
#define CALL(number, error) IF(BPF_JEQ, number, 0, 1), ANSWER(error)
/* Refuses a call whose mode has a set-id bit. */
#define MODE(number, mode) \
  IF(BPF_JEQ, number, 0, 4), LOAD(args[mode]), IF(BPF_JSET, SET_BITS, 0, 1), ANSWER(EPERM), ALLOW
/* Refuses to make a file whose mode has one; where none is made, the mode means nothing. */
#define OPEN(number, flags, mode)                                                              \
  IF(BPF_JEQ, number, 0, 6), LOAD(args[flags]), IF(BPF_JSET, MAKES_FILE, 0, 3),                \
      LOAD(args[mode]), IF(BPF_JSET, SET_BITS, 0, 1), ANSWER(EPERM), ALLOW

static const struct sock_filter filter[] = {
    LOAD(arch),
    IF(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    IF(BPF_JGE, X32_CALLS, 0, 1),
    ANSWER(ENOSYS),
    CALL(SYS_chown, 0),
    CALL(SYS_fchown, 0),
    CALL(SYS_lchown, 0),
    CALL(SYS_fchownat, 0),
    MODE(SYS_chmod, 1),
    MODE(SYS_fchmod, 1),
    MODE(SYS_fchmodat, 2),
    MODE(CALL_FCHMODAT2, 2),
    MODE(SYS_creat, 1),
    MODE(SYS_mknod, 1),
    MODE(SYS_mknodat, 2),
    OPEN(SYS_open, 1, 2),
    OPEN(SYS_openat, 2, 3),
    // Their arguments are in memory, where a filter cannot look. Programs do without them.
    CALL(SYS_openat2, ENOSYS),
    CALL(SYS_io_uring_setup, ENOSYS),
    ALLOW,
};

/* What librpm needs over the files of the root; to change root is for itself alone. */
static const int kept[] = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID,
                           CAP_KILL,  CAP_SETGID,       CAP_SETUID};

/* The capabilities of a list, as a bit each. */
static unsigned bits_kept(void) {
  unsigned bits = 0;
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) bits |= 1u << kept[i];
  return bits;
}

/* Gives up the other capabilities, here and for programs that are started. */
static bool drop_capabilities(void) {
  unsigned bits = bits_kept();
  for (int i = 0; prctl(PR_CAPBSET_READ, i) >= 0; i++) {
    bool keeps = i < 32 && (bits & 1u << i);
    if (!keeps && prctl(PR_CAPBSET_DROP, i)) return false;
  }
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)) return false;
  unsigned own = bits | 1u << CAP_SYS_CHROOT;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{.effective = own, .permitted = own}};
  return syscall(SYS_capset, &header, data) == 0;
}

bool confine(void) {
  struct sock_fprog program = {sizeof filter / sizeof *filter, (struct sock_filter *)filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && drop_capabilities() &&
         // Scriptlets may not reach into this process, whose word on them counts.
         prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}
