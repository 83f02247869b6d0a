/* A VM: its making, its end, and the calls that concern all of it. */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PAGE = 4096 };

static int64_t monotonic_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static struct vm *vm_allocated(uint32_t type) {
  static int number;
  struct vm *vm = calloc(1, sizeof *vm);
  struct vm_state *state = calloc(1, sizeof *state);
  if (!vm || !state) {
    free(vm);
    free(state);
    return NULL;
  }
  state->clock_offset = -monotonic_now();
  state->tsc_khz = setting_number("tsc-khz", 2000000);
  *vm = (struct vm){.type = type, .state = state, .descriptor = -1};
  vm->number = __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED);
  pthread_mutex_init(&vm->lock, NULL);
  return vm;
}

/* virt/kvm/kvm_main.c: kvm_create_vm. */
long vm_create(uint32_t type) {
  struct vm *vm = vm_allocated(type);
  if (!vm) return -ENOMEM;
  vm->references = 1;
  struct object object = {.kind = KIND_VM, .vm = vm};
  long result = tee_vm_created(vm);
  if (!result) result = vm->descriptor = object_open(object, "kvm-vm", 0, true);
  if (result >= 0) say_made("fd:%ld vm%d", result, vm->number);
  object_leave(&object);
  return result;
}

/* virt/kvm/kvm_main.c: kvm_destroy_vm. */
void vm_free(struct vm *vm) {
  for (size_t i = 0; i < vm->vcpu_count; i++) vcpu_free(vm->vcpus[i]);
  tee_vm_closed(vm);
  free(vm->state->attributes);
  free(vm->state->doorbells);
  free(vm->state);
  free(vm->slots);
  free(vm->vcpus);
  pthread_mutex_destroy(&vm->lock);
  free(vm);
}

bool vm_has_split_irqchip(const struct vm *vm) { return vm->state->irqchip == IRQCHIP_SPLIT; }

/* virt/kvm/kvm_main.c: kvm_vm_ioctl_check_extension_generic. SMM alone depends on more than the type:
 * has_protected_state, which decides READONLY_MEM and SYNC_REGS, stays off on a VM of type 0 (6.12 and
 * 7.2: sev_vm_init; 6.1 has none). */
static long check_extension(struct call *call) {
  say_constant("capability", "KVM_CAP_", call->argument);
  if (call->argument == constant_or("KVM_CAP_X86_SMM", 117) && tee_forbids_smm(call->vm)) return 0;
  return (long)capability((int)call->vm->type, (uint32_t)call->argument);
}

/* arch/x86/kvm/x86.c: kvm_arch_vm_ioctl; QEMU gives the last three pages below 4 GiB. */
static long set_tss_addr(struct call *call) {
  say_number("address", call->argument);
  if (call->argument > UINT32_MAX + UINT64_C(1) - 3 * PAGE)
    return refuse(WHO_KERNEL, EINVAL, "address is too high");
  return 0;
}

/* arch/x86/kvm/x86.c: KVM_SET_IDENTITY_MAP_ADDR: before the first vCPU. */
static long set_identity_map_addr(struct call *call) {
  uint64_t address;
  if (call->vm->vcpu_count) return refuse(WHO_KERNEL, EINVAL, "the VM has vCPUs already");
  if (copy_in(&address, call->argument, sizeof address)) return -EFAULT;
  say_number("address", address);
  return 0;
}

/* arch/x86/kvm/x86.c: KVM_SET_BOOT_CPU_ID. */
static long set_boot_cpu_id(struct call *call) {
  uint64_t ids = (uint64_t)capability((int)call->vm->type,
                                      (uint32_t)constant_or("KVM_CAP_MAX_VCPU_ID", 128));
  uint64_t limit = call->vm->state->vcpu_id_limit;
  say_number("id", call->argument);
  if (call->vm->vcpu_count) return refuse(WHO_KERNEL, EBUSY, "the VM has vCPUs already");
  if (call->argument > (limit ? limit : ids))
    return refuse(WHO_KERNEL, EINVAL, "vCPU ids end at %llu", (unsigned long long)(limit ? limit : ids));
  call->vm->state->boot_cpu = call->argument;
  return 0;
}

/* arch/x86/kvm/x86.c: kvm_vm_ioctl_get_clock. The time is left out of the transcript. */
static long get_clock(struct call *call) {
  uint8_t data[256] = {0};
  size_t size = layout_size("kvm_clock_data"), offset, length;
  uint64_t now = (uint64_t)(monotonic_now() + call->vm->state->clock_offset);
  uint32_t stable = (uint32_t)constant_or("KVM_CLOCK_TSC_STABLE", 2);
  if (!size || size > sizeof data) return -EINVAL;
  memcpy(data, &now, sizeof now);
  if (layout_field("kvm_clock_data.flags", &offset, &length) && length == sizeof stable)
    memcpy(data + offset, &stable, sizeof stable);
  return copy_out(call->argument, data, size);
}

