/* KVM_ENABLE_CAP on a VM and on a vCPU: which capabilities can be enabled, with what arguments. */
#include "state.h"

#include <errno.h>

/* What enabling takes: any argument, or only bits that the capability's value offers. */
struct enabling {
  const char *name;
  bool only_offered_bits;
  long (*also)(struct vm *vm, uint64_t argument);
};

static long has_vcpus(int error) { return refuse(WHO_KERNEL, error, "the VM has vCPUs already"); }

/* arch/x86/kvm/x86.c: KVM_CAP_SPLIT_IRQCHIP: before vCPUs, and instead of the full one. */
static long split_irqchip(struct vm *vm, uint64_t pins) {
  enum { KVM_MAX_IRQ_ROUTES = 4096 };
  if (pins > KVM_MAX_IRQ_ROUTES) return refuse(WHO_KERNEL, EINVAL, "too many reserved pins");
  if (vm->state->irqchip != IRQCHIP_NONE)
    return refuse(WHO_KERNEL, EEXIST, "the VM has an interrupt controller");
  if (vm->vcpu_count) return has_vcpus(EEXIST);
  vm->state->irqchip = IRQCHIP_SPLIT;
  return 0;
}

/* arch/x86/kvm/x86.c: KVM_CAP_MAX_VCPU_ID: once, before vCPUs. The first vCPU sets it to the kernel's
 * own limit (kvm_arch_vcpu_precreate). */
static long max_vcpu_id(struct vm *vm, uint64_t limit) {
  uint64_t ids = (uint64_t)capability((int)vm->type, 128);
  if (limit > ids) return refuse(WHO_KERNEL, EINVAL, "limit of vCPU ids is out of range");
  uint64_t now = vm->state->vcpu_id_limit;
  if ((!now && vm->vcpu_count ? ids : now) == limit) return 0;
  if (vm->state->vcpu_id_limit || vm->vcpu_count)
    return refuse(WHO_KERNEL, EINVAL, "the limit of vCPU ids is set");
  vm->state->vcpu_id_limit = limit;
  return 0;
}

static long exception_payload(struct vm *vm, uint64_t on) {
  vm->state->exception_payload = on;
  return 0;
}

static long triple_fault_event(struct vm *vm, uint64_t on) {
  vm->state->triple_fault_event = on;
  return 0;
}

/* arch/x86/kvm/x86.c: KVM_CAP_X86_APIC_BUS_CYCLES_NS: with a local APIC, before vCPUs; a timer of
 * UINT32_MAX cycles, divided by 128, must fit into 64 bits. */
static long apic_bus_cycles(struct vm *vm, uint64_t nanoseconds) {
  uint64_t longest;
  if (!nanoseconds || __builtin_mul_overflow(UINT64_C(128) * UINT32_MAX, nanoseconds, &longest))
    return refuse(WHO_KERNEL, EINVAL, "cycle length is 0 or too large");
  if (vm->state->irqchip == IRQCHIP_NONE)
    return refuse(WHO_KERNEL, ENXIO, "the VM has no interrupt controller");
  return vm->vcpu_count ? has_vcpus(EINVAL) : 0;
}

/* arch/x86/kvm/x86.c: KVM_CAP_PMU_CAPABILITY: before vCPUs. */
static long before_vcpus(struct vm *vm, uint64_t argument) {
  (void)argument;
  return vm->vcpu_count ? has_vcpus(EINVAL) : 0;
}

/* arch/x86/kvm/x86.c: KVM_CAP_EXIT_ON_EMULATION_FAILURE */
static long on_or_off(struct vm *vm, uint64_t argument) {
  (void)vm;
  return argument > 1 ? refuse(WHO_KERNEL, EINVAL, "neither on nor off") : 0;
}

/* arch/x86/kvm/x86.c: KVM_CAP_X86_BUS_LOCK_EXIT: off and exit exclude each other. */
static long bus_lock_exit(struct vm *vm, uint64_t mode) {
  enum { OFF = 1, EXIT = 2 };
  (void)vm;
  return mode & OFF && mode & EXIT ? refuse(WHO_KERNEL, EINVAL, "off and on at once") : 0;
}

/* arch/x86/kvm/x86.c: KVM_CAP_X86_NOTIFY_VMEXIT: switched on, before vCPUs. */
static long notify_vmexit(struct vm *vm, uint64_t window_and_flags) {
  enum { ENABLED = 1, USER = 2 };
  uint32_t flags = (uint32_t)window_and_flags;
  if (flags & ~(uint32_t)(ENABLED | USER) || !(flags & ENABLED))
    return refuse(WHO_KERNEL, EINVAL, "flags 0x%x do not switch it on", flags);
  return vm->vcpu_count ? has_vcpus(EINVAL) : 0;
}

