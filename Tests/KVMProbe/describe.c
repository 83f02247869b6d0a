/* The description of the KVM that is asked: numbers and layouts of the headers that the probe was
 * built with, abilities from the kernel that runs. */
#include "probe.h"

#include <string.h>

#define CONSTANT(name) printf("constant " #name " 0x%llx\n", (unsigned long long)(name));
#define FIELD(structure, member)                                                          \
  printf("field " #structure "." #member " %zu %zu\n", offsetof(struct structure, member), \
         sizeof(((struct structure *)0)->member));
#define LAYOUT(structure) printf("layout " #structure " %zu\n", sizeof(struct structure));

static void describe_calls(void) {
  CONSTANT(KVM_API_VERSION) CONSTANT(KVM_GET_API_VERSION) CONSTANT(KVM_CREATE_VM)
  CONSTANT(KVM_CHECK_EXTENSION) CONSTANT(KVM_GET_VCPU_MMAP_SIZE) CONSTANT(KVM_GET_MSR_INDEX_LIST)
  CONSTANT(KVM_GET_MSR_FEATURE_INDEX_LIST) CONSTANT(KVM_GET_SUPPORTED_CPUID)
  CONSTANT(KVM_GET_EMULATED_CPUID) CONSTANT(KVM_GET_MSRS) CONSTANT(KVM_SET_MSRS)
  CONSTANT(KVM_X86_GET_MCE_CAP_SUPPORTED) CONSTANT(KVM_GET_DEVICE_ATTR)
  CONSTANT(KVM_HAS_DEVICE_ATTR) CONSTANT(KVM_CREATE_VCPU) CONSTANT(KVM_SET_USER_MEMORY_REGION)
  CONSTANT(KVM_GET_DIRTY_LOG) CONSTANT(KVM_SET_TSS_ADDR) CONSTANT(KVM_SET_IDENTITY_MAP_ADDR)
  CONSTANT(KVM_CREATE_IRQCHIP) CONSTANT(KVM_GET_IRQCHIP) CONSTANT(KVM_SET_IRQCHIP)
  CONSTANT(KVM_IRQ_LINE) CONSTANT(KVM_IRQ_LINE_STATUS) CONSTANT(KVM_IRQFD) CONSTANT(KVM_IOEVENTFD)
  CONSTANT(KVM_SET_GSI_ROUTING) CONSTANT(KVM_SIGNAL_MSI) CONSTANT(KVM_CREATE_PIT2)
  CONSTANT(KVM_GET_PIT2) CONSTANT(KVM_SET_PIT2) CONSTANT(KVM_GET_CLOCK) CONSTANT(KVM_SET_CLOCK)
  CONSTANT(KVM_REGISTER_COALESCED_MMIO) CONSTANT(KVM_UNREGISTER_COALESCED_MMIO)
  CONSTANT(KVM_ENABLE_CAP) CONSTANT(KVM_X86_SET_MSR_FILTER) CONSTANT(KVM_RUN)
  CONSTANT(KVM_GET_REGS) CONSTANT(KVM_SET_REGS) CONSTANT(KVM_GET_SREGS) CONSTANT(KVM_SET_SREGS)
  CONSTANT(KVM_GET_SREGS2) CONSTANT(KVM_SET_SREGS2) CONSTANT(KVM_GET_FPU) CONSTANT(KVM_SET_FPU)
  CONSTANT(KVM_GET_XCRS) CONSTANT(KVM_SET_XCRS) CONSTANT(KVM_GET_XSAVE) CONSTANT(KVM_SET_XSAVE)
  CONSTANT(KVM_GET_DEBUGREGS) CONSTANT(KVM_SET_DEBUGREGS) CONSTANT(KVM_GET_VCPU_EVENTS)
  CONSTANT(KVM_SET_VCPU_EVENTS) CONSTANT(KVM_GET_MP_STATE) CONSTANT(KVM_SET_MP_STATE)
  CONSTANT(KVM_GET_LAPIC) CONSTANT(KVM_SET_LAPIC) CONSTANT(KVM_SET_CPUID2)
  CONSTANT(KVM_GET_CPUID2) CONSTANT(KVM_GET_TSC_KHZ) CONSTANT(KVM_SET_TSC_KHZ)
  CONSTANT(KVM_X86_SETUP_MCE) CONSTANT(KVM_KVMCLOCK_CTRL) CONSTANT(KVM_SET_VAPIC_ADDR)
  CONSTANT(KVM_INTERRUPT) CONSTANT(KVM_SET_BOOT_CPU_ID) CONSTANT(KVM_SET_GUEST_DEBUG)
}

