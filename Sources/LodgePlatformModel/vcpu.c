/* A vCPU: its making, its end, and the calls that are neither registers nor running. */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, RUNNABLE = 0, UNINITIALIZED = 1, SIPI_RECEIVED = 4, AP_RESET_HOLD = 9 };

void vcpu_free(struct vcpu *vcpu) {
  struct vcpu_state *state = vcpu->state;
  if (state) {
    tee_vcpu_closed(vcpu);
    if (state->run) munmap(state->run, PAGE);
    free(state->xsave);
    free(state->msrs);
    free(state->cpuid);
    free(state);
  }
  free(vcpu);
}

bool is_boot_cpu(const struct vcpu *vcpu) { return (uint64_t)vcpu->id == vcpu->vm->state->boot_cpu; }

/* arch/x86/kvm/x86.c: kvm_arch_vcpu_create: with a local APIC only the boot CPU can run. */
static struct vcpu *vcpu_allocated(struct vm *vm, int id) {
  struct vcpu *vcpu = calloc(1, sizeof *vcpu);
  if (!vcpu) return NULL;
  *vcpu = (struct vcpu){.vm = vm, .id = id, .descriptor = -1};
  vcpu->state = calloc(1, sizeof *vcpu->state);
  if (!vcpu->state || !registers_reset(vcpu) || !msrs_reset(vcpu)) {
    vcpu_free(vcpu);
    return NULL;
  }
  vcpu->state->tsc_khz = vm->state->tsc_khz;
  bool runs = vm->state->irqchip == IRQCHIP_NONE || is_boot_cpu(vcpu);
  vcpu->state->mp_state = runs ? RUNNABLE : UNINITIALIZED;
  return vcpu;
}

/* The checks of virt/kvm/kvm_main.c: kvm_vm_ioctl_create_vcpu and kvm_arch_vcpu_precreate. */
static long check_id(const struct vm *vm, uint64_t id) {
  int type = (int)vm->type;
  uint64_t ids = (uint64_t)capability(type, (uint32_t)constant_or("KVM_CAP_MAX_VCPU_ID", 128));
  uint64_t most = (uint64_t)capability(type, (uint32_t)constant_or("KVM_CAP_MAX_VCPUS", 66));
  if (id >= ids) return refuse(WHO_KERNEL, EINVAL, "vCPU ids end at %llu", (unsigned long long)ids);
  if (vm->vcpu_count >= most)
    return refuse(WHO_KERNEL, EINVAL, "a VM has at most %llu vCPUs", (unsigned long long)most);
  if (vm->state->vcpu_id_limit && id >= vm->state->vcpu_id_limit)
    return refuse(WHO_KERNEL, EINVAL, "vCPU id is above the enabled limit");
  for (size_t i = 0; i < vm->vcpu_count; i++)
    if ((uint64_t)vm->vcpus[i]->id == id) return refuse(WHO_KERNEL, EEXIST, "vCPU id is in use");
  return 0;
}

/* Opens the descriptor and shares its first page, kvm_run. */
static long open_vcpu(struct vcpu *vcpu) {
  struct object object = {.kind = KIND_VCPU, .vm = vcpu->vm, .vcpu = vcpu};
  int descriptor = object_open(object, "kvm-vcpu", VCPU_PAGES * PAGE, true);
  if (descriptor < 0) return descriptor;
  void *run = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (run == MAP_FAILED) return -ENOMEM;
  vcpu->state->run = run;
  return vcpu->descriptor = descriptor;
}

long vcpu_create(struct call *call) {
  struct vm *vm = call->vm;
  say_number("id", call->argument);
  long result = check_id(vm, call->argument);
  if (result) return result;
  struct vcpu **more = realloc(vm->vcpus, (vm->vcpu_count + 1) * sizeof *more);
  if (!more) return -ENOMEM;
  vm->vcpus = more;
  struct vcpu *vcpu = vcpu_allocated(vm, (int)call->argument);
  if (!vcpu) return -ENOMEM;
  result = tee_vcpu_created(vcpu);
  if (result >= 0) result = open_vcpu(vcpu);
  if (result < 0) {
    vcpu_free(vcpu);
    return result;
  }
  vm->vcpus[vm->vcpu_count++] = vcpu;
  say_made("fd:%ld vm%d.%d", result, vm->number, vcpu->id);
  return result;
}

