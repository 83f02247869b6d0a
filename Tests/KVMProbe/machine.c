/* Questions about a VM's interrupt controllers, eventfds, clock and capabilities. */
#include "probe.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int file;

/* Newer than the headers of some hosts. */
enum { APIC_BUS_CYCLES_NS = 237 };

static void enable(int descriptor, const char *name, uint32_t number, uint64_t argument) {
  struct kvm_enable_cap capability = {.cap = number, .args = {argument}};
  char text[80];
  snprintf(text, sizeof text, "ENABLE_CAP %s 0x%llx", name, (unsigned long long)argument);
  tell(text, ask(descriptor, KVM_ENABLE_CAP, &capability));
}

static void ask_capabilities(int kvm) {
  int vm = (int)ask(kvm, KVM_CREATE_VM, 0);
  enable(vm, "unknown", 9999, 0);
  enable(vm, "of a vCPU", 123, 0);
  enable(vm, "X2APIC_API", KVM_CAP_X2APIC_API, 3);
  enable(vm, "X2APIC_API", KVM_CAP_X2APIC_API, 1u << 30);
  enable(vm, "HALT_POLL", KVM_CAP_HALT_POLL, 5);
  enable(vm, "DISABLE_EXITS", KVM_CAP_X86_DISABLE_EXITS, 1u << 30);
  enable(vm, "USER_SPACE_MSR", KVM_CAP_X86_USER_SPACE_MSR, 1);
  enable(vm, "USER_SPACE_MSR", KVM_CAP_X86_USER_SPACE_MSR, 0x100);
  enable(vm, "EXCEPTION_PAYLOAD", KVM_CAP_EXCEPTION_PAYLOAD, 1);
  enable(vm, "EXIT_HYPERCALL", KVM_CAP_EXIT_HYPERCALL, 1 << 12);
  enable(vm, "EXIT_HYPERCALL", KVM_CAP_EXIT_HYPERCALL, 1);
  enable(vm, "MANUAL_DIRTY_LOG_PROTECT2", KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, 3);
  enable(vm, "MANUAL_DIRTY_LOG_PROTECT2", KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, 4);
  enable(vm, "SPLIT_IRQCHIP", KVM_CAP_SPLIT_IRQCHIP, 4097);
  enable(vm, "EXIT_ON_EMULATION_FAILURE", KVM_CAP_EXIT_ON_EMULATION_FAILURE, 2);
  enable(vm, "BUS_LOCK_EXIT off and on", KVM_CAP_X86_BUS_LOCK_EXIT, 3);
  enable(vm, "MAX_VCPU_ID of none", KVM_CAP_MAX_VCPU_ID, 0);
  enable(vm, "APIC_BUS_CYCLES_NS without a local APIC", APIC_BUS_CYCLES_NS, 40);
  enable(vm, "APIC_BUS_CYCLES_NS", APIC_BUS_CYCLES_NS, 0);
  enable(vm, "APIC_BUS_CYCLES_NS", APIC_BUS_CYCLES_NS, 1u << 25);
  enable(vm, "APIC_BUS_CYCLES_NS", APIC_BUS_CYCLES_NS, (1u << 25) + 1);
  enable(vm, "SPLIT_IRQCHIP", KVM_CAP_SPLIT_IRQCHIP, 4096);
  enable(vm, "SPLIT_IRQCHIP again", KVM_CAP_SPLIT_IRQCHIP, 24);
  tell("CREATE_IRQCHIP after split", ask(vm, KVM_CREATE_IRQCHIP, 0));
  int vcpu = (int)ask(vm, KVM_CREATE_VCPU, 0);
  enable(vm, "SPLIT_IRQCHIP after vCPU", KVM_CAP_SPLIT_IRQCHIP, 24);
  enable(vm, "MAX_VCPU_ID after vCPU", KVM_CAP_MAX_VCPU_ID, 8);
  enable(vm, "PMU_CAPABILITY after vCPU", KVM_CAP_PMU_CAPABILITY, 1);
  enable(vm, "APIC_BUS_CYCLES_NS after vCPU", APIC_BUS_CYCLES_NS, 40);
  enable(vcpu, "unknown, on a vCPU", 9999, 0);
  tell("SET_BOOT_CPU_ID after vCPU", ask(vm, KVM_SET_BOOT_CPU_ID, (void *)1));
  close(vcpu);
  close(vm);
  vm = (int)ask(kvm, KVM_CREATE_VM, 0);
  vcpu = (int)ask(vm, KVM_CREATE_VCPU, 0);
  enable(vm, "SPLIT_IRQCHIP late", KVM_CAP_SPLIT_IRQCHIP, 24);
  close(vcpu);
  close(vm);
}