static void describe_capabilities(void) {
  CONSTANT(KVM_CAP_READONLY_MEM) CONSTANT(KVM_CAP_MULTI_ADDRESS_SPACE) CONSTANT(KVM_CAP_MAX_VCPUS)
  CONSTANT(KVM_CAP_MAX_VCPU_ID) CONSTANT(KVM_CAP_SPLIT_IRQCHIP) CONSTANT(KVM_CAP_X2APIC_API)
  CONSTANT(KVM_CAP_HALT_POLL) CONSTANT(KVM_CAP_X86_DISABLE_EXITS)
  CONSTANT(KVM_CAP_X86_USER_SPACE_MSR) CONSTANT(KVM_CAP_EXCEPTION_PAYLOAD)
  CONSTANT(KVM_CAP_EXIT_HYPERCALL) CONSTANT(KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2)
  CONSTANT(KVM_CAP_EXIT_ON_EMULATION_FAILURE) CONSTANT(KVM_CAP_X86_BUS_LOCK_EXIT)
  CONSTANT(KVM_CAP_PMU_CAPABILITY)
  CONSTANT(KVM_MSR_EXIT_REASON_INVAL) CONSTANT(KVM_MSR_EXIT_REASON_UNKNOWN)
  CONSTANT(KVM_MSR_EXIT_REASON_FILTER) CONSTANT(KVM_CLOCK_TSC_STABLE)
}

static void describe_structures(void) {
  LAYOUT(kvm_regs) LAYOUT(kvm_sregs) LAYOUT(kvm_sregs2) LAYOUT(kvm_fpu) LAYOUT(kvm_xcrs)
  LAYOUT(kvm_debugregs) LAYOUT(kvm_vcpu_events) LAYOUT(kvm_lapic_state) LAYOUT(kvm_clock_data)
  FIELD(kvm_regs, rip) FIELD(kvm_regs, rflags) FIELD(kvm_regs, rdx)
  FIELD(kvm_sregs, cs) FIELD(kvm_sregs, ds) FIELD(kvm_sregs, es) FIELD(kvm_sregs, fs)
  FIELD(kvm_sregs, gs) FIELD(kvm_sregs, ss) FIELD(kvm_sregs, tr) FIELD(kvm_sregs, ldt)
  FIELD(kvm_sregs, gdt) FIELD(kvm_sregs, idt) FIELD(kvm_sregs, cr0) FIELD(kvm_sregs, cr4)
  FIELD(kvm_sregs, efer) FIELD(kvm_sregs, apic_base) FIELD(kvm_sregs, interrupt_bitmap)
  FIELD(kvm_segment, base) FIELD(kvm_segment, limit) FIELD(kvm_segment, selector)
  FIELD(kvm_segment, type) FIELD(kvm_segment, present) FIELD(kvm_segment, s)
  FIELD(kvm_debugregs, dr6) FIELD(kvm_debugregs, dr7) FIELD(kvm_debugregs, flags)
  FIELD(kvm_xcrs, nr_xcrs) FIELD(kvm_xcrs, flags) FIELD(kvm_vcpu_events, flags)
  FIELD(kvm_clock_data, clock) FIELD(kvm_clock_data, flags)
  FIELD(kvm_enable_cap, cap) FIELD(kvm_enable_cap, flags) FIELD(kvm_enable_cap, args)
  FIELD(kvm_dirty_log, slot) FIELD(kvm_dirty_log, dirty_bitmap)
  FIELD(kvm_device_attr, group) FIELD(kvm_device_attr, attr) FIELD(kvm_device_attr, addr)
  FIELD(kvm_msr_filter, flags)
}