static bool has_apic(const struct call *call) {
  return call->vm->state->irqchip != IRQCHIP_NONE;
}

/* virt/kvm/kvm_main.c: KVM_GET_MP_STATE. */
static long get_mp_state(struct call *call) {
  return copy_out(call->argument, &call->vcpu->state->mp_state, sizeof(uint32_t));
}

/* arch/x86/kvm/x86.c: kvm_arch_vcpu_ioctl_set_mpstate. A vCPU that received its SIPI runs: the next
 * call finds it so (lapic.c: kvm_apic_accept_events). */
static long set_mp_state(struct call *call) {
  uint32_t wanted;
  if (copy_in(&wanted, call->argument, sizeof wanted)) return -EFAULT;
  say_number("mp_state", wanted);
  bool known = wanted <= SIPI_RECEIVED || wanted == AP_RESET_HOLD;
  if (!known || (wanted != RUNNABLE && !has_apic(call)))
    return refuse(WHO_KERNEL, EINVAL, "state is not supported");
  call->vcpu->state->mp_state = wanted == SIPI_RECEIVED ? RUNNABLE : wanted;
  return 0;
}

/* arch/x86/kvm/x86.c: kvm_arch_vcpu_ioctl: KVM_SET_TSC_KHZ; 0 means the host's. */
static long set_tsc_khz(struct call *call) {
  say_number("khz", call->argument);
  if (call->vm->protected_apic) return refuse(WHO_KERNEL, EINVAL, "the TDX module has the TSC");
  call->vcpu->state->tsc_khz = call->argument ? call->argument : call->vm->state->tsc_khz;
  return 0;
}

static long get_tsc_khz(struct call *call) { return (long)call->vcpu->state->tsc_khz; }

/* arch/x86/kvm/x86.c: kvm_vcpu_ioctl_x86_setup_mce. */
static long setup_mce(struct call *call) {
  uint64_t wanted, offered = setting_number("mce-cap", 0x1000100);
  if (copy_in(&wanted, call->argument, sizeof wanted)) return -EFAULT;
  say_number("mcg_cap", wanted);
  uint64_t banks = wanted & 0xff;
  if (!banks || banks > MCE_BANKS || wanted & ~(offered | 0xff00ff))
    return refuse(WHO_KERNEL, EINVAL, "machine checks of 0x%llx are offered",
                  (unsigned long long)offered);
  call->vcpu->state->machine_check_capability = wanted;
  for (uint64_t bank = 0; bank < banks; bank++)
    call->vcpu->state->machine_checks[bank * 4] = UINT64_MAX;
  return 0;
}

/* arch/x86/kvm/x86.c: KVM_TPR_ACCESS_REPORTING: of no consequence, as no guest runs. */
static long report_tpr_access(struct call *call) {
  uint32_t control[10];
  return copy_in(control, call->argument, sizeof control) ? -EFAULT
         : has_apic(call) ? 0 : refuse(WHO_KERNEL, EINVAL, "the vCPU has no local APIC in the kernel");
}

/* arch/x86/kvm/lapic.c: kvm_lapic_set_vapic_addr: 0, or a place in the guest's memory. */
static long set_vapic_address(struct call *call) {
  uint64_t address;
  if (!has_apic(call)) return refuse(WHO_KERNEL, EINVAL, "the vCPU has no local APIC in the kernel");
  if (copy_in(&address, call->argument, sizeof address)) return -EFAULT;
  say_number("vapic_addr", address);
  return !address || memory_slot_of(call->vm, address, sizeof(uint32_t))
             ? 0 : refuse(WHO_KERNEL, EINVAL, "no memory there");
}

/* arch/x86/kvm/x86.c: kvm_vcpu_ioctl_x86_set_mce; no guest takes it. */
static long set_mce(struct call *call) {
  struct { uint64_t status, address, misc, global; uint8_t bank, padding[7]; uint64_t rest[3]; } error;
  if (copy_in(&error, call->argument, sizeof error)) return -EFAULT;
  say_number("bank", error.bank);
  say_number("status", error.status);
  if (error.bank >= (call->vcpu->state->machine_check_capability & 0xff) || !(error.status >> 63))
    return refuse(WHO_KERNEL, EINVAL, "no such bank, or no valid status");
  return 0;
}

