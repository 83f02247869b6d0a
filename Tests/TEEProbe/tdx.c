/* Sequences of arch/x86/kvm/vmx/tdx.c (6.16 to 7.2). */
#include "probe.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { CAPABILITIES, INIT_VM, INIT_VCPU, INIT_MEM_REGION, FINALIZE_VM, GET_CPUID, NEXT };
enum { MEASURE = 1, PRIVATE = 8, GUEST_MEMFD_FLAG = 4, PAGES = 8 };

struct cpuid { uint32_t function, index, flags, eax, ebx, ecx, edx, padding[3]; };
struct capabilities { uint64_t attributes, xfam, rest[254]; uint32_t count, padding; struct cpuid entries[8]; };
struct init { uint64_t attributes, xfam, identities[18], reserved[12]; uint32_t count, padding; struct cpuid entries[3]; };
struct region { void *source; uint64_t address, count; };
struct list { uint32_t count, padding; struct cpuid entries[16]; };
struct command { uint32_t id, flags; void *data; uint64_t error; };

static uint32_t flags;
static uint64_t error_before;

/* The status of a step is the part of hw_error that names the TDX module's refusal. */
static long ask_on(int descriptor, const struct step *step, unsigned *status) {
  struct command command = {step->command, flags, step->data, error_before};
  long answer = ask(descriptor, ENCRYPT_OP, &command);
  *status = error_before ? 0 : (unsigned)(command.error >> 32);
  return answer;
}

static long ask_tdx(const struct step *step, unsigned *status) {
  int on_vcpu = step->command == INIT_VCPU || step->command == INIT_MEM_REGION ||
                step->command == GET_CPUID;
  return ask_on(on_vcpu ? vcpu : vm, step, status);
}

static long set_flags(void) { return flags = 2, 0; }
static long set_measure(void) { return flags = MEASURE, 0; }
static long clear_flags(void) { return flags = 0; }
static long set_error(void) { return error_before = 1, 0; }
static long clear_error(void) { return error_before = 0, 0; }

static struct capabilities offered;
static long room_for_two(void) { return offered.count = 2, 0; }
static long room_for_one(void) { return offered.count = 1, 0; }
static long as_offered(void) {
  return offered.attributes == 1 << 28 && offered.xfam == 7 && offered.count == 2 ? 0 : -1;
}

static struct list list = {.count = 1};
static long wanted_four(void) { return list.count == 4 ? 0 : -(long)list.count; }

static struct cpuid x2apic[2] = {{.function = 1, .ecx = 1 << 21}};
static long give_cpuid(void) {
  static struct list given = {.count = 1};
  given.entries[0] = x2apic[0];
  return ask(vcpu, SET_CPUID2, &given);
}
static long set_apic_base(void) {
  struct { uint32_t count, pad; struct { uint32_t index, r; uint64_t value; } one; } msrs = {1, 0, {0x1b, 0, 0xfee00d00}};
  return ask(vcpu, SET_MSRS, &msrs) == 0 ? 0 : -1;
}

static long create_irqchip(void) { return ask(vm, CREATE_IRQCHIP, NULL); }
static long split_irqchip(void) {
  enum { KVM_CAP_SPLIT_IRQCHIP = 121 };
  struct { uint32_t number, flags; uint64_t arguments[4]; uint8_t pad[64]; } capability = {
      KVM_CAP_SPLIT_IRQCHIP, 0, {24}, {0}};
  return ask(vm, ENABLE_CAP, &capability);
}
static long get_apic(void) {
  static uint8_t registers[1024];
  return ask(vcpu, GET_LAPIC, registers);
}
static long set_frequency(void) { return ask(vcpu, SET_TSC_KHZ, (void *)2000000); }

static int guest_memfd;
static long add_memory(void) {
  struct { uint64_t size, flags, reserved[6]; } make = {.size = PAGES * PAGE};
  guest_memfd = (int)ask(vm, CREATE_GUEST_MEMFD, &make);
  struct { uint32_t slot, flags; uint64_t gpa, size; void *host; uint64_t offset; int fd; uint32_t p; uint64_t q[14]; }
      region = {0, GUEST_MEMFD_FLAG, 0, PAGES * PAGE, memory, 0, guest_memfd, 0, {0}};
  return ask(vm, SET_REGION2, &region);
}
static long make_private(void) {
  struct { uint64_t address, size, attributes, flags; } attributes = {0, 4 * PAGE, PRIVATE, 0};
  return ask(vm, SET_ATTRIBUTES, &attributes);
}

static struct region two_pages = {letters, 0, 2}, beyond = {letters + 3 * PAGE, 3 * PAGE, 2};
static long region_done(void) {
  return two_pages.source == letters + 2 * PAGE && two_pages.address == 2 * PAGE && !two_pages.count ? 0 : -1;
}