static void describe_cpuid(int kvm) {
  static struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[256]; } list;
  list.head.nent = 256;
  if (ask(kvm, KVM_GET_SUPPORTED_CPUID, &list) < 0) return;
  for (unsigned i = 0; i < list.head.nent; i++) {
    const struct kvm_cpuid_entry2 *at = &list.entries[i];
    printf("kvm-cpuid 0x%x 0x%x 0x%x 0x%x 0x%x 0x%x 0x%x\n", at->function, at->index, at->flags,
           at->eax, at->ebx, at->ecx, at->edx);
  }
}

/* An MSR's value on a fresh vCPU, or on /dev/kvm; what runs on by itself is given as 0. */
static uint64_t msr_of(int descriptor, uint32_t index) {
  struct { struct kvm_msrs head; struct kvm_msr_entry entry; } one = {{.nmsrs = 1}, {.index = index}};
  return ask(descriptor, KVM_GET_MSRS, &one) == 1 && index != 0x10 ? one.entry.data : 0;
}

static void describe_msrs(int kvm) {
  uint32_t indices[1024];
  int vm = (int)ask(kvm, KVM_CREATE_VM, 0), vcpu = (int)ask(vm, KVM_CREATE_VCPU, 0);
  unsigned count = listed_msrs(kvm, KVM_GET_MSR_INDEX_LIST, indices, 1024);
  for (unsigned i = 0; i < count; i++)
    printf("msr 0x%x 0x%llx\n", indices[i], (unsigned long long)msr_of(vcpu, indices[i]));
  count = listed_msrs(kvm, KVM_GET_MSR_FEATURE_INDEX_LIST, indices, 1024);
  for (unsigned i = 0; i < count; i++)
    printf("feature-msr 0x%x 0x%llx\n", indices[i], (unsigned long long)msr_of(kvm, indices[i]));
  printf("setting tsc-khz %ld\n", ask(vcpu, KVM_GET_TSC_KHZ, 0));
}

static void describe_settings(int kvm) {
  uint64_t value = 0;
  struct kvm_device_attr attribute = {.addr = (uintptr_t)&value};
  if (!ask(kvm, KVM_GET_DEVICE_ATTR, &attribute))
    printf("setting xcr0 0x%llx\n", (unsigned long long)value);
  if (!ask(kvm, KVM_X86_GET_MCE_CAP_SUPPORTED, &value))
    printf("setting mce-cap 0x%llx\n", (unsigned long long)value);
  long types = ask(kvm, KVM_CHECK_EXTENSION, (void *)235L);
  printf("setting vm-types 0x%lx\n", types | 1);
}

void describe(int kvm, const char *folder) {
  printf("lodge-platform-model 1\ntranscripts %s\n", folder);
  describe_calls();
  describe_capabilities();
  printf("constant KVM_X86_XCOMP_GUEST_SUPP 0\nconstant KVM_CAP_X86_APIC_BUS_CYCLES_NS 237\n");
  describe_structures();
  int vm = (int)ask(kvm, KVM_CREATE_VM, 0);
  for (long number = 0; number < 256; number++) {
    long general = ask(kvm, KVM_CHECK_EXTENSION, (void *)number);
    long here = ask(vm, KVM_CHECK_EXTENSION, (void *)number);
    if (general > 0) printf("capability %ld 0x%lx\n", number, general);
    if (here >= 0 && here != general) printf("vm-capability 0 %ld 0x%lx\n", number, here);
  }
  describe_settings(kvm);
  describe_cpuid(kvm);
  describe_msrs(kvm);
}
