/* Guest memory: slots, guest_memfd, private attributes, the dirty log. */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096, PAGES_LIMIT_BITS = 31 };
enum { FLAG_LOG_DIRTY = 1, FLAG_READONLY = 2, FLAG_GUEST_MEMFD = 4 };

const struct memory_slot *memory_slot_of(struct vm *vm, uint64_t gpa, uint64_t size) {
  for (size_t i = 0; i < vm->slot_count; i++) {
    const struct memory_slot *slot = &vm->slots[i];
    if (!slot->used || slot->slot >> 16 || gpa < slot->gpa) continue;
    uint64_t into = gpa - slot->gpa;
    if (into <= slot->size && size <= slot->size - into) return slot;
  }
  return NULL;
}

static struct memory_slot *slot_numbered(struct vm *vm, uint32_t number) {
  for (size_t i = 0; i < vm->slot_count; i++)
    if (vm->slots[i].used && vm->slots[i].slot == number) return &vm->slots[i];
  return NULL;
}

/* Room for another slot; NULL: out of memory. */
static struct memory_slot *free_slot(struct vm *vm) {
  for (size_t i = 0; i < vm->slot_count; i++)
    if (!vm->slots[i].used) return &vm->slots[i];
  struct memory_slot *more = realloc(vm->slots, (vm->slot_count + 1) * sizeof *more);
  if (!more) return NULL;
  vm->slots = more;
  return &vm->slots[vm->slot_count++];
}

/* Slots of one address space must not overlap; the second space is that of SMM. */
static bool overlaps(const struct vm *vm, const struct memory_slot *wanted) {
  for (size_t i = 0; i < vm->slot_count; i++) {
    const struct memory_slot *slot = &vm->slots[i];
    bool same_space = slot->used && slot->slot >> 16 == wanted->slot >> 16;
    if (!same_space || slot->slot == wanted->slot) continue;
    if (wanted->gpa < slot->gpa + slot->size && slot->gpa < wanted->gpa + wanted->size) return true;
  }
  return false;
}

/* virt/kvm/kvm_main.c: check_memory_region_flags. */
static uint32_t flags_allowed(const struct vm *vm, const struct memory_slot *wanted, bool second) {
  bool has_memfd = second && capability((int)vm->type, (uint32_t)constant_or("KVM_CAP_GUEST_MEMFD", 0));
  if (has_memfd && wanted->flags & FLAG_GUEST_MEMFD) return FLAG_GUEST_MEMFD;
  bool readonly = capability((int)vm->type, (uint32_t)constant_or("KVM_CAP_READONLY_MEM", 0));
  return FLAG_LOG_DIRTY | (readonly ? FLAG_READONLY : 0);
}

/* How many address spaces the VM has: one more where it has SMM (arch/x86/include/asm/kvm_host.h:
 * kvm_arch_nr_memslot_as_ids). */
static uint32_t spaces(const struct vm *vm) {
  int64_t offered = capability((int)vm->type, (uint32_t)constant_or("KVM_CAP_MULTI_ADDRESS_SPACE", 0));
  return offered > 0 ? (uint32_t)offered : 1;
}

/* Whether a VM has a slot of this number: KVM_USER_MEM_SLOTS of them in each address space. */
static bool can_be_slot(const struct vm *vm, uint32_t number) {
  int64_t most = capability((int)vm->type, (uint32_t)constant_or("KVM_CAP_NR_MEMSLOTS", 10));
  return number >> 16 < spaces(vm) && (int64_t)(number & 0xffff) < most;
}

/* virt/kvm/kvm_main.c: __kvm_set_memory_region, its checks in its order. */
static long check_region(const struct vm *vm, const struct memory_slot *wanted, bool second) {
  if (wanted->flags & ~flags_allowed(vm, wanted, second))
    return refuse(WHO_KERNEL, EINVAL, "slot flags 0x%x are not all supported", wanted->flags);
  if (wanted->size % PAGE || wanted->gpa % PAGE || wanted->host % PAGE)
    return refuse(WHO_KERNEL, EINVAL, "size or address is not page-aligned");
  if (wanted->host >> 47 || wanted->size > (UINT64_C(1) << 47) - wanted->host)
    return refuse(WHO_KERNEL, EINVAL, "not an address of user space");
  bool wraps = wanted->guest_memfd_offset + wanted->size < wanted->guest_memfd_offset;
  if (wanted->flags & FLAG_GUEST_MEMFD && (wanted->guest_memfd_offset % PAGE || wraps))
    return refuse(WHO_KERNEL, EINVAL, "offset in guest_memfd is not usable");
  if (!can_be_slot(vm, wanted->slot))
    return refuse(WHO_KERNEL, EINVAL, "no slot 0x%x", wanted->slot);
  if (wanted->gpa + wanted->size < wanted->gpa || wanted->size / PAGE >> PAGES_LIMIT_BITS)
    return refuse(WHO_KERNEL, EINVAL, "slot is too large");
  return 0;
}

