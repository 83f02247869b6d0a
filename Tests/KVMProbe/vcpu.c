/* Questions about vCPUs: what they start with, what they keep, what they refuse. */
#define _GNU_SOURCE
#include "probe.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell_set(int vcpu, const char *name, unsigned long request, void *room, size_t size) {
  char text[80];
  memset(room, 0, size);
  snprintf(text, sizeof text, "GET_%s", name);
  tell(text, ask(vcpu, request, room));
  tell_words(name, room, size);
}

static union {
  struct kvm_regs regs;
  struct kvm_sregs sregs;
  struct kvm_sregs2 sregs2;
  struct kvm_fpu fpu;
  struct kvm_xcrs xcrs;
  struct kvm_xsave xsave;
  struct kvm_debugregs debugregs;
  struct kvm_vcpu_events events;
  struct kvm_lapic_state lapic;
  struct kvm_mp_state state;
} room;

#define TELL_SET(vcpu, NAME, member) tell_set(vcpu, #NAME, KVM_GET_##NAME, &room, sizeof room.member);

static void tell_all(int vcpu) {
  TELL_SET(vcpu, REGS, regs)
  TELL_SET(vcpu, SREGS, sregs)
  TELL_SET(vcpu, SREGS2, sregs2)
  TELL_SET(vcpu, FPU, fpu)
  TELL_SET(vcpu, XCRS, xcrs)
  TELL_SET(vcpu, XSAVE, xsave)
  TELL_SET(vcpu, DEBUGREGS, debugregs)
  TELL_SET(vcpu, VCPU_EVENTS, events)
  TELL_SET(vcpu, LAPIC, lapic)
  TELL_SET(vcpu, MP_STATE, state)
}

/* A component is taken only where XSTATE_BV names it. */
static void ask_xsave(int vcpu) {
  static struct kvm_xsave area;
  area.region[0] = 0x27f;
  area.region[6] = 0x1f00;
  area.region[8] = 0x1234;
  area.region[40] = 0x5678;
  tell("SET_XSAVE nothing in use", ask(vcpu, KVM_SET_XSAVE, &area));
  TELL_SET(vcpu, XSAVE, xsave)
  TELL_SET(vcpu, FPU, fpu)
  area.region[128] = 2;
  tell("SET_XSAVE SSE", ask(vcpu, KVM_SET_XSAVE, &area));
  TELL_SET(vcpu, XSAVE, xsave)
  TELL_SET(vcpu, FPU, fpu)
  area.region[128] = 3;
  tell("SET_XSAVE x87 and SSE", ask(vcpu, KVM_SET_XSAVE, &area));
  TELL_SET(vcpu, XSAVE, xsave)
  area.region[128] = 0;
  tell("SET_XSAVE nothing in use again", ask(vcpu, KVM_SET_XSAVE, &area));
  TELL_SET(vcpu, XSAVE, xsave)
  TELL_SET(vcpu, FPU, fpu)
  area.region[129] = 0x80000000;
  tell("SET_XSAVE unknown component", ask(vcpu, KVM_SET_XSAVE, &area));
  area.region[129] = 0;
  area.region[128] = 1;
  area.region[6] = 0xffff0000;
  tell("SET_XSAVE bad MXCSR", ask(vcpu, KVM_SET_XSAVE, &area));
  area.region[6] = 0x1f80;
  area.region[131] = 0x80000000;
  tell("SET_XSAVE compacted", ask(vcpu, KVM_SET_XSAVE, &area));
  room.fpu = (struct kvm_fpu){.fcw = 0x37f, .mxcsr = 0x1f80, .xmm = {{7}}};
  tell("SET_FPU", ask(vcpu, KVM_SET_FPU, &room));
  TELL_SET(vcpu, FPU, fpu)
}

static void mode(int vcpu, const char *question, uint64_t cr0, uint64_t cr4, uint64_t efer) {
  char text[80];
  ask(vcpu, KVM_GET_SREGS, &room);
  room.sregs.cr0 = cr0, room.sregs.cr4 = cr4, room.sregs.efer = efer;
  snprintf(text, sizeof text, "SET_SREGS %s", question);
  tell(text, ask(vcpu, KVM_SET_SREGS, &room));
}