/* The vCPU that starts the guest need not be the first. */
static void ask_boot_cpu(int kvm) {
  struct kvm_mp_state state;
  int vm = (int)ask(kvm, KVM_CREATE_VM, 0), vcpus[2];
  tell("SET_BOOT_CPU_ID too high", ask(vm, KVM_SET_BOOT_CPU_ID, (void *)100000));
  tell("SET_BOOT_CPU_ID", ask(vm, KVM_SET_BOOT_CPU_ID, (void *)1));
  ask(vm, KVM_CREATE_IRQCHIP, 0);
  for (long id = 0; id < 2; id++) {
    vcpus[id] = (int)ask(vm, KVM_CREATE_VCPU, (void *)id);
    tell("GET_MP_STATE", ask(vcpus[id], KVM_GET_MP_STATE, &state));
    printf("vCPU %ld starts in state %u\n", id, state.mp_state);
  }
  close(vcpus[0]);
  close(vcpus[1]);
  close(vm);
}

static void doorbell(int vm, const char *question, uint64_t address, uint32_t length,
                     uint32_t flags, uint64_t match) {
  struct kvm_ioeventfd wanted = {match, address, length, file, flags, {0}};
  char text[80];
  snprintf(text, sizeof text, "IOEVENTFD %s", question);
  tell(text, ask(vm, KVM_IOEVENTFD, &wanted));
}

static void ask_eventfds(int vm) {
  struct kvm_irqfd irqfd = {.fd = file, .gsi = 3};
  tell("IRQFD", ask(vm, KVM_IRQFD, &irqfd));
  irqfd.flags = KVM_IRQFD_FLAG_DEASSIGN;
  tell("IRQFD deassign", ask(vm, KVM_IRQFD, &irqfd));
  irqfd.flags = 0x80;
  tell("IRQFD unknown flags", ask(vm, KVM_IRQFD, &irqfd));
  irqfd = (struct kvm_irqfd){.fd = 1, .gsi = 3};
  tell("IRQFD of another file", ask(vm, KVM_IRQFD, &irqfd));
  irqfd = (struct kvm_irqfd){.fd = file, .gsi = 3, .flags = KVM_IRQFD_FLAG_RESAMPLE, .resamplefd = 999};
  tell("IRQFD without resample file", ask(vm, KVM_IRQFD, &irqfd));
  irqfd = (struct kvm_irqfd){.fd = 999, .gsi = 3};
  tell("IRQFD no file", ask(vm, KVM_IRQFD, &irqfd));
  doorbell(vm, "assign", 0x1000, 4, 0, 0);
  doorbell(vm, "assign twice", 0x1000, 4, 0, 0);
  doorbell(vm, "other length", 0x1000, 2, 0, 0);
  doorbell(vm, "match beside any", 0x1000, 4, KVM_IOEVENTFD_FLAG_DATAMATCH, 1);
  doorbell(vm, "port", 0x1000, 4, KVM_IOEVENTFD_FLAG_PIO, 0);
  doorbell(vm, "length 3", 0x2000, 3, 0, 0);
  doorbell(vm, "any length", 0x3000, 0, 0, 0);
  doorbell(vm, "any length with match", 0x4000, 0, KVM_IOEVENTFD_FLAG_DATAMATCH, 0);
  doorbell(vm, "unknown flags", 0x5000, 4, 0x100, 0);
  doorbell(vm, "wraps", ~0ull, 4, 0, 0);
  doorbell(vm, "deassign", 0x1000, 4, KVM_IOEVENTFD_FLAG_DEASSIGN, 0);
  doorbell(vm, "deassign twice", 0x1000, 4, KVM_IOEVENTFD_FLAG_DEASSIGN, 0);
}