/* Linux 6.19 says EINVAL, 7.2 EEXIST. What shows it is a neighbour, which came with 7.0. */
static int error_of_bound_page(void) {
  uint64_t number;
  return constant("KVM_SEV_SNP_ENABLE_REQ_CERTS", &number) ? EEXIST : EINVAL;
}

/* virt/kvm/guest_memfd.c: kvm_gmem_bind: a memfd of this VM, large enough, bound once a page. The slot
 * keeps the file, not the descriptor, which may be closed and be another file's then. */
static long bind_guest_memfd(const struct vm *vm, struct memory_slot *wanted) {
  struct object object;
  if (!object_enter(wanted->guest_memfd, &object))
    return fcntl(wanted->guest_memfd, F_GETFD) < 0
               ? refuse(WHO_KERNEL, EBADF, "no such file")
               : refuse(WHO_KERNEL, EINVAL, "fd %d is no guest_memfd", wanted->guest_memfd);
  bool ours = object.kind == KIND_GUEST_MEMFD && object.vm == vm;
  object_leave(&object);
  if (!ours) return refuse(WHO_KERNEL, EINVAL, "not a guest_memfd of this VM");
  uint64_t size = object_size(wanted->guest_memfd);
  if (wanted->guest_memfd_offset + wanted->size > size)
    return refuse(WHO_KERNEL, EINVAL, "slot reaches beyond its guest_memfd");
  wanted->guest_memfd = object.number;
  for (size_t i = 0; i < vm->slot_count; i++) {
    const struct memory_slot *slot = &vm->slots[i];
    if (!slot->used || slot->guest_memfd != wanted->guest_memfd) continue;
    if (wanted->guest_memfd_offset < slot->guest_memfd_offset + slot->size &&
        slot->guest_memfd_offset < wanted->guest_memfd_offset + wanted->size)
      return refuse(WHO_KERNEL, error_of_bound_page(), "this part of the guest_memfd is bound already");
  }
  return 0;
}

/* arch/x86/kvm/mmu.h: kvm_mmu_max_gfn: guest addresses end where the CPU's physical ones do. */
static bool is_too_high(const struct memory_slot *wanted) {
  const struct cpuid_entry *entries;
  size_t count = supported_cpuid(&entries);
  unsigned bits = 52;
  for (size_t i = 0; i < count; i++)
    if (entries[i].function == 0x80000008 && (entries[i].eax & 0xff) < bits) bits = entries[i].eax & 0xff;
  return (wanted->gpa + wanted->size - 1) >> bits;
}

/* arch/x86/kvm/x86.c: kvm_arch_prepare_memory_region: of a slot that is new or moved. */
static long check_place(const struct vm *vm, const struct memory_slot *wanted) {
  if (overlaps(vm, wanted)) return refuse(WHO_KERNEL, EEXIST, "slot overlaps another");
  return is_too_high(wanted)
             ? refuse(WHO_KERNEL, EINVAL, "the processor has no such physical addresses") : 0;
}

static long change_slot(struct vm *vm, struct memory_slot *old, const struct memory_slot *wanted) {
  if (wanted->flags & FLAG_GUEST_MEMFD || old->flags & FLAG_GUEST_MEMFD)
    return refuse(WHO_KERNEL, EINVAL, "a slot with guest_memfd cannot be changed");
  if (wanted->host != old->host || wanted->size != old->size ||
      (wanted->flags ^ old->flags) & FLAG_READONLY)
    return refuse(WHO_KERNEL, EINVAL, "a slot keeps its size, host address and read-only flag");
  long result = wanted->gpa != old->gpa ? check_place(vm, wanted) : 0;
  if (result) return result;
  *old = *wanted;
  return 0;
}

static long set_region(struct vm *vm, struct memory_slot *wanted, bool second) {
  long result = check_region(vm, wanted, second);
  if (result) return result;
  struct memory_slot *old = slot_numbered(vm, wanted->slot);
  if (!wanted->size) {
    if (!old) return refuse(WHO_KERNEL, EINVAL, "no slot of this number to delete");
    old->used = false;
    return 0;
  }
  if (old) return change_slot(vm, old, wanted);
  if ((result = check_place(vm, wanted))) return result;
  if (wanted->flags & FLAG_GUEST_MEMFD && (result = bind_guest_memfd(vm, wanted))) return result;
  struct memory_slot *slot = free_slot(vm);
  if (!slot) return -ENOMEM;
  *slot = *wanted;
  return 0;
}

