/* MSRs of a vCPU: those that the description lists, and those that KVM has without listing them. */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 256, MACHINE_CHECK_CAP = 0x179, BANKS = 0x400 };

/* What becomes of a write: it is kept, refused, accepted and dropped, or all there is to it. */
enum use { KEPT, READ_ONLY, DROPPED, COMMAND };

/* MSRs that KVM answers to user space without naming them in KVM_GET_MSR_INDEX_LIST
 * (arch/x86/kvm/x86.c: kvm_get_msr_common, kvm_set_msr_common; mtrr.c; svm/svm.c; vmx/vmx.c). */
static const struct { uint32_t first, last; uint64_t reset; enum use use; } unlisted[] = {
    {0x0, 0x1, 0, READ_ONLY},                    /* P5_MC_ADDR, P5_MC_TYPE */
    {0x10, 0x10, 0, KEPT},                       /* TSC */
    {0x17, 0x17, 0, READ_ONLY},                  /* PLATFORM_ID */
    {0x2a, 0x2a, 0, READ_ONLY},                  /* EBL_CR_POWERON */
    {0x2c, 0x2c, 1 << 24, READ_ONLY},            /* EBC_FREQUENCY_ID */
    {0x3b, 0x3b, 0, KEPT},                       /* TSC_ADJUST */
    {0x48, 0x48, 0, KEPT},                       /* SPEC_CTRL */
    {0x49, 0x49, 0, COMMAND},                    /* PRED_CMD */
    {0x79, 0x79, 0, COMMAND},                    /* UCODE_WRITE */
    {0x8b, 0x8b, UINT64_C(1) << 32, KEPT},       /* UCODE_REV */
    {0xc1, 0xc2, 0, KEPT},                       /* P6 counters */
    {0xcd, 0xcd, 3, READ_ONLY},                  /* FSB_FREQ */
    {0xfe, 0xfe, 0x508, READ_ONLY},              /* MTRRcap */
    {0x10b, 0x10b, 0, COMMAND},                  /* FLUSH_CMD */
    {0x11e, 0x11e, 0xbe702111, DROPPED},         /* BBL_CR_CTL3 */
    {0x17a, 0x17b, 0, KEPT},                     /* MCG_STATUS, MCG_CTL */
    {0x186, 0x187, 0, KEPT},                     /* P6 event selectors */
    {0x198, 0x198, UINT64_C(0x400000003e8), READ_ONLY},   /* PERF_STATUS */
    {0x199, 0x199, 0, READ_ONLY},                /* PERF_CTL */
    {0x1c4, 0x1c5, 0, KEPT},                     /* XFD, XFD_ERR */
    {0x200, 0x20f, 0, KEPT},                     /* variable MTRRs */
    {0x250, 0x250, 0, KEPT},                     /* fixed MTRRs */
    {0x258, 0x259, 0, KEPT},
    {0x268, 0x26f, 0, KEPT},
    {0x277, 0x277, UINT64_C(0x0007040600070406), KEPT},   /* PAT */
    {0x280, 0x29f, 0, KEPT},                     /* MCi_CTL2 */
    {0x2ff, 0x2ff, 0, KEPT},                     /* MTRRdefType */
    {0x606, 0x606, 0, READ_ONLY},                /* RAPL */
    {0x611, 0x611, 0, READ_ONLY},
    {0x619, 0x619, 0, READ_ONLY},
    {0x639, 0x639, 0, READ_ONLY},
    {0x641, 0x641, 0, READ_ONLY},
    {0xc0000100, 0xc0000101, 0, KEPT},           /* FS_BASE, GS_BASE */
    {0xc0010000, 0xc0010007, 0, KEPT},           /* K7 event selectors and counters */
    {0xc0010010, 0xc0010010, 0, READ_ONLY},      /* SYSCFG */
    {0xc001001b, 0xc001001b, 0x20000000, DROPPED},   /* K7_CLK_CTL */
    {0xc001001f, 0xc001001f, 0, DROPPED},        /* NB_CFG */
    {0xc0010020, 0xc0010020, 0, COMMAND},        /* PATCH_LOADER */
    {0xc0010055, 0xc0010055, 0, READ_ONLY},      /* INT_PENDING_MSG */
    {0xc0010058, 0xc0010058, 0, DROPPED},        /* MMIO_CONF_BASE */
    {0xc0010112, 0xc0010113, 0, READ_ONLY},      /* TSEG_ADDR, TSEG_MASK */
    {0xc0011022, 0xc0011023, 0, DROPPED},        /* DC_CFG, TW_CFG */
    {0xc001102a, 0xc001102a, 0, DROPPED},        /* BU_CFG2 */
    {0xc001102c, 0xc001102c, 0, DROPPED},        /* EX_CFG */
};