static long one_page_done(void) { return beyond.address == 4 * PAGE && beyond.count == 1 ? 0 : -1; }

static long two_pages_are_kept(void) {
  return is_kept("51d9e8c86b3740a7ad0ae7873751a8a72cf4bba69232548047f240b1e0bd5898");
}
static long unmeasured_is_kept(void) {
  return is_kept("3abc94a93a42d0eee5c8dda0315f9f1343e2ba36b552ab512c435fd4989c1ac6");
}
static long one_page_is_kept(void) {
  return is_kept("ef94c126bfb6793c3b46596f7acce4a98382cac6de2f3a2a2fe24aa64710c534");
}

#define ADDRESS_BITS {.function = 0x80000008, .eax = 48 << 16}
#define GOOD .attributes = 1 << 28, .xfam = 7, .count = 1, .entries = {ADDRESS_BITS}
#define WITH(...) &(struct init){GOOD, __VA_ARGS__}

#pragma clang diagnostic ignored "-Winitializer-overrides"

static const struct step build[] = {
    {"hw_error given", .call = set_error},
    {"a command with hw_error", CAPABILITIES, &offered, EINVAL},                /* tdx_vm_ioctl */
    {"hw_error 0", .call = clear_error},
    {"a command that nobody has", NEXT, NULL, EINVAL},                          /* tdx_vm_ioctl: default */
    {"flags", .call = set_flags},
    {"capabilities with flags", CAPABILITIES, &offered, EINVAL},                /* tdx_get_capabilities */
    {"INIT_VM with flags", INIT_VM, WITH(.xfam = 7), EINVAL},                   /* tdx_td_init */
    {"no flags", .call = clear_flags},
    {"capabilities nowhere", CAPABILITIES, NULL, EFAULT},
    {"room for one leaf", .call = room_for_one},
    {"capabilities without room", CAPABILITIES, &offered, E2BIG},               /* tdx_get_capabilities */
    {"room for two", .call = room_for_two},
    {"capabilities", CAPABILITIES, &offered},
    {"as offered", .call = as_offered},
    {"an I/O APIC in the kernel", .error = ENOTTY, .call = create_irqchip},     /* KVM_CREATE_IRQCHIP: has_protected_eoi */
    {"a vCPU before INIT_VM", .error = EIO, .call = create_vcpu},               /* tdx_vcpu_create */
    {"finalize before INIT_VM", FINALIZE_VM, NULL, EINVAL},                     /* tdx_td_finalize */
    {"INIT_VM unreadably", INIT_VM, (void *)8, EFAULT},
    {"too many leaves", INIT_VM, WITH(.count = 257), E2BIG},                    /* KVM_MAX_CPUID_ENTRIES */
    {"reserved words", INIT_VM, WITH(.reserved = {1}), EINVAL},                 /* memchr_inv */
    {"padding", INIT_VM, WITH(.padding = 1), EINVAL},
    {"DEBUG", INIT_VM, WITH(.attributes = 1), EINVAL},                          /* setup_tdparams */
    {"XFAM bit 9", INIT_VM, WITH(.xfam = 0x207), EINVAL},                       /* setup_tdparams */
    {"no address bits", INIT_VM, WITH(.count = 0), EINVAL},                     /* setup_tdparams_eptp_controls */
    {"52 address bits of 57", INIT_VM,
     WITH(.entries = {{.function = 0x80000008, .eax = 57 << 16}}), EINVAL},
    {"a leaf that is not to be set", INIT_VM,
     WITH(.count = 2, .entries = {ADDRESS_BITS, {.function = 2}}), EINVAL},     /* setup_tdparams_cpuids: copy_cnt */
    {"a bit that is not to be set", INIT_VM,
     WITH(.count = 2, .entries = {ADDRESS_BITS, {.function = 1, .edx = 1}}), EINVAL, 0xc0000100},
    {"INIT_VM", INIT_VM,
     WITH(.count = 2, .entries = {ADDRESS_BITS, {.function = 1, .ecx = 1 << 21}})},
    {"INIT_VM again", INIT_VM, WITH(.xfam = 7), EINVAL},                        /* tdx_td_init: state */
    {"a vCPU without local APIC", .error = EINVAL, .call = create_vcpu},        /* tdx_vcpu_create: irqchip_split */
    {"a split interrupt controller", .call = split_irqchip},
    {"a vCPU", .call = create_vcpu},
    {"local APIC", .error = EINVAL, .call = get_apic},                          /* guest_apic_protected */
    {"TSC frequency", .error = EINVAL, .call = set_frequency},                  /* guest_tsc_protected */
    {"FPU", .error = EINVAL, .call = get_float},                                /* fpstate_is_confidential */
    {"registers", .error = EINVAL, .call = get_registers},                      /* kvm_arch_vcpu_ioctl_get_regs */
    {"APIC base", .call = set_apic_base},                                       /* tdx_set_msr: read-only */
    {"run too early", .error = EINVAL, .call = enter},                          /* tdx_vcpu_pre_run */
    {"a region before INIT_VCPU", INIT_MEM_REGION, &two_pages, EINVAL},         /* tdx_vcpu_init_mem_region */
    {"INIT_VCPU without x2APIC", INIT_VCPU, NULL, EINVAL},                      /* kvm_apic_set_base */
    {"CPUID", .call = give_cpuid},
    {"flags", .call = set_flags},
    {"INIT_VCPU with flags", INIT_VCPU, NULL, EINVAL},                          /* tdx_vcpu_init */
    {"no flags", .call = clear_flags},
    {"INIT_VCPU", INIT_VCPU, NULL},
    {"INIT_VCPU again", INIT_VCPU, NULL, EINVAL},
    {"CPUID without room", GET_CPUID, &list, E2BIG},                            /* tdx_vcpu_get_cpuid */
    {"says how many", .call = wanted_four},
    {"CPUID with room", GET_CPUID, &list},
    {"memory", .call = add_memory},
    {"a shared page", INIT_MEM_REGION, &two_pages, EINVAL},                     /* kvm_gmem_populate */
    {"private", .call = make_private},
    {"a source not aligned", INIT_MEM_REGION, &(struct region){memory + 8, 0, 1}, EINVAL},
    {"an address not aligned", INIT_MEM_REGION, &(struct region){memory, 8, 1}, EINVAL},
    {"no pages", INIT_MEM_REGION, &(struct region){memory, 0, 0}, EINVAL},
    {"the shared half", INIT_MEM_REGION, &(struct region){memory, 1ull << 47, 1}, EINVAL},   /* vt_is_tdx_private_gpa */
    {"no memory there", INIT_MEM_REGION, &(struct region){memory, 64 * PAGE, 1}, EINVAL},    /* kvm_slot_has_gmem */
    {"flags", .call = set_flags},
    {"unknown flags", INIT_MEM_REGION, &two_pages, EINVAL},
    {"measured", .call = set_measure},
    {"two pages", INIT_MEM_REGION, &two_pages},
    {"done", .call = region_done},
    {"its contents", .call = two_pages_are_kept},
    {"a page again", INIT_MEM_REGION, &(struct region){memory, 0, 1}, EIO},     /* TDH.MEM.PAGE.ADD (since 6.19) */
    {"up to a shared page", INIT_MEM_REGION, &beyond, EINVAL},                  /* kvm_gmem_populate: what was done */
    {"one page", .call = one_page_done},
    {"contents of what was done", .call = one_page_is_kept},
    {"no flags", .call = clear_flags},
    {"not measured", INIT_MEM_REGION, &(struct region){letters + 2 * PAGE, 2 * PAGE, 1}},
    {"its contents", .error = ENOENT, .call = unmeasured_is_kept},
    {"finalize", FINALIZE_VM, NULL},
    {"finalize again", FINALIZE_VM, NULL, EINVAL},                              /* tdx_td_finalize: state */
    {"a region after", INIT_MEM_REGION, &(struct region){memory, 2 * PAGE, 1}, EINVAL},   /* tdx_vcpu_ioctl */
    {"a vCPU after", .error = EIO, .call = create_vcpu},                        /* tdx_vcpu_create */
    {NULL}};

static const struct step plain[] = {
    {"a vCPU", .call = create_vcpu},
    {"INIT_VCPU of a plain VM", INIT_VCPU, NULL, EINVAL},                       /* vt_vcpu_mem_enc_ioctl */
    {NULL}};

/* tdx_guest_keyid_alloc: one KeyID, and none is left until the first VM goes. */
static void walk_keyids(void) {
  int guests[2];
  struct command command = {INIT_VM, 0, WITH(.xfam = 3), 0};
  for (int i = 0; i < 2; i++) {
    guests[i] = (int)ask(kvm, CREATE_VM, (void *)5);
    compare("KeyIDs", "one more guest", i < 1 ? 0 : -ENOSPC, ask(guests[i], ENCRYPT_OP, &command));
  }
  close(guests[0]);
  compare("KeyIDs", "after one has gone", 0, ask(guests[1], ENCRYPT_OP, &command));
  close(guests[1]);
}

void walk_tdx(void) {
  walk("TDX", 5, build, ask_tdx);
  if (guest_memfd > 0) close(guest_memfd);
  walk("no TD", 0, plain, ask_tdx);
  walk_keyids();
}