/* Both structures begin alike (uapi/linux/kvm.h: kvm_userspace_memory_region(2)). */
static long read_region(struct call *call, struct memory_slot *slot) {
  struct { uint32_t slot, flags; uint64_t gpa, size, host; } region;
  if (copy_in(&region, call->argument, sizeof region)) return -EFAULT;
  *slot = (struct memory_slot){.used = true, .slot = region.slot, .flags = region.flags,
                               .gpa = region.gpa, .size = region.size, .host = region.host,
                               .guest_memfd = -1};
  say_number("slot", slot->slot);
  say_number("flags", slot->flags);
  say_number("gpa", slot->gpa);
  say_number("size", slot->size);
  say_pointer("userspace_addr", slot->host);
  return 0;
}

static long set_user_memory_region(struct call *call) {
  struct memory_slot slot;
  long result = read_region(call, &slot);
  return result ? result : set_region(call->vm, &slot, false);
}

static long set_user_memory_region2(struct call *call) {
  struct memory_slot slot;
  uint64_t descriptor, offset;
  long result = read_region(call, &slot);
  if (result) return result;
  if (field_in(call->argument, "kvm_userspace_memory_region2.guest_memfd", &descriptor) ||
      field_in(call->argument, "kvm_userspace_memory_region2.guest_memfd_offset", &offset))
    return -EFAULT;
  if (slot.flags & FLAG_GUEST_MEMFD) {
    slot.guest_memfd = (int)descriptor;
    slot.guest_memfd_offset = offset;
    say_descriptor("guest_memfd", slot.guest_memfd);
    say_number("guest_memfd_offset", offset);
  }
  return set_region(call->vm, &slot, true);
}

/* virt/kvm/guest_memfd.c: kvm_gmem_create. The file is sparse: it costs what is touched. */
static long create_guest_memfd(struct call *call) {
  uint64_t size, flags;
  if (field_in(call->argument, "kvm_create_guest_memfd.size", &size) ||
      field_in(call->argument, "kvm_create_guest_memfd.flags", &flags))
    return -EFAULT;
  say_number("size", size);
  say_number("flags", flags);
  uint64_t known = (uint64_t)capability((int)call->vm->type,
                                        (uint32_t)constant_or("KVM_CAP_GUEST_MEMFD_FLAGS", 0));
  if (!capability((int)call->vm->type, (uint32_t)constant_or("KVM_CAP_GUEST_MEMFD", 0)))
    return refuse(WHO_KERNEL, EINVAL, "this VM type has no guest_memfd");
  if (flags & ~known) return refuse(WHO_KERNEL, EINVAL, "guest_memfd flags are not supported");
  if (!size || size % PAGE || size >> 62)
    return refuse(WHO_KERNEL, EINVAL, "size is not a number of pages");
  struct object object = {.kind = KIND_GUEST_MEMFD, .vm = call->vm};
  int descriptor = object_open(object, "guest_memfd", size, true);
  if (descriptor >= 0) say_made("fd:%d", descriptor);
  return descriptor;
}

bool memory_is_private(struct vm *vm, uint64_t gpa, uint64_t size) {
  uint64_t private = constant_or("KVM_MEMORY_ATTRIBUTE_PRIVATE", 8);
  uint64_t at = gpa / PAGE, end = (gpa + size + PAGE - 1) / PAGE;
  for (size_t i = 0; i < vm->state->attribute_count && at < end; i++) {
    const struct attribute_range *range = &vm->state->attributes[i];
    if (range->end <= at) continue;
    if (range->first > at || !(range->attributes & private)) return false;
    at = range->end;
  }
  return at >= end;
}

/* Cuts [first, end) out of the ranges and puts it back with its new attributes. */
static long set_attributes(struct vm_state *state, uint64_t first, uint64_t end, uint64_t attributes) {
  struct attribute_range *made = calloc(state->attribute_count + 2, sizeof *made);
  size_t count = 0;
  if (!made) return -ENOMEM;
  for (size_t i = 0; i < state->attribute_count; i++) {
    struct attribute_range range = state->attributes[i], rest = range;
    if (range.first < first) {
      if (range.end > first) range.end = first;
      made[count++] = range;
    }
    if (rest.end > end) {
      if (rest.first < end) rest.first = end;
      made[count++] = rest;
    }
  }
  size_t place = 0;
  while (place < count && made[place].first < first) place++;
  if (attributes) {
    memmove(made + place + 1, made + place, (count - place) * sizeof *made);
    made[place] = (struct attribute_range){first, end, attributes};
    count++;
  }
  free(state->attributes);
  state->attributes = made;
  state->attribute_count = count;
  return 0;
}