static void ask_timers(int vm) {
  struct kvm_pit_config config = {0};
  struct kvm_pit_state2 pit = {0};
  struct kvm_clock_data clock = {0};
  tell("CREATE_PIT2 bad address", ask(vm, KVM_CREATE_PIT2, (void *)8));
  tell("GET_PIT2 before", ask(vm, KVM_GET_PIT2, &pit));
  tell("CREATE_PIT2", ask(vm, KVM_CREATE_PIT2, &config));
  tell("CREATE_PIT2 twice", ask(vm, KVM_CREATE_PIT2, &config));
  tell("GET_PIT2", ask(vm, KVM_GET_PIT2, &pit));
  tell("SET_PIT2", ask(vm, KVM_SET_PIT2, &pit));
  tell("GET_CLOCK", ask(vm, KVM_GET_CLOCK, &clock));
  clock = (struct kvm_clock_data){.clock = 1000};
  tell("SET_CLOCK", ask(vm, KVM_SET_CLOCK, &clock));
  tell("GET_CLOCK", ask(vm, KVM_GET_CLOCK, &clock));
  printf("the clock is near what was set: %d\n", clock.clock < 10000000000ull);
  clock.flags = 0x100;
  tell("SET_CLOCK unknown flags", ask(vm, KVM_SET_CLOCK, &clock));
}

static void route(int vm, const char *question, struct kvm_irq_routing_entry entry) {
  struct { struct kvm_irq_routing head; struct kvm_irq_routing_entry entry; } routing = {{.nr = 1}, entry};
  char text[80];
  snprintf(text, sizeof text, "SET_GSI_ROUTING %s", question);
  tell(text, ask(vm, KVM_SET_GSI_ROUTING, &routing));
}

static void ask_routes(int vm) {
  route(vm, "to a pin", (struct kvm_irq_routing_entry){.type = 1, .u.irqchip = {2, 23}});
  route(vm, "to no pin", (struct kvm_irq_routing_entry){.type = 1, .u.irqchip = {0, 8}});
  route(vm, "to no chip", (struct kvm_irq_routing_entry){.type = 1, .u.irqchip = {7, 0}});
  route(vm, "of no type", (struct kvm_irq_routing_entry){.type = 9});
  route(vm, "of no interrupt", (struct kvm_irq_routing_entry){.type = 1, .gsi = 5000});
  route(vm, "with flags", (struct kvm_irq_routing_entry){.type = 1, .flags = 8});
  tell("SET_GSI_ROUTING bad address", ask(vm, KVM_SET_GSI_ROUTING, (void *)8));
}

static void ask_chips(int vm) {
  struct kvm_irqchip chip = {.chip_id = 0};
  uint32_t level[2] = {5, 1};
  struct kvm_msi msi = {.address_lo = 0xfee00000};
  static struct { struct kvm_irq_routing head; struct kvm_irq_routing_entry entry[2]; } routing;
  uint32_t routes = 4097;
  tell("GET_IRQCHIP before", ask(vm, KVM_GET_IRQCHIP, &chip));
  tell("IRQ_LINE before", ask(vm, KVM_IRQ_LINE, level));
  tell("SIGNAL_MSI before", ask(vm, KVM_SIGNAL_MSI, &msi));
  tell("IRQFD before", ask(vm, KVM_IRQFD, &(struct kvm_irqfd){.fd = (uint32_t)file}));
  tell("CREATE_PIT2 before", ask(vm, KVM_CREATE_PIT2, &(struct kvm_pit_config){0}));
  tell("CREATE_IRQCHIP", ask(vm, KVM_CREATE_IRQCHIP, 0));
  tell("CREATE_IRQCHIP twice", ask(vm, KVM_CREATE_IRQCHIP, 0));
  for (uint32_t id = 0; id < 4; id++) {
    memset(&chip, 0, sizeof chip);
    chip.chip_id = id;
    tell("GET_IRQCHIP", ask(vm, KVM_GET_IRQCHIP, &chip));
    tell_words("irqchip", &chip, sizeof chip);
  }
  tell("IRQ_LINE", ask(vm, KVM_IRQ_LINE, level));
  tell("IRQ_LINE_STATUS", ask(vm, KVM_IRQ_LINE_STATUS, level));
  ask_routes(vm);
  tell("SIGNAL_MSI to nobody", ask(vm, KVM_SIGNAL_MSI, &msi));
  msi.flags = 4;
  tell("SIGNAL_MSI flags", ask(vm, KVM_SIGNAL_MSI, &msi));
  tell("SIGNAL_MSI bad address", ask(vm, KVM_SIGNAL_MSI, (void *)8));
  tell("SET_GSI_ROUTING none", ask(vm, KVM_SET_GSI_ROUTING, &routing));
  tell("SET_GSI_ROUTING too many", ask(vm, KVM_SET_GSI_ROUTING, (uint32_t[2]){routes, 0}));
  tell("SET_GSI_ROUTING flags", ask(vm, KVM_SET_GSI_ROUTING, (uint32_t[2]){0, 1}));
}

