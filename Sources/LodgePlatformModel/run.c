/* KVM_RUN: a vCPU sleeps instead of running, and wakes as a running one would. */
#define _GNU_SOURCE
#include "state.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Where kvm_run has its members (uapi/linux/kvm.h); they never moved. */
enum { IMMEDIATE_EXIT_MASK = 0xff00, EXIT_REASON_WORD = 2, EXIT_INTR = 10, FOR_EVER = 1 << 30 };

/* The first entry of a vCPU is in the transcript; how often it is interrupted later varies. */
static long enter(struct vcpu *vcpu) {
  long result = tee_vcpu_run(vcpu);
  if (vcpu->state->ran && !result) say_nothing();
  if (!result) vcpu->state->ran = true;
  return result;
}

/* Sleeps until a signal, or returns at once where immediate_exit asks for it.
 *
 * The signal handler sets immediate_exit, so a signal between the look and the sleep changes the
 * word and the sleep does not start. A sleep with an end returns EINTR from every handler, also
 * from those with SA_RESTART, as KVM_RUN does (virt/kvm/kvm_main.c: kvm_vcpu_ioctl). */
static long sleep_until_signal(uint32_t *run) {
  for (;;) {
    uint32_t word = __atomic_load_n(run, __ATOMIC_SEQ_CST);
    if (word & IMMEDIATE_EXIT_MASK) return -EINTR;
    struct timespec end = {.tv_sec = FOR_EVER};
    if (syscall(SYS_futex, run, FUTEX_WAIT, word, &end, NULL, 0) < 0 && errno == EINTR) {
      run[EXIT_REASON_WORD] = EXIT_INTR;
      return -EINTR;
    }
  }
}

/* The answer, -EINTR, is known before the sleep: the line is written and the lock given back
 * first, so that a guest that runs shows in the transcript. */
static long run(struct call *call) {
  if (call->argument) return refuse(WHO_KERNEL, EINVAL, "the call takes no argument");
  long result = enter(call->vcpu);
  return result ? result : -EINTR;
}

long vcpu_park(struct vcpu *vcpu) { return sleep_until_signal(vcpu->state->run); }

const struct row run_rows[] = {
    {"KVM_RUN", KIND_VCPU, run},
    {0},
};
