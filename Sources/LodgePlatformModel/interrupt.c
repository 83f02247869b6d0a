/* Interrupt controllers, timers, eventfds and coalesced writes of a VM: accepted and kept. */
#define _GNU_SOURCE
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUTES_LIMIT = 4096, DOORBELL_LIMIT = 1000 };

/* arch/x86/kvm/i8259.c: kvm_pic_init, arch/x86/kvm/ioapic.c: kvm_ioapic_reset. */
static void reset_chips(struct vm_state *state) {
  enum { ELCR_MASK = 15, REDIRECTIONS = 24, PINS = 24 };
  const uint32_t base = 0xfec00000, masked = 0x10000;
  state->chips[0][ELCR_MASK] = 0xf8;
  state->chips[1][ELCR_MASK] = 0xde;
  memcpy(state->chips[2], &base, sizeof base);
  for (int pin = 0; pin < PINS; pin++)
    memcpy(state->chips[2] + REDIRECTIONS + pin * 8, &masked, sizeof masked);
}

/* arch/x86/kvm/x86.c: KVM_CREATE_IRQCHIP. */
static long create_irqchip(struct call *call) {
  struct vm_state *state = call->vm->state;
  if (state->irqchip != IRQCHIP_NONE)
    return refuse(WHO_KERNEL, EEXIST, "the VM has an interrupt controller");
  if (call->vm->protected_apic)
    return refuse(WHO_KERNEL, ENOTTY, "a trust domain has no I/O APIC in the kernel");
  if (call->vm->vcpu_count) return refuse(WHO_KERNEL, EINVAL, "the VM has vCPUs already");
  state->irqchip = IRQCHIP_KERNEL;
  reset_chips(state);
  return 0;
}

/* Reads which chip a kvm_irqchip is about; arch/x86/kvm/x86.c: kvm_vm_ioctl_get_irqchip. */
static long chip_of(struct call *call, uint32_t *chip) {
  if (copy_in(chip, call->argument, sizeof *chip)) return -EFAULT;
  say_number("chip_id", *chip);
  if (call->vm->state->irqchip != IRQCHIP_KERNEL)
    return refuse(WHO_KERNEL, ENXIO, "no interrupt controller in the kernel");
  return *chip < CHIP_COUNT ? 0 : refuse(WHO_KERNEL, EINVAL, "no such chip");
}

static long get_irqchip(struct call *call) {
  uint32_t chip;
  long result = chip_of(call, &chip);
  return result ? result : copy_out(call->argument + 8, call->vm->state->chips[chip], CHIP_SIZE);
}

static long set_irqchip(struct call *call) {
  uint32_t chip;
  long result = chip_of(call, &chip);
  return result ? result : copy_in(call->vm->state->chips[chip], call->argument + 8, CHIP_SIZE);
}

static long needs_irqchip(const struct call *call) {
  if (call->vm->state->irqchip != IRQCHIP_NONE) return 0;
  return refuse(WHO_KERNEL, ENXIO, "no interrupt controller in the kernel");
}

/* virt/kvm/kvm_main.c: KVM_IRQ_LINE(_STATUS); the status of an interrupt that was delivered is 1. */
static long irq_line(struct call *call) {
  uint64_t pair;
  say_nothing();
  return copy_in(&pair, call->argument, sizeof pair) ? -EFAULT : needs_irqchip(call);
}

static long irq_line_status(struct call *call) {
  uint32_t delivered = 1;
  long result = irq_line(call);
  return result ? result : copy_out(call->argument, &delivered, sizeof delivered);
}

/* virt/kvm/irqchip.c: kvm_send_userspace_msi; 1: delivered; -1, which is EPERM, to no vCPU. */
static long signal_msi(struct call *call) {
  struct { uint32_t address[2], data, flags; } message;
  if (copy_in(&message, call->argument, sizeof message)) return -EFAULT;
  if (call->vm->state->irqchip == IRQCHIP_NONE || message.flags)
    return refuse(WHO_KERNEL, EINVAL, "no interrupt controller in the kernel, or flags");
  return call->vm->vcpu_count ? 1 : refuse(WHO_KERNEL, EPERM, "no vCPU takes it");
}

/* kvm_irq_routing_entry (uapi linux/kvm.h), and what it says of a pin. */
struct route { uint32_t gsi, type, flags, padding, chip, pin, rest[6]; };
_Static_assert(sizeof(struct route) == 48, "struct kvm_irq_routing_entry");