/* arch/x86/kvm/x86.c: KVM_CAP_X86_USER_SPACE_MSR: the capability is 1, the reasons have a mask. */
static long user_space_msr(struct vm *vm, uint64_t reasons) {
  (void)vm;
  uint64_t known = constant_or("KVM_MSR_EXIT_REASON_INVAL", 0) |
                   constant_or("KVM_MSR_EXIT_REASON_UNKNOWN", 0) |
                   constant_or("KVM_MSR_EXIT_REASON_FILTER", 0);
  if (reasons & ~known)
    return refuse(WHO_KERNEL, EINVAL, "only reasons 0x%llx exist", (unsigned long long)known);
  return 0;
}

/* arch/x86/kvm/x86.c: kvm_vm_ioctl_enable_cap. */
static const struct enabling of_vm[] = {
    {"KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2", true, NULL},
    {"KVM_CAP_HALT_POLL", false, NULL},
    {"KVM_CAP_DISABLE_QUIRKS", false, NULL},
    {"KVM_CAP_DISABLE_QUIRKS2", true, NULL},
    {"KVM_CAP_SPLIT_IRQCHIP", false, split_irqchip},
    {"KVM_CAP_X2APIC_API", true, NULL},
    {"KVM_CAP_X86_DISABLE_EXITS", true, NULL},
    {"KVM_CAP_MSR_PLATFORM_INFO", false, NULL},
    {"KVM_CAP_EXCEPTION_PAYLOAD", false, exception_payload},
    {"KVM_CAP_X86_TRIPLE_FAULT_EVENT", false, triple_fault_event},
    {"KVM_CAP_X86_USER_SPACE_MSR", false, user_space_msr},
    {"KVM_CAP_X86_BUS_LOCK_EXIT", true, bus_lock_exit},
    {"KVM_CAP_EXIT_HYPERCALL", true, NULL},
    {"KVM_CAP_EXIT_ON_EMULATION_FAILURE", false, on_or_off},
    {"KVM_CAP_PMU_CAPABILITY", true, before_vcpus},
    {"KVM_CAP_MAX_VCPU_ID", false, max_vcpu_id},
    {"KVM_CAP_X86_NOTIFY_VMEXIT", false, notify_vmexit},
    {"KVM_CAP_VM_DISABLE_NX_HUGE_PAGES", false, NULL},
    {"KVM_CAP_X86_APIC_BUS_CYCLES_NS", false, apic_bus_cycles},
    {0},
};

/* arch/x86/kvm/x86.c: kvm_vcpu_ioctl_enable_cap. */
static const struct enabling of_vcpu[] = {
    {"KVM_CAP_HYPERV_SYNIC", false, NULL},
    {"KVM_CAP_HYPERV_SYNIC2", false, NULL},
    {"KVM_CAP_HYPERV_DIRECT_TLBFLUSH", false, NULL},
    {"KVM_CAP_HYPERV_ENFORCE_CPUID", false, NULL},
    {"KVM_CAP_ENFORCE_PV_FEATURE_CPUID", false, NULL},
    {0},
};

static const struct enabling *enabling_of(const struct enabling *table, uint64_t number) {
  for (; table->name; table++)
    if (constant_or(table->name, UINT64_MAX) == number) return table;
  return NULL;
}

static long enable(struct call *call, const struct enabling *table) {
  uint64_t number, flags, argument;
  size_t offset, size;
  if (field_in(call->argument, "kvm_enable_cap.cap", &number) ||
      field_in(call->argument, "kvm_enable_cap.flags", &flags))
    return -EFAULT;
  if (!layout_field("kvm_enable_cap.args", &offset, &size)) return -EINVAL;
  if (copy_in(&argument, call->argument + offset, sizeof argument)) return -EFAULT;
  const struct enabling *row = enabling_of(table, number);
  say_constant("capability", "KVM_CAP_", number);
  say_number("value", argument);
  if (flags) return refuse(WHO_KERNEL, EINVAL, "flags must be 0");
  int64_t offered = row ? capability((int)call->vm->type, (uint32_t)number) : 0;
  if (!offered) return refuse(WHO_KERNEL, EINVAL, "capability is not offered");
  if (row->only_offered_bits && argument & ~(uint64_t)offered)
    return refuse(WHO_KERNEL, EINVAL, "only bits 0x%llx are offered", (unsigned long long)offered);
  return row->also ? row->also(call->vm, argument) : 0;
}

static long enable_on_vm(struct call *call) { return enable(call, of_vm); }

static long enable_on_vcpu(struct call *call) { return enable(call, of_vcpu); }

const struct row enable_rows[] = {
    {"KVM_ENABLE_CAP", KIND_VM, enable_on_vm},
    {"KVM_ENABLE_CAP", KIND_VCPU, enable_on_vcpu},
    {0},
};
