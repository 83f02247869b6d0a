/* Questions about slots of guest memory and the dirty log. */
#include "probe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, MEGABYTE = 1 << 20 };

static uint64_t memory;

static void set(int vm, const char *question, uint32_t slot, uint32_t flags, uint64_t gpa,
                uint64_t size, uint64_t offset) {
  struct kvm_userspace_memory_region region = {slot, flags, gpa, size, memory + offset};
  char text[80];
  snprintf(text, sizeof text, "slot: %s", question);
  tell(text, ask(vm, KVM_SET_USER_MEMORY_REGION, &region));
}

static void ask_dirty_log(int vm) {
  uint64_t bitmap[8] = {~0ull};
  struct kvm_dirty_log log = {.slot = 6, .dirty_bitmap = bitmap};
  tell("dirty log of a slot that logs", ask(vm, KVM_GET_DIRTY_LOG, &log));
  tell_words("dirty log", bitmap, sizeof bitmap);
  log.slot = 0;
  tell("dirty log of a slot that does not", ask(vm, KVM_GET_DIRTY_LOG, &log));
  log.slot = 77;
  tell("dirty log of no slot", ask(vm, KVM_GET_DIRTY_LOG, &log));
  log.slot = 0xffff;
  tell("dirty log of an impossible slot", ask(vm, KVM_GET_DIRTY_LOG, &log));
}

void ask_memory(int kvm) {
  int vm = (int)ask(kvm, KVM_CREATE_VM, 0);
  memory = (uintptr_t)mmap(0, 8 * MEGABYTE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  set(vm, "first", 0, 0, 0, MEGABYTE, 0);
  set(vm, "the same again", 0, 0, 0, MEGABYTE, 0);
  set(vm, "overlap", 1, 0, MEGABYTE - PAGE, MEGABYTE, 0);
  set(vm, "beside", 1, 0, MEGABYTE, MEGABYTE, MEGABYTE);
  set(vm, "overlap in the other address space", 0x10000, 0, 0, MEGABYTE, 0);
  set(vm, "a third address space", 0x20000, 0, 0, MEGABYTE, 0);
  set(vm, "another size", 0, 0, 0, 2 * PAGE, 0);
  set(vm, "another host address", 0, 0, 0, MEGABYTE, PAGE);
  set(vm, "move", 0, 0, 16 * MEGABYTE, MEGABYTE, 0);
  set(vm, "move onto another", 0, 0, MEGABYTE, MEGABYTE, 0);
  set(vm, "read-only from writable", 0, KVM_MEM_READONLY, 16 * MEGABYTE, MEGABYTE, 0);
  set(vm, "size not aligned", 2, 0, 32 * MEGABYTE, 100, 0);
  set(vm, "gpa not aligned", 2, 0, 32 * MEGABYTE + 1, PAGE, 0);
  set(vm, "host not aligned", 2, 0, 32 * MEGABYTE, PAGE, 1);
  set(vm, "host in the kernel", 2, 0, 32 * MEGABYTE, PAGE, (1ull << 63) - memory);
  set(vm, "gpa wraps", 2, 0, ~0ull - PAGE + 1, 2 * PAGE, 0);
  set(vm, "above all physical addresses", 5, 0, 1ull << 52, PAGE, 0);
  set(vm, "moved above all physical addresses", 1, 0, 1ull << 52, MEGABYTE, MEGABYTE);
  set(vm, "unknown flags", 2, 0x80, 32 * MEGABYTE, PAGE, 0);
  set(vm, "guest_memfd flag in the first call", 2, 4, 32 * MEGABYTE, PAGE, 0);
  set(vm, "last slot", 32763, 0, 64 * MEGABYTE, PAGE, 0);
  set(vm, "above the last slot", 32764, 0, 65 * MEGABYTE, PAGE, 0);
  set(vm, "far above", 32768, 0, 66 * MEGABYTE, PAGE, 0);
  set(vm, "too many pages", 3, 0, 1ull << 40, 1ull << 43, 0);
  set(vm, "delete", 1, 0, 0, 0, 0);
  set(vm, "delete again", 1, 0, 0, 0, 0);
  set(vm, "log dirty pages", 6, KVM_MEM_LOG_DIRTY_PAGES, 128 * MEGABYTE, 65 * PAGE, 0);
  set(vm, "read-only", 7, KVM_MEM_READONLY, 160 * MEGABYTE, PAGE, 0);
  set(vm, "writable from read-only", 7, 0, 160 * MEGABYTE, PAGE, 0);
  tell("slot: bad address", ask(vm, KVM_SET_USER_MEMORY_REGION, (void *)8));
  ask_dirty_log(vm);
  close(vm);
}