/* Modes that no processor has. */
static void ask_modes(int vcpu) {
  struct kvm_sregs before;
  ask(vcpu, KVM_GET_SREGS, &before);
  mode(vcpu, "CR0 of 33 bits", 1ull << 33, 0, 0);
  mode(vcpu, "paging without protection", 0x80000010, 0, 0);
  mode(vcpu, "write-through with cache", 0x20000010, 0, 0);
  mode(vcpu, "long mode without PAE", 0x80000011, 0, 0x500);
  mode(vcpu, "long mode without LMA", 0x80000011, 0x20, 0x100);
  mode(vcpu, "LMA without long mode", 0x11, 0, 0x400);
  tell("SET_SREGS as before", ask(vcpu, KVM_SET_SREGS, &before));
}

static void ask_registers(int vcpu) {
  room.regs = (struct kvm_regs){.rax = 1, .r15 = 2, .rip = 0x1000, .rflags = 2};
  tell("SET_REGS", ask(vcpu, KVM_SET_REGS, &room));
  TELL_SET(vcpu, REGS, regs)
  ask(vcpu, KVM_GET_SREGS, &room);
  room.sregs.cr0 = 0x60000011;
  room.sregs.cr2 = 0xabc;
  room.sregs.cs.base = 0x800000;
  tell("SET_SREGS", ask(vcpu, KVM_SET_SREGS, &room));
  TELL_SET(vcpu, SREGS2, sregs2)
  room.sregs2.cr4 = 0x200;
  room.sregs2.gs.selector = 5;
  tell("SET_SREGS2", ask(vcpu, KVM_SET_SREGS2, &room));
  TELL_SET(vcpu, SREGS, sregs)
  ask_modes(vcpu);
  room.regs = (struct kvm_regs){.rflags = 0};
  tell("SET_REGS no flags", ask(vcpu, KVM_SET_REGS, &room));
  TELL_SET(vcpu, REGS, regs)
  room.debugregs = (struct kvm_debugregs){.db = {1, 2, 3, 4}, .dr6 = 0xffff0ff0, .dr7 = 0x400};
  tell("SET_DEBUGREGS", ask(vcpu, KVM_SET_DEBUGREGS, &room));
  TELL_SET(vcpu, DEBUGREGS, debugregs)
  room.debugregs.dr7 = 1ull << 40;
  tell("SET_DEBUGREGS reserved", ask(vcpu, KVM_SET_DEBUGREGS, &room));
  room.xcrs = (struct kvm_xcrs){.nr_xcrs = 1, .xcrs = {{.value = 2}}};
  tell("SET_XCRS without x87", ask(vcpu, KVM_SET_XCRS, &room));
  room.xcrs.xcrs[0].value = 1ull << 40;
  tell("SET_XCRS unknown", ask(vcpu, KVM_SET_XCRS, &room));
  room.xcrs.nr_xcrs = 17;
  tell("SET_XCRS too many", ask(vcpu, KVM_SET_XCRS, &room));
  ask(vcpu, KVM_GET_VCPU_EVENTS, &room);
  room.events.flags = 0x80;
  tell("SET_VCPU_EVENTS unknown flags", ask(vcpu, KVM_SET_VCPU_EVENTS, &room));
  room.events.flags = 0;
  room.events.exception.injected = 1;
  room.events.exception.nr = 32;
  tell("SET_VCPU_EVENTS no such exception", ask(vcpu, KVM_SET_VCPU_EVENTS, &room));
  room.events.exception.nr = 2;
  tell("SET_VCPU_EVENTS NMI as an exception", ask(vcpu, KVM_SET_VCPU_EVENTS, &room));
  tell("GET_REGS bad address", ask(vcpu, KVM_GET_REGS, (void *)8));
  tell("SET_REGS bad address", ask(vcpu, KVM_SET_REGS, (void *)8));
}

static void ask_states(int vcpu, const char *when) {
  for (uint32_t state = 0; state < 12; state++) {
    char text[80];
    room.state.mp_state = state;
    snprintf(text, sizeof text, "SET_MP_STATE %u %s", state, when);
    tell(text, ask(vcpu, KVM_SET_MP_STATE, &room));
    ask(vcpu, KVM_GET_MP_STATE, &room);
    printf("is then %u\n", room.state.mp_state);
  }
  room.state.mp_state = 0;
  ask(vcpu, KVM_SET_MP_STATE, &room);
}

/* Reads an MSR, writes it back, and says what came of it: which ones a vCPU knows. */
static void ask_msr(int vcpu, uint32_t index) {
  struct { struct kvm_msrs head; struct kvm_msr_entry entry; } one = {{.nmsrs = 1}, {.index = index}};
  long got = ask(vcpu, KVM_GET_MSRS, &one);
  uint64_t value = one.entry.data;
  long set = ask(vcpu, KVM_SET_MSRS, &one);
  if (got || set)
    printf("MSR 0x%x: get %ld 0x%llx set %ld\n", index, got,
           index == 0x10 ? 0 : (unsigned long long)value, set);
}

