/* What the core keeps of a VM and a vCPU; the TEE files see none of it. */
#ifndef LODGE_STATE_H
#define LODGE_STATE_H

#include "model.h"

/* Pages of one attribute, [first, end) in page numbers; sorted, disjoint, attributes not 0. */
struct attribute_range { uint64_t first, end, attributes; };

/* An eventfd on a range of ports or memory (virt/kvm/eventfd.c: struct _ioeventfd). */
struct doorbell { uint64_t address, match; uint32_t length, bus; bool any; };

enum { IRQCHIP_NONE, IRQCHIP_KERNEL, IRQCHIP_SPLIT };
enum { CHIP_COUNT = 3, CHIP_SIZE = 512, PIT_SIZE = 112 };

struct vm_state {
  struct attribute_range *attributes;
  size_t attribute_count;
  struct doorbell *doorbells;
  size_t doorbell_count;
  int irqchip;
  bool has_pit;
  uint8_t chips[CHIP_COUNT][CHIP_SIZE], pit[PIT_SIZE];
  int64_t clock_offset;       /* kvmclock less CLOCK_MONOTONIC, nanoseconds */
  uint64_t vcpu_id_limit;     /* KVM_CAP_MAX_VCPU_ID as enabled; 0: as the kernel has it */
  uint64_t boot_cpu;          /* the id of the vCPU that KVM_SET_BOOT_CPU_ID chose */
  uint64_t tsc_khz;
  bool exception_payload, triple_fault_event;
};

enum { VCPU_PAGES = 3 };

/* vm.c */
long vm_create(uint32_t type);
/* vcpu.c */
long vcpu_create(struct call *call);
/* What a vCPU starts with; false: out of memory. Each stands in the file of its name. */
bool registers_reset(struct vcpu *vcpu);
bool msrs_reset(struct vcpu *vcpu);
bool xsave_reset(struct vcpu *vcpu);
/* registers.c: some members of kvm_sregs are MSRs too. */
uint64_t sregs_member(const struct vcpu *vcpu, const char *name);
void set_sregs_member(struct vcpu *vcpu, const char *name, uint64_t value);
uint64_t xcr0_of(const struct vcpu *vcpu);
/* Whether the vCPU starts the guest (arch/x86/kvm/x86.h: kvm_vcpu_is_reset_bsp). */
bool is_boot_cpu(const struct vcpu *vcpu);
/* 0, or the refusal of a register call on a vCPU whose registers the TEE holds. */
long registers_are_protected(const struct call *call);
/* Whether the TEE holds the floating point state: the answer is then -EINVAL, or, of a VM of type 0,
 * zeros and no effect (arch/x86/kvm/x86.c: fpstate_is_confidential). */
bool float_is_hidden(const struct call *call, long *result);
/* xsave.c: kvm_fpu is a part of the XSAVE area in another order. */
void xsave_to_fpu(const struct vcpu *vcpu, uint8_t *fpu);
void xsave_from_fpu(struct vcpu *vcpu, const uint8_t *fpu);

/* Fills a kvm_msrs with what `read` finds; returns how many were read before the first unknown. */
typedef bool msr_reader(void *of, uint32_t index, uint64_t *value);
long msrs_read(struct call *call, msr_reader *read, void *of);
/* Fills a kvm_cpuid2 that has room, -E2BIG else. */
long cpuid_write(struct call *call, const struct cpuid_entry *entries, size_t count);
/* The size of the memfd behind a descriptor. */
uint64_t object_size(int descriptor);

enum { REGISTER_SETS = 8, REGISTER_SET_SIZE = 1024, XSAVE_LIMIT = 1 << 14, MCE_BANKS = 32 };

struct vcpu_state {
  uint8_t sets[REGISTER_SETS][REGISTER_SET_SIZE];   /* registers.c: by kind */
  uint8_t *xsave;
  size_t xsave_size;
  uint64_t *msrs;             /* msrs.c: by position in its list */
  uint64_t machine_check_capability, machine_checks[MCE_BANKS * 4];
  struct cpuid_entry *cpuid;
  size_t cpuid_count;
  uint32_t mp_state;
  uint64_t tsc_khz;
  void *run;                  /* the kvm_run page, shared with the caller's mapping */
  bool ran;
};

#endif