/* virt/kvm/irqchip.c: kvm_set_irq_routing; arch/x86/kvm/irq.c: kvm_set_routing_entry */
static bool is_route(const struct vm *vm, const struct route *route) {
  enum { TO_CHIP = 1, TO_MSI, TO_SYNIC = 4, TO_XEN, DEVICE_ID = 1 };
  static const uint32_t pins[CHIP_COUNT] = {8, 8, 24};
  if (route->gsi >= ROUTES_LIMIT) return false;
  if (route->flags & ~(uint32_t)(route->type == TO_MSI ? DEVICE_ID : 0)) return false;
  if (route->type == TO_CHIP)
    return vm->state->irqchip == IRQCHIP_KERNEL && route->chip < CHIP_COUNT &&
           route->pin < pins[route->chip];
  return route->type == TO_MSI || route->type == TO_SYNIC || route->type == TO_XEN;
}

/* virt/kvm/kvm_main.c: KVM_SET_GSI_ROUTING. */
static long set_gsi_routing(struct call *call) {
  struct { uint32_t count, flags; } head;
  if (copy_in(&head, call->argument, sizeof head)) return -EFAULT;
  say_number("nr", head.count);
  if (head.count > ROUTES_LIMIT || head.flags)
    return refuse(WHO_KERNEL, EINVAL, "too many routes, or flags");
  for (uint32_t i = 0; i < head.count; i++) {
    struct route route;
    if (copy_in(&route, call->argument + sizeof head + i * sizeof route, sizeof route)) return -EFAULT;
    if (!is_route(call->vm, &route))
      return refuse(WHO_KERNEL, EINVAL, "route %u of interrupt %u", i, route.gsi);
  }
  return 0;
}

/* fs/eventfd.c: eventfd_ctx_fdget: EBADF of no file, EINVAL of another. Where there is no /proc to
 * tell, every file will do. */
static long check_eventfd(int descriptor) {
  static const char wanted[] = "anon_inode:[eventfd]";
  char path[40], target[sizeof wanted + 1];
  if (fcntl(descriptor, F_GETFD) < 0) return refuse(WHO_KERNEL, EBADF, "no such file");
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  ssize_t size = readlink(path, target, sizeof target);
  bool known = size < 0 || (size == sizeof wanted - 1 && !memcmp(target, wanted, sizeof wanted - 1));
  return known ? 0 : refuse(WHO_KERNEL, EINVAL, "the file is no eventfd");
}

/* virt/kvm/eventfd.c: kvm_irqfd. */
static long irqfd(struct call *call) {
  struct { uint32_t descriptor, line, flags, resample; } wanted;
  if (copy_in(&wanted, call->argument, sizeof wanted)) return -EFAULT;
  say_descriptor("fd", (int)wanted.descriptor);
  say_number("gsi", wanted.line);
  say_number("flags", wanted.flags);
  if (wanted.flags & ~3u) return refuse(WHO_KERNEL, EINVAL, "irqfd flags are not supported");
  if (call->vm->state->irqchip == IRQCHIP_NONE)
    return refuse(WHO_KERNEL, EINVAL, "no interrupt controller in the kernel");
  enum { REMOVE = 1, RESAMPLE = 2 };
  long result = check_eventfd((int)wanted.descriptor);
  if (!result && wanted.flags & RESAMPLE && !(wanted.flags & REMOVE))
    result = check_eventfd((int)wanted.resample);
  return result;
}

/* virt/kvm/eventfd.c: ioeventfd_check_collision. */
static struct doorbell *same_doorbell(struct vm_state *state, const struct doorbell *wanted) {
  for (size_t i = 0; i < state->doorbell_count; i++) {
    struct doorbell *at = &state->doorbells[i];
    bool lengths = !at->length || !wanted->length || at->length == wanted->length;
    bool values = at->any || wanted->any || at->match == wanted->match;
    if (at->bus == wanted->bus && at->address == wanted->address && lengths && values) return at;
  }
  return NULL;
}

static long add_doorbell(struct vm_state *state, const struct doorbell *wanted) {
  if (same_doorbell(state, wanted)) return refuse(WHO_KERNEL, EEXIST, "the range has an eventfd");
  if (state->doorbell_count == DOORBELL_LIMIT) return refuse(WHO_KERNEL, ENOSPC, "too many devices");
  size_t size = (state->doorbell_count + 1) * sizeof *wanted;
  struct doorbell *more = realloc(state->doorbells, size);
  if (!more) return -ENOMEM;
  state->doorbells = more;
  state->doorbells[state->doorbell_count++] = *wanted;
  return 0;
}

static long remove_doorbell(struct vm_state *state, const struct doorbell *wanted) {
  struct doorbell *at = same_doorbell(state, wanted);
  if (!at) return refuse(WHO_KERNEL, ENOENT, "the range has no such eventfd");
  *at = state->doorbells[--state->doorbell_count];
  return 0;
}

