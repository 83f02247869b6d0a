/* Private pages of guest_memfd that go to a TEE before it runs (virt/kvm/guest_memfd.c). */
#include "tee.h"

#include <stdlib.h>

bool page_set_has(const struct page_set *set, int guest_memfd, uint64_t page) {
  for (size_t i = 0; i < set->count; i++) {
    const struct page_range *range = &set->ranges[i];
    if (range->guest_memfd == guest_memfd && range->first <= page && page < range->end) return true;
  }
  return false;
}

void page_set_add(struct page_set *set, int guest_memfd, uint64_t page) {
  struct page_range *last = set->count ? &set->ranges[set->count - 1] : NULL;
  if (last && last->guest_memfd == guest_memfd && last->end == page) {
    last->end++;
    return;
  }
  struct page_range *ranges = realloc(set->ranges, (set->count + 1) * sizeof *ranges);
  if (!ranges) give_up("out of memory");
  set->ranges = ranges;
  set->ranges[set->count++] = (struct page_range){guest_memfd, page, page + 1};
}

enum page_problem page_to_fill(struct vm *vm, const struct page_set *taken, uint64_t address,
                               int *guest_memfd, uint64_t *page) {
  const struct memory_slot *slot = memory_slot_of(vm, address, PAGE);
  if (!slot || slot->guest_memfd < 0) return PAGE_NO_SLOT;
  *guest_memfd = slot->guest_memfd;
  *page = (slot->guest_memfd_offset + (address - slot->gpa)) / PAGE;
  if (!memory_is_private(vm, address, PAGE)) return PAGE_SHARED;
  return page_set_has(taken, *guest_memfd, *page) ? PAGE_TAKEN : PAGE_FINE;
}

const char *page_problem_text(enum page_problem problem) {
  static const char *const texts[] = {
      [PAGE_FINE] = "is as it should be",
      [PAGE_NO_SLOT] = "is in no memory slot with guest_memfd",
      [PAGE_SHARED] = "was not made private by KVM_SET_MEMORY_ATTRIBUTES",
      [PAGE_TAKEN] = "is the guest's already",
      [PAGE_UNREADABLE] = "has a source that cannot be read",
      [PAGE_NO_FIRMWARE] = "needs /dev/sev, which the command's descriptor is not",
      [PAGE_LATE] = "comes after the launch",
      [PAGE_REFUSED] = "was refused by the firmware",
  };
  return texts[problem];
}