/* arch/x86/kvm/x86.c: kvm_set_guest_paused: the guest's clock page is not set up, as none runs. */
static long kvmclock_ctrl(struct call *call) {
  uint64_t page;
  uint32_t msr = (uint32_t)constant_or("MSR_KVM_SYSTEM_TIME_NEW", 0x4b564d01);
  return vcpu_msr(call->vcpu, msr, &page) && page & 1 ? 0 : -EINVAL;
}

/* Interrupts that user space sends to a vCPU: accepted, as no guest takes them. */
static long inject(struct call *call) {
  (void)call;
  return 0;
}

static long inject_interrupt(struct call *call) {
  uint32_t vector;
  if (copy_in(&vector, call->argument, sizeof vector)) return -EFAULT;
  if (vector > 255) return refuse(WHO_KERNEL, EINVAL, "no such vector");
  return call->vm->state->irqchip == IRQCHIP_KERNEL
             ? refuse(WHO_KERNEL, ENXIO, "the kernel's interrupt controller does this")
             : 0;
}

/* arch/x86/kvm/x86.c: kvm_arch_vcpu_ioctl_set_guest_debug; of what is debugged nothing is kept. */
static long set_guest_debug(struct call *call) {
  enum { ENABLE = 1 };
  uint32_t control;
  if (copy_in(&control, call->argument, sizeof control)) return -EFAULT;
  say_number("control", control);
  if (call->vcpu->state_is_encrypted)
    return refuse(WHO_KERNEL, EINVAL, "the vCPU's state is encrypted");
  call->vcpu->debugged = control & ENABLE;
  return 0;
}

/* virt/kvm/kvm_main.c: kvm_vcpu_pre_fault_memory: all is mapped, the rest to do is nothing. */
static long pre_fault_memory(struct call *call) {
  uint64_t gpa, size, flags;
  if (field_in(call->argument, "kvm_pre_fault_memory.gpa", &gpa) ||
      field_in(call->argument, "kvm_pre_fault_memory.size", &size) ||
      field_in(call->argument, "kvm_pre_fault_memory.flags", &flags))
    return -EFAULT;
  if (flags || gpa % PAGE || size % PAGE || !size || gpa + size < gpa)
    return refuse(WHO_KERNEL, EINVAL, "not a range of pages");
  if (!tee_may_be_faulted_in(call->vm))
    return refuse(WHO_KERNEL, EOPNOTSUPP, "private memory is the launch's until it ends");
  if (!memory_slot_of(call->vm, gpa, PAGE)) return refuse(WHO_KERNEL, ENOENT, "no memory there");
  if (field_out(call->argument, "kvm_pre_fault_memory.gpa", gpa + size)) return -EFAULT;
  return field_out(call->argument, "kvm_pre_fault_memory.size", 0);
}

/* KVM_GET_STATS_FD: as on the VM. */
static long get_stats_fd(struct call *call) {
  (void)call;
  return -ENOTTY;
}

const struct row vcpu_rows[] = {
    {"KVM_GET_MP_STATE", KIND_VCPU, get_mp_state},
    {"KVM_SET_MP_STATE", KIND_VCPU, set_mp_state},
    {"KVM_GET_TSC_KHZ", KIND_VCPU, get_tsc_khz},
    {"KVM_SET_TSC_KHZ", KIND_VCPU, set_tsc_khz},
    {"KVM_X86_SETUP_MCE", KIND_VCPU, setup_mce},
    {"KVM_X86_SET_MCE", KIND_VCPU, set_mce},
    {"KVM_TPR_ACCESS_REPORTING", KIND_VCPU, report_tpr_access},
    {"KVM_SET_VAPIC_ADDR", KIND_VCPU, set_vapic_address},
    {"KVM_KVMCLOCK_CTRL", KIND_VCPU, kvmclock_ctrl},
    {"KVM_NMI", KIND_VCPU, inject},
    {"KVM_SMI", KIND_VCPU, inject},
    {"KVM_INTERRUPT", KIND_VCPU, inject_interrupt},
    {"KVM_SET_GUEST_DEBUG", KIND_VCPU, set_guest_debug},
    {"KVM_PRE_FAULT_MEMORY", KIND_VCPU, pre_fault_memory},
    {"KVM_GET_STATS_FD", KIND_VCPU, get_stats_fd},
    {0},
};
