/* The vCPUs of trust domains: how each begins, the memory that is added through it, what it is shown
 * (arch/x86/kvm/vmx/tdx.c, 6.16 to 7.2, and the TDX module behind). */
#include "tee.h"

#include <errno.h>
#include <string.h>

/* tdx.c: tdx_vcpu_create; its registers are the TDX module's from the start. */
long td_vcpu_created(struct vcpu *vcpu) {
  if (vcpu->vm->tee->td.state != TD_INITIALIZED)
    return refuse(WHO_KERNEL, EIO, "the trust domain is not initialised, or finalized already");
  if (!vm_has_split_irqchip(vcpu->vm))
    return refuse(WHO_KERNEL, EINVAL, "a trust domain wants a split interrupt controller");
  vcpu->state_is_encrypted = vcpu->float_is_confidential = true;
  return 0;
}

/* tdx.c: tdx_vcpu_pre_run */
long td_vcpu_run(struct vcpu *vcpu) {
  const struct vcpu_tee *tee = vcpu->tee;
  if (tee->initialized && vcpu->vm->tee->td.state == TD_RUNNABLE) return 0;
  return refuse(WHO_KERNEL, EINVAL, "the trust domain is not finalized");
}

/* tdx.c: tdx_vcpu_init; a TD's vCPU has an x2APIC, which its CPUID has to say. */
static long init_vcpu(struct command *command) {
  const struct cpuid_entry *entries;
  struct vcpu_tee *tee = command->vcpu->tee;
  say_pointer("rcx", command->data);
  if (command->flags) return refuse(WHO_KERNEL, EINVAL, "flags that are not 0");
  if (tee->initialized) return refuse(WHO_KERNEL, EINVAL, "the vCPU is initialised already");
  size_t count = vcpu_cpuid(command->vcpu, &entries);
  const struct cpuid_entry *features = td_leaf(entries, count, 1, 0);
  if (!features || !(features->ecx & 1u << 21))
    return refuse(WHO_KERNEL, EINVAL, "the vCPU's CPUID has no x2APIC");
  tee->initialized = true;
  return 0;
}

/* The TDX module measures a page: TDH.MEM.PAGE.ADD, and TDH.MR.EXTEND by 256 bytes. */
static void measure_page(struct td *td, uint64_t address, const uint8_t *contents, bool extend) {
  uint8_t record[128] = "MEM.PAGE.ADD";
  memcpy(record + 16, &address, sizeof address);
  sha384_add(&td->measurement, record, sizeof record);
  for (uint64_t at = 0; extend && at < PAGE; at += 256) {
    uint64_t chunk = address + at;
    memset(record, 0, sizeof record);
    memcpy(record, "MR.EXTEND", 9);
    memcpy(record + 16, &chunk, sizeof chunk);
    sha384_add(&td->measurement, record, sizeof record);
    sha384_add(&td->measurement, contents + at, 256);
  }
}

struct region_of_pages { uint64_t source, address, count; bool measured; struct sha256 hash; };

static enum page_problem add_page(struct vm *vm, struct region_of_pages *region) {
  struct td *td = &vm->tee->td;
  uint8_t contents[PAGE];
  uint64_t page;
  int memfd;
  enum page_problem problem = page_to_fill(vm, &td->pages, region->address, &memfd, &page);
  if (problem == PAGE_NO_SLOT || problem == PAGE_SHARED) return problem;
  if (copy_in(contents, region->source, PAGE)) return PAGE_UNREADABLE;
  if (problem) return problem;
  measure_page(td, region->address, contents, region->measured);
  sha256_add(&region->hash, contents, PAGE);
  page_set_add(&td->pages, memfd, page);
  return PAGE_FINE;
}

/* A page that is there already: kvm_gmem_populate said EEXIST up to 6.18, the TDX module refuses it
 * since. KVM_X86_SNP_POLICY_BITS came with the change. */