/* virt/kvm/kvm_main.c: kvm_vm_ioctl_set_mem_attributes. */
static long set_memory_attributes(struct call *call) {
  uint64_t address, size, attributes, flags;
  if (field_in(call->argument, "kvm_memory_attributes.address", &address) ||
      field_in(call->argument, "kvm_memory_attributes.size", &size) ||
      field_in(call->argument, "kvm_memory_attributes.attributes", &attributes) ||
      field_in(call->argument, "kvm_memory_attributes.flags", &flags))
    return -EFAULT;
  say_number("address", address);
  say_number("size", size);
  say_number("attributes", attributes);
  uint32_t number = (uint32_t)constant_or("KVM_CAP_MEMORY_ATTRIBUTES", 0);
  if (flags) return refuse(WHO_KERNEL, EINVAL, "flags must be 0");
  if (attributes & ~(uint64_t)capability((int)call->vm->type, number))
    return refuse(WHO_KERNEL, EINVAL, "attributes are not supported on this VM type");
  if (!size || address + size < address || address % PAGE || size % PAGE)
    return refuse(WHO_KERNEL, EINVAL, "not a range of pages");
  return set_attributes(call->vm->state, address / PAGE, (address + size) / PAGE, attributes);
}

/* The slot of a dirty-log call, and its bitmap's size; kvm_get_dirty_log_protect's checks. */
static long logged_slot(struct call *call, uint32_t number, const struct memory_slot **slot) {
  say_number("slot", number);
  if (!can_be_slot(call->vm, number))
    return refuse(WHO_KERNEL, EINVAL, "no slot 0x%x", number);
  *slot = slot_numbered(call->vm, number);
  if (!*slot || !((*slot)->flags & FLAG_LOG_DIRTY))
    return refuse(WHO_KERNEL, ENOENT, "slot does not log dirty pages");
  return 0;
}

/* virt/kvm/kvm_main.c: kvm_get_dirty_log_protect. No guest runs, so nothing is dirty. */
static long get_dirty_log(struct call *call) {
  static const uint8_t zeros[1 << 16];
  const struct memory_slot *slot;
  uint64_t number, bitmap;
  if (field_in(call->argument, "kvm_dirty_log.slot", &number) ||
      field_in(call->argument, "kvm_dirty_log.dirty_bitmap", &bitmap))
    return -EFAULT;
  long result = logged_slot(call, (uint32_t)number, &slot);
  if (result) return result;
  uint64_t size = (slot->size / PAGE + 63) / 64 * 8;
  for (uint64_t done = 0; done < size; done += sizeof zeros) {
    uint64_t part = size - done < sizeof zeros ? size - done : sizeof zeros;
    if (copy_out(bitmap + done, zeros, part)) return -EFAULT;
  }
  return 0;
}

/* virt/kvm/kvm_main.c: kvm_clear_dirty_log_protect. */
static long clear_dirty_log(struct call *call) {
  const struct memory_slot *slot;
  uint64_t number, first, count;
  if (field_in(call->argument, "kvm_clear_dirty_log.slot", &number) ||
      field_in(call->argument, "kvm_clear_dirty_log.first_page", &first) ||
      field_in(call->argument, "kvm_clear_dirty_log.num_pages", &count))
    return -EFAULT;
  if (first % 64) return refuse(WHO_KERNEL, EINVAL, "first page is not a multiple of 64");
  long result = logged_slot(call, (uint32_t)number, &slot);
  if (result) return result;
  uint64_t pages = slot->size / PAGE;
  if (first > pages || count > pages - first || (count % 64 && first + count != pages))
    return refuse(WHO_KERNEL, EINVAL, "pages are not those of the slot");
  return 0;
}

const struct row memory_rows[] = {
    {"KVM_SET_USER_MEMORY_REGION", KIND_VM, set_user_memory_region},
    {"KVM_SET_USER_MEMORY_REGION2", KIND_VM, set_user_memory_region2},
    {"KVM_CREATE_GUEST_MEMFD", KIND_VM, create_guest_memfd},
    {"KVM_SET_MEMORY_ATTRIBUTES", KIND_VM, set_memory_attributes},
    {"KVM_GET_DIRTY_LOG", KIND_VM, get_dirty_log},
    {"KVM_CLEAR_DIRTY_LOG", KIND_VM, clear_dirty_log},
    {0},
};