/* arch/x86/kvm/x86.c: kvm_vm_ioctl_set_clock. */
static long set_clock(struct call *call) {
  uint64_t clock, flags;
  if (field_in(call->argument, "kvm_clock_data.clock", &clock) ||
      field_in(call->argument, "kvm_clock_data.flags", &flags))
    return -EFAULT;
  uint64_t known = constant_or("KVM_CLOCK_REALTIME", 0);
  if (flags & ~known) return refuse(WHO_KERNEL, EINVAL, "clock flags are not supported");
  call->vm->state->clock_offset = (int64_t)clock - monotonic_now();
  return 0;
}

/* arch/x86/kvm/x86.c: KVM_X86_SET_MSR_FILTER. No guest runs, so the filter filters nothing. */
static long set_msr_filter(struct call *call) {
  enum { DENY = 1, READ_AND_WRITE = 3, BITMAP_LIMIT = 0x600 };
  struct { uint32_t flags, padding; struct { uint32_t flags, count, base, padding; uint64_t bitmap; }
           ranges[16]; } filter;
  uint8_t bitmap[BITMAP_LIMIT];
  bool empty = true;
  if (copy_in(&filter, call->argument, sizeof filter)) return -EFAULT;
  say_number("flags", filter.flags);
  for (int i = 0; i < 16; i++) empty &= !filter.ranges[i].count;
  if (filter.flags & ~(uint32_t)DENY || (empty && filter.flags & DENY))
    return refuse(WHO_KERNEL, EINVAL, "filter flags are not supported, or nothing is allowed");
  for (int i = 0; i < 16; i++) {
    uint64_t size = ((uint64_t)filter.ranges[i].count + 63) / 64 * 8;
    uint32_t flags = filter.ranges[i].flags;
    if (!size) continue;
    if (!flags || flags & ~(uint32_t)READ_AND_WRITE || size > BITMAP_LIMIT)
      return refuse(WHO_KERNEL, EINVAL, "range %d of the filter", i);
    if (copy_in(bitmap, filter.ranges[i].bitmap, size)) return -EFAULT;
  }
  return 0;
}

/* arch/x86/kvm/pmu.c: kvm_vm_ioctl_set_pmu_event_filter. */
static long set_pmu_event_filter(struct call *call) {
  enum { DENY = 1, MASKED = 1, EVENTS_LIMIT = 300 };
  struct { uint32_t action, count, fixed, flags, padding[4]; } filter;
  if (copy_in(&filter, call->argument, sizeof filter)) return -EFAULT;
  say_number("nevents", filter.count);
  if (filter.action > DENY || filter.flags & ~(uint32_t)MASKED)
    return refuse(WHO_KERNEL, EINVAL, "action or flags are not supported");
  return filter.count > EVENTS_LIMIT ? refuse(WHO_KERNEL, E2BIG, "more than %d events", EVENTS_LIMIT) : 0;
}

/* arch/x86/kvm/x86.c: KVM_SET_TSC_KHZ on a VM: before the first vCPU. */
static long set_tsc_khz(struct call *call) {
  say_number("khz", call->argument);
  if (call->vm->vcpu_count) return refuse(WHO_KERNEL, EINVAL, "the VM has vCPUs already");
  if (call->argument) call->vm->state->tsc_khz = call->argument;
  return 0;
}

static long get_tsc_khz(struct call *call) { return (long)call->vm->state->tsc_khz; }

/* KVM_GET_STATS_FD: the model keeps no statistics; a kernel older than 5.14 says the same. */
static long get_stats_fd(struct call *call) {
  (void)call;
  return -ENOTTY;
}

const struct row vm_rows[] = {
    {"KVM_CHECK_EXTENSION", KIND_VM, check_extension},
    {"KVM_CREATE_VCPU", KIND_VM, vcpu_create},
    {"KVM_SET_TSS_ADDR", KIND_VM, set_tss_addr},
    {"KVM_SET_IDENTITY_MAP_ADDR", KIND_VM, set_identity_map_addr},
    {"KVM_SET_BOOT_CPU_ID", KIND_VM, set_boot_cpu_id},
    {"KVM_GET_CLOCK", KIND_VM, get_clock},
    {"KVM_SET_CLOCK", KIND_VM, set_clock},
    {"KVM_X86_SET_MSR_FILTER", KIND_VM, set_msr_filter},
    {"KVM_SET_PMU_EVENT_FILTER", KIND_VM, set_pmu_event_filter},
    {"KVM_SET_TSC_KHZ", KIND_VM, set_tsc_khz},
    {"KVM_GET_TSC_KHZ", KIND_VM, get_tsc_khz},
    {"KVM_GET_STATS_FD", KIND_VM, get_stats_fd},
    {0},
};