static void ask_msrs(int vcpu) {
  static struct { struct kvm_msrs head; struct kvm_msr_entry entries[300]; } many;
  const struct { uint32_t first, last; } spans[] = {
      {0, 0x3f}, {0x48, 0x49}, {0x79, 0xff}, {0x10a, 0x10b}, {0x11e, 0x11f},
      {0x140, 0x141}, {0x174, 0x1ff}, {0x200, 0x2ff}, {0x300, 0x440}, {0x480, 0x4ff},
      {0x550, 0x5ff}, {0x600, 0x6ff}, {0x800, 0x83f},
      {0xc0000080, 0xc0000102}, {0xc0010000, 0xc0010070}, {0xc0010110, 0xc0010150},
      {0xc0010200, 0xc001020f}, {0xc0011000, 0xc0011040}, {0x4b564d00, 0x4b564d0f}};
  for (unsigned span = 0; span < sizeof spans / sizeof *spans; span++)
    for (uint64_t at = spans[span].first; at <= spans[span].last; at++) ask_msr(vcpu, (uint32_t)at);
  many.head.nmsrs = 3;
  many.entries[0].index = 0x277;
  many.entries[1].index = 0x12345;
  many.entries[2].index = 0x277;
  tell("GET_MSRS second unknown", ask(vcpu, KVM_GET_MSRS, &many));
  tell("SET_MSRS second unknown", ask(vcpu, KVM_SET_MSRS, &many));
  many.head.nmsrs = 0;
  tell("GET_MSRS none", ask(vcpu, KVM_GET_MSRS, &many));
  many.head.nmsrs = 256;
  tell("GET_MSRS too many", ask(vcpu, KVM_GET_MSRS, &many));
}

static void ask_machine_checks(int vcpu) {
  uint64_t capability = 0x100000a;
  tell("X86_SETUP_MCE", ask(vcpu, KVM_X86_SETUP_MCE, &capability));
  ask_msr(vcpu, 0x179);
  for (uint32_t at = 0x400; at < 0x430; at++) ask_msr(vcpu, at);
  capability = 0x1000000;
  tell("X86_SETUP_MCE no banks", ask(vcpu, KVM_X86_SETUP_MCE, &capability));
  capability = 1ull << 50 | 5;
  tell("X86_SETUP_MCE unknown", ask(vcpu, KVM_X86_SETUP_MCE, &capability));
}

/* The sizes that leaf 0xD gives follow XCR0. What else a kernel changes is its own affair. */
static void tell_sizes(const struct kvm_cpuid_entry2 *entries, unsigned count) {
  for (unsigned i = 0; i < count; i++)
    if (entries[i].function == 0xd && entries[i].index == 0)
      printf("XSAVE area: %x of %x\n", entries[i].ebx, entries[i].ecx);
}

/* Gives the vCPU the CPUID that the kernel supports, and looks what it made of it. */
static void ask_cpuid(int kvm, int vcpu) {
  static struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[300]; } list;
  list.head.nent = 256;
  ask(kvm, KVM_GET_SUPPORTED_CPUID, &list);
  tell("SET_CPUID2", ask(vcpu, KVM_SET_CPUID2, &list));
  unsigned count = list.head.nent;
  list.head.nent = 1;
  tell("GET_CPUID2 no room", ask(vcpu, KVM_GET_CPUID2, &list));
  printf("GET_CPUID2 nent %u\n", list.head.nent);
  list.head.nent = 256;
  tell("GET_CPUID2", ask(vcpu, KVM_GET_CPUID2, &list));
  printf("GET_CPUID2 all given: %d\n", list.head.nent == count);
  tell_sizes(list.entries, list.head.nent);
  list.head.nent = 257;
  tell("SET_CPUID2 too many", ask(vcpu, KVM_SET_CPUID2, &list));
  room.xcrs = (struct kvm_xcrs){.nr_xcrs = 1, .xcrs = {{.value = 7}}};
  tell("SET_XCRS AVX", ask(vcpu, KVM_SET_XCRS, &room));
  list.head.nent = 256;
  ask(vcpu, KVM_GET_CPUID2, &list);
  tell_sizes(list.entries, list.head.nent);
}