/* virt/kvm/eventfd.c: kvm_assign_ioeventfd, kvm_deassign_ioeventfd. */
static long ioeventfd(struct call *call) {
  enum { MATCH = 1, PORT = 2, REMOVE = 4, KNOWN = 7 };
  struct { uint64_t match, address; uint32_t length, descriptor, flags; } wanted;
  if (copy_in(&wanted, call->argument, sizeof wanted)) return -EFAULT;
  say_number("addr", wanted.address);
  say_number("len", wanted.length);
  say_descriptor("fd", (int)wanted.descriptor);
  say_number("flags", wanted.flags);
  bool fits = !wanted.length || wanted.length == 1 || wanted.length == 2 || wanted.length == 4 ||
              wanted.length == 8;
  if (!fits || wanted.address + wanted.length < wanted.address || wanted.flags & ~(uint32_t)KNOWN ||
      (!wanted.length && wanted.flags & MATCH))
    return refuse(WHO_KERNEL, EINVAL, "length or flags are not supported");
  long result = check_eventfd((int)wanted.descriptor);
  if (result) return result;
  struct doorbell doorbell = {.address = wanted.address, .match = wanted.match,
                              .length = wanted.length, .bus = wanted.flags & PORT,
                              .any = !(wanted.flags & MATCH)};
  struct vm_state *state = call->vm->state;
  return wanted.flags & REMOVE ? remove_doorbell(state, &doorbell) : add_doorbell(state, &doorbell);
}

/* arch/x86/kvm/x86.c: KVM_CREATE_PIT2. */
static long create_pit(struct call *call) {
  uint32_t config[16];
  if (copy_in(config, call->argument, sizeof config)) return -EFAULT;
  if (call->vm->state->has_pit) return refuse(WHO_KERNEL, EEXIST, "the VM has a PIT");
  if (call->vm->state->irqchip != IRQCHIP_KERNEL)
    return refuse(WHO_KERNEL, ENOENT, "no interrupt controller in the kernel");
  call->vm->state->has_pit = true;
  return 0;
}

static long needs_pit(const struct call *call) {
  return call->vm->state->has_pit ? 0 : refuse(WHO_KERNEL, ENXIO, "the VM has no PIT");
}

static long get_pit(struct call *call) {
  long result = needs_pit(call);
  return result ? result : copy_out(call->argument, call->vm->state->pit, PIT_SIZE);
}

static long set_pit(struct call *call) {
  long result = needs_pit(call);
  return result ? result : copy_in(call->vm->state->pit, call->argument, PIT_SIZE);
}

/* arch/x86/kvm/x86.c: KVM_REINJECT_CONTROL. */
static long reinject_control(struct call *call) { return needs_pit(call); }

/* virt/kvm/coalesced_mmio.c: a write that no guest makes needs no zone. */
static long coalesced_mmio(struct call *call) {
  struct { uint64_t address; uint32_t size, port; } zone;
  if (copy_in(&zone, call->argument, sizeof zone)) return -EFAULT;
  say_number("addr", zone.address);
  say_number("size", zone.size);
  return zone.port > 1 ? refuse(WHO_KERNEL, EINVAL, "neither memory nor ports") : 0;
}

const struct row interrupt_rows[] = {
    {"KVM_CREATE_IRQCHIP", KIND_VM, create_irqchip},
    {"KVM_GET_IRQCHIP", KIND_VM, get_irqchip},
    {"KVM_SET_IRQCHIP", KIND_VM, set_irqchip},
    {"KVM_IRQ_LINE", KIND_VM, irq_line},
    {"KVM_IRQ_LINE_STATUS", KIND_VM, irq_line_status},
    {"KVM_SIGNAL_MSI", KIND_VM, signal_msi},
    {"KVM_SET_GSI_ROUTING", KIND_VM, set_gsi_routing},
    {"KVM_IRQFD", KIND_VM, irqfd},
    {"KVM_IOEVENTFD", KIND_VM, ioeventfd},
    {"KVM_CREATE_PIT2", KIND_VM, create_pit},
    {"KVM_GET_PIT2", KIND_VM, get_pit},
    {"KVM_SET_PIT2", KIND_VM, set_pit},
    {"KVM_REINJECT_CONTROL", KIND_VM, reinject_control},
    {"KVM_REGISTER_COALESCED_MMIO", KIND_VM, coalesced_mmio},
    {"KVM_UNREGISTER_COALESCED_MMIO", KIND_VM, coalesced_mmio},
    {0},
};