static void filter(int vm, const char *question, struct kvm_msr_filter filter) {
  char text[80];
  snprintf(text, sizeof text, "X86_SET_MSR_FILTER %s", question);
  tell(text, ask(vm, KVM_X86_SET_MSR_FILTER, &filter));
}

static void ask_filters(int vm) {
  static __u8 bitmap[0x600];
  filter(vm, "unknown flags", (struct kvm_msr_filter){.flags = 2});
  filter(vm, "of nothing", (struct kvm_msr_filter){.flags = 1});
  filter(vm, "of a range", (struct kvm_msr_filter){.ranges[0] = {.flags = 3, .nmsrs = 64, .bitmap = bitmap}});
  filter(vm, "of no access", (struct kvm_msr_filter){.ranges[0] = {.flags = 0, .nmsrs = 64, .bitmap = bitmap}});
  filter(vm, "without bitmap", (struct kvm_msr_filter){.ranges[0] = {.flags = 1, .nmsrs = 64, .bitmap = (void *)8}});
  filter(vm, "too long", (struct kvm_msr_filter){.ranges[0] = {.flags = 1, .nmsrs = 0x3001, .bitmap = bitmap}});
}

static void ask_places(int vm) {
  uint64_t address = 0xfeffc000;
  struct kvm_coalesced_mmio_zone zone = {.addr = 0xa0000, .size = 0x1000};
  tell("SET_TSS_ADDR", ask(vm, KVM_SET_TSS_ADDR, (void *)0xfeffd000));
  tell("SET_TSS_ADDR highest", ask(vm, KVM_SET_TSS_ADDR, (void *)0xffffd000));
  tell("SET_TSS_ADDR above it", ask(vm, KVM_SET_TSS_ADDR, (void *)0xffffd001));
  tell("SET_TSS_ADDR too high", ask(vm, KVM_SET_TSS_ADDR, (void *)0xfffff000));
  tell("SET_IDENTITY_MAP_ADDR", ask(vm, KVM_SET_IDENTITY_MAP_ADDR, &address));
  tell("coalesce", ask(vm, KVM_REGISTER_COALESCED_MMIO, &zone));
  tell("coalesce no more", ask(vm, KVM_UNREGISTER_COALESCED_MMIO, &zone));
  zone.pio = 5;
  tell("coalesce what", ask(vm, KVM_REGISTER_COALESCED_MMIO, &zone));
  tell("unknown call on a VM", ask(vm, _IO(KVMIO, 0xfe), 0));
  tell("call of a vCPU on a VM", ask(vm, KVM_GET_REGS, &zone));
  tell("call of /dev/kvm on a VM", ask(vm, KVM_CREATE_VM, 0));
}

void ask_machine(int kvm) {
  int vm = (int)ask(kvm, KVM_CREATE_VM, 0);
  file = eventfd(0, 0);
  ask_places(vm);
  ask_filters(vm);
  ask_chips(vm);
  ask_eventfds(vm);
  ask_timers(vm);
  uint64_t address = 0xfeffc000;
  int vcpu = (int)ask(vm, KVM_CREATE_VCPU, 0);
  tell("SET_IDENTITY_MAP_ADDR after vCPU", ask(vm, KVM_SET_IDENTITY_MAP_ADDR, &address));
  tell("SET_IDENTITY_MAP_ADDR after vCPU, bad address", ask(vm, KVM_SET_IDENTITY_MAP_ADDR, (void *)8));
  close(vcpu);
  close(vm);
  vm = (int)ask(kvm, KVM_CREATE_VM, 0);
  vcpu = (int)ask(vm, KVM_CREATE_VCPU, 0);
  tell("CREATE_IRQCHIP after vCPU", ask(vm, KVM_CREATE_IRQCHIP, 0));
  close(vcpu);
  close(vm);
  ask_capabilities(kvm);
  ask_boot_cpu(kvm);
}