static void ask_run(int vcpu) {
  struct kvm_run *run = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
  printf("kvm_run is mapped: %d\n", run != MAP_FAILED);
  if (run == MAP_FAILED) return;
  run->immediate_exit = 1;
  tell("RUN argument", ask(vcpu, KVM_RUN, (void *)1));
  tell("RUN immediate exit", ask(vcpu, KVM_RUN, 0));
  munmap(run, 3 * 4096);
}

static void ask_calls(int vcpu) {
  uint64_t address = 0, nowhere = 1ull << 40;
  uint32_t vector = 256;
  tell("SET_VAPIC_ADDR nowhere", ask(vcpu, KVM_SET_VAPIC_ADDR, &nowhere));
  tell("SET_GUEST_DEBUG bad address", ask(vcpu, KVM_SET_GUEST_DEBUG, (void *)8));
  tell("KVMCLOCK_CTRL", ask(vcpu, KVM_KVMCLOCK_CTRL, 0));
  tell("SET_VAPIC_ADDR", ask(vcpu, KVM_SET_VAPIC_ADDR, &address));
  tell("INTERRUPT 256", ask(vcpu, KVM_INTERRUPT, &vector));
  tell("unknown call on a vCPU", ask(vcpu, _IO(KVMIO, 0xfe), 0));
  tell("call of a VM on a vCPU", ask(vcpu, KVM_CREATE_VCPU, (void *)3));
  tell("not a KVM call on a vCPU", ask(vcpu, _IO('x', 1), 0));
}

static void ask_ids(int vm) {
  tell("CREATE_VCPU 0 twice", ask(vm, KVM_CREATE_VCPU, 0));
  tell("CREATE_VCPU 65535", ask(vm, KVM_CREATE_VCPU, (void *)65535));
  tell("CREATE_VCPU -1", ask(vm, KVM_CREATE_VCPU, (void *)-1L));
}

/* The number of a closed descriptor is the next file's, which is no VM. */
static void ask_reuse(int kvm) {
  int vm = (int)ask(kvm, KVM_CREATE_VM, 0), vcpu = (int)ask(vm, KVM_CREATE_VCPU, 0);
  close(vm);
  int file = memfd_create("file", 0);
  printf("the number is used again: %d\n", file == vm);
  tell("call of a VM on the file", ask(file, KVM_CHECK_EXTENSION, 0));
  tell("the vCPU of a VM whose descriptor is closed", ask(vcpu, KVM_GET_MP_STATE, &room));
  close(vcpu);
  close(file);
}

/* A child of fork has the device, and no VM of its parent. */
static void ask_child(int kvm) {
  int vm = (int)ask(kvm, KVM_CREATE_VM, 0), vcpu = (int)ask(vm, KVM_CREATE_VCPU, 0);
  fflush(stdout);
  pid_t child = fork();
  if (!child) {
    tell("API_VERSION in a child", ask(kvm, KVM_GET_API_VERSION, 0));
    tell("the parent's VM", ask(vm, KVM_CHECK_EXTENSION, 0));
    tell("the parent's vCPU", ask(vcpu, KVM_GET_MP_STATE, &room));
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  tell("the VM afterwards", ask(vm, KVM_CHECK_EXTENSION, 0));
  close(vcpu);
  close(vm);
}

void ask_vcpu(int kvm) {
  ask_reuse(kvm);
  ask_child(kvm);
  int vm = (int)ask(kvm, KVM_CREATE_VM, 0), vcpu = (int)ask(vm, KVM_CREATE_VCPU, 0);
  printf("without an interrupt controller\n");
  tell_all(vcpu);
  ask_states(vcpu, "without a local APIC");
  ask_calls(vcpu);
  ask_ids(vm);
  close(vcpu);
  close(vm);
  printf("with one\n");
  vm = (int)ask(kvm, KVM_CREATE_VM, 0);
  ask(vm, KVM_CREATE_IRQCHIP, 0);
  vcpu = (int)ask(vm, KVM_CREATE_VCPU, 0);
  int second = (int)ask(vm, KVM_CREATE_VCPU, (void *)1);
  tell_all(vcpu);
  tell_all(second);
  ask_states(second, "with a local APIC");
  ask_calls(vcpu);
  ask_registers(vcpu);
  ask_xsave(second);
  ask_msrs(second);
  ask_machine_checks(second);
  ask_cpuid(kvm, second);
  ask_run(vcpu);
  close(second);
  close(vcpu);
  close(vm);
}