/* MSRs that are members of kvm_sregs too. */
static const struct { uint32_t index; const char *member; } aliases[] = {
    {0x1b, "kvm_sregs.apic_base"},
    {0xc0000080, "kvm_sregs.efer"},
};

static const char *alias_of(uint32_t index) {
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (aliases[i].index == index) return aliases[i].member;
  return NULL;
}

/* The place of an MSR in state->msrs: the listed first, then the feature MSRs, then the unlisted;
 * NULL: a vCPU has no such MSR. */
static uint64_t *place_of(struct vcpu_state *state, uint32_t index, enum use *use) {
  const struct msr *msrs;
  size_t start = 0, count = kernel_msrs(&msrs);
  *use = KEPT;
  for (size_t i = 0; i < count; i++)
    if (msrs[i].index == index) return &state->msrs[i];
  start += count;
  count = feature_msrs(&msrs);
  for (size_t i = 0; i < count; i++)
    if (msrs[i].index == index) return &state->msrs[start + i];
  start += count;
  for (size_t i = 0; i < sizeof unlisted / sizeof *unlisted; i++) {
    *use = unlisted[i].use;
    if (index >= unlisted[i].first && index <= unlisted[i].last)
      return &state->msrs[start + index - unlisted[i].first];
    start += unlisted[i].last - unlisted[i].first + 1;
  }
  *use = KEPT;
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
  vcpu->state->machine_check_capability = MCE_BANKS;
  uint64_t *values = vcpu->state->msrs = calloc(count, sizeof *values);
  if (!values) return false;
  for (size_t i = 0; i < listed_count; i++) *values++ = listed[i].value;
  for (size_t i = 0; i < feature_count; i++) *values++ = features[i].value;
  for (size_t i = 0; i < sizeof unlisted / sizeof *unlisted; i++)
    for (uint32_t at = unlisted[i].first; at <= unlisted[i].last; at++) *values++ = unlisted[i].reset;
  return true;
}

bool vcpu_msr(struct vcpu *vcpu, uint32_t index, uint64_t *value) {
  enum use use;
  const char *alias = alias_of(index);
  if (index == MACHINE_CHECK_CAP) *value = vcpu->state->machine_check_capability;
  else if (alias) *value = sregs_member(vcpu, alias);
  else {
    const uint64_t *place = place_of(vcpu->state, index, &use);
    if (!place || use == COMMAND) return false;
    *value = *place;
  }
  return true;
}

static bool set_msr(struct vcpu *vcpu, uint32_t index, uint64_t value) {
  if (!tee_shows_msr(vcpu, index, true)) return false;
  enum use use;
  const char *alias = alias_of(index);
  if (index == MACHINE_CHECK_CAP) return false;
  if (alias) {
    set_sregs_member(vcpu, alias, value);
    return true;
  }
  uint64_t *place = place_of(vcpu->state, index, &use);
  if (!place || use == READ_ONLY) return false;
  if (use == KEPT) *place = value;
  return true;
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
  return tee_shows_msr(vcpu, index, false) && vcpu_msr(vcpu, index, value);
}

static long get_msrs(struct call *call) { return msrs_read(call, read_of_vcpu, call->vcpu); }

static long set_msrs(struct call *call) {
  struct given given[AT_ONCE];
  uint32_t count, done = 0;
  long result = read_given(call, given, &count);
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