static int page_error(enum page_problem problem) {
  uint64_t number;
  if (problem == PAGE_UNREADABLE) return EFAULT;
  if (problem != PAGE_TAKEN) return EINVAL;
  return constant("KVM_X86_SNP_POLICY_BITS", &number) ? EIO : EEXIST;
}

/* Says how many bytes were added where they are fewer than asked, and what they are. */
static void say_pages(struct region_of_pages *region) {
  uint64_t size = region->hash.length;
  if (region->count) say_number("done", size);
  say_taken(&region->hash, region->source - size, region->measured);
}

/* tdx.c: tdx_vcpu_init_mem_region: page after page; what is left goes back to the caller. */
static long add_pages(struct vm *vm, struct region_of_pages *region, struct structure *data) {
  enum page_problem problem = PAGE_FINE;
  sha256_start(&region->hash);
  while (region->count && !(problem = add_page(vm, region))) {
    region->source += PAGE;
    region->address += PAGE;
    region->count--;
  }
  say_pages(region);
  set_member(data, "source_addr", region->source);
  set_member(data, "gpa", region->address);
  set_member(data, "nr_pages", region->count);
  if (structure_out(data)) return td_unreadable();
  if (!problem) return 0;
  return refuse(WHO_KERNEL, page_error(problem), "page 0x%llx %s",
                (unsigned long long)region->address / PAGE, page_problem_text(problem));
}

static long init_mem_region(struct command *command) {
  struct structure data;
  struct td *td = &command->vm->tee->td;
  const struct vcpu_tee *tee = command->vcpu->tee;
  uint64_t measure = constant_or("KVM_TDX_MEASURE_MEMORY_REGION", 1);
  say_number("flags", command->flags);
  if (!tee->initialized) return refuse(WHO_KERNEL, EINVAL, "the vCPU is not initialised");
  if (command->flags & ~measure) return refuse(WHO_KERNEL, EINVAL, "flags that are unknown");
  if (structure_in(&data, "kvm_tdx_init_mem_region", command->data)) return td_unreadable();
  struct region_of_pages region = {member(&data, "source_addr"), member(&data, "gpa"),
                                   member(&data, "nr_pages"), command->flags & measure, {.length = 0}};
  say_number("gpa", region.address);
  say_number("nr_pages", region.count);
  say_pointer("source_addr", region.source);
  uint64_t end = region.address + region.count * PAGE, shared = 1ull << (td->address_bits - 1);
  if (region.source % PAGE || region.address % PAGE || !region.count || region.count > shared / PAGE ||
      end <= region.address || end > shared)
    return refuse(WHO_KERNEL, EINVAL, "not a range of private pages");
  return add_pages(command->vm, &region, &data);
}

/* tdx.c: tdx_vcpu_get_cpuid */
static long get_cpuid(struct command *command) {
  const struct cpuid_entry *host;
  struct cpuid_entry entries[TD_CPUID_LIMIT];
  size_t host_count = supported_cpuid(&host), count = 0;
  struct structure data;
  if (structure_in(&data, "kvm_cpuid2", command->data)) return td_unreadable();
  for (size_t i = 0; i < host_count && count < TD_CPUID_LIMIT; i++)
    if (td_is_readable(&host[i])) entries[count++] = td_shown(&command->vm->tee->td, &host[i]);
  uint64_t asked = member(&data, "nent");
  say_number("nent", asked);
  set_member(&data, "nent", count);
  if (structure_out(&data)) return td_unreadable();
  if (asked < count) return refuse(WHO_KERNEL, E2BIG, "%zu entries of CPUID", count);
  return td_entries_out(command->data + data.size, entries, count) ? td_unreadable() : 0;
}

const struct command_row td_vcpu_commands[] = {
    {"KVM_TDX_INIT_VCPU", init_vcpu},
    {"KVM_TDX_INIT_MEM_REGION", init_mem_region},
    {"KVM_TDX_GET_CPUID", get_cpuid},
    {NULL, NULL},
};
