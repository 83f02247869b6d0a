/* MSRs of a vCPU: those that the description lists, and those that KVM has without listing them. */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 256, APIC_BASE = 0x1b, MACHINE_CHECK_CAP = 0x179, BANKS = 0x400 };

/* A run of MSRs that KVM answers on every x86 without naming it in KVM_GET_MSR_INDEX_LIST
 * (arch/x86/kvm/mtrr.c; arch/x86/kvm/x86.c: kvm_get_msr_common). */
static const struct { uint32_t first, last; uint64_t reset; } unlisted[] = {
    {0x10, 0x10, 0},                             /* TSC */
    {0x3b, 0x3b, 0},                             /* TSC_ADJUST */
    {0x8b, 0x8b, UINT64_C(0x100000000)},         /* UCODE_REV */
    {0xfe, 0xfe, 0x508},                         /* MTRRcap */
    {0x17a, 0x17b, 0},                           /* MCG_STATUS, MCG_CTL */
    {0x200, 0x20f, 0},                           /* variable MTRRs */
    {0x250, 0x250, 0}, {0x258, 0x259, 0}, {0x268, 0x26f, 0},   /* fixed MTRRs */
    {0x277, 0x277, UINT64_C(0x0007040600070406)},   /* PAT */
    {0x2ff, 0x2ff, 0},                           /* MTRRdefType */
    {0xc0000080, 0xc0000080, 0},                 /* EFER */
};

/* The places of state->msrs: the listed, then the feature MSRs, then the unlisted runs. */
static uint64_t *place_of(struct vcpu_state *state, uint32_t index) {
  const struct msr *msrs;
  size_t start = 0, count = kernel_msrs(&msrs);
  for (size_t i = 0; i < count; i++)
    if (msrs[i].index == index) return &state->msrs[i];
  start += count;
  count = feature_msrs(&msrs);
  for (size_t i = 0; i < count; i++)
    if (msrs[i].index == index) return &state->msrs[start + i];
  start += count;
  for (size_t i = 0; i < sizeof unlisted / sizeof *unlisted; i++) {
    if (index >= unlisted[i].first && index <= unlisted[i].last)
      return &state->msrs[start + index - unlisted[i].first];
    start += unlisted[i].last - unlisted[i].first + 1;
  }
  size_t banks = state->machine_check_capability & 0xff;
  if (index >= BANKS && index < BANKS + 4 * banks) return &state->machine_checks[index - BANKS];
  return NULL;
}

bool msrs_reset(struct vcpu *vcpu) {
  const struct msr *listed, *features;
  size_t listed_count = kernel_msrs(&listed), feature_count = feature_msrs(&features);
  size_t count = listed_count + feature_count;
  for (size_t i = 0; i < sizeof unlisted / sizeof *unlisted; i++)
    count += unlisted[i].last - unlisted[i].first + 1;
  uint64_t *values = vcpu->state->msrs = calloc(count, sizeof *values);
  if (!values) return false;
  for (size_t i = 0; i < listed_count; i++) *values++ = listed[i].value;
  for (size_t i = 0; i < feature_count; i++) *values++ = features[i].value;
  for (size_t i = 0; i < sizeof unlisted / sizeof *unlisted; i++)
    for (uint32_t at = unlisted[i].first; at <= unlisted[i].last; at++) *values++ = unlisted[i].reset;
  return true;
}

bool vcpu_msr(struct vcpu *vcpu, uint32_t index, uint64_t *value) {
  if (index == MACHINE_CHECK_CAP) *value = vcpu->state->machine_check_capability;
  else if (index == APIC_BASE) *value = registers_apic_base(vcpu);
  else {
    const uint64_t *place = place_of(vcpu->state, index);
    if (!place) return false;
    *value = *place;
  }
  return true;
}

static bool set_msr(struct vcpu *vcpu, uint32_t index, uint64_t value) {
  if (index == MACHINE_CHECK_CAP) return true;
  if (index == APIC_BASE) {
    registers_set_apic_base(vcpu, value);
    return true;
  }
  uint64_t *place = place_of(vcpu->state, index);
  if (place) *place = value;
  return place;
}

/* kvm_msrs: a count, padding, then entries (uapi asm/kvm.h). */
struct given { uint32_t index, reserved; uint64_t value; };
enum { ENTRIES = 8 };

/* arch/x86/kvm/x86.c: msr_io. */
static long read_given(struct call *call, struct given given[AT_ONCE], uint32_t *count) {
  if (copy_in(count, call->argument, sizeof *count)) return -EFAULT;
  say_number("nmsrs", *count);
  if (*count >= AT_ONCE) return refuse(WHO_KERNEL, E2BIG, "at most %d at once", AT_ONCE - 1);
  return copy_in(given, call->argument + ENTRIES, *count * sizeof *given);
}

/* arch/x86/kvm/x86.c: __msr_io: stops at the first that fails, and says how many were done. */
long msrs_read(struct call *call, msr_reader *read, void *of) {
  struct given given[AT_ONCE];
  uint32_t count, done = 0;
  long result = read_given(call, given, &count);
  if (result) return result;
  while (done < count && read(of, given[done].index, &given[done].value)) done++;
  if (done < count) say_number("unknown", given[done].index);
  if (copy_out(call->argument + ENTRIES, given, count * sizeof *given)) return -EFAULT;
  return done;
}

static bool read_of_vcpu(void *vcpu, uint32_t index, uint64_t *value) {
  return vcpu_msr(vcpu, index, value);
}

static long get_msrs(struct call *call) {
  long result = registers_are_protected(call);
  return result ? result : msrs_read(call, read_of_vcpu, call->vcpu);
}

static long set_msrs(struct call *call) {
  struct given given[AT_ONCE];
  uint32_t count, done = 0;
  long result = registers_are_protected(call);
  if (!result) result = read_given(call, given, &count);
  if (result) return result;
  while (done < count && set_msr(call->vcpu, given[done].index, given[done].value)) done++;
  if (done < count) say_number("unknown", given[done].index);
  return done;
}

const struct row msr_rows[] = {
    {"KVM_GET_MSRS", KIND_VCPU, get_msrs},
    {"KVM_SET_MSRS", KIND_VCPU, set_msrs},
    {0},
};
