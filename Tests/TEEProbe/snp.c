/* Sequences of arch/x86/kvm/svm/sev.c (6.12 and 7.2) for SEV-SNP. Firmware errors are those of the
 * SEV-SNP firmware ABI: 2 guest state, 7 policy, 11 measurement, 22 parameter. */
#include "probe.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { INIT = 0, GUEST_STATUS = 16, INIT2 = 22, START = 100, UPDATE, FINISH, ENABLE_REQ_CERTS, NEXT };
enum { NORMAL = 1, VMSA, ZERO, UNMEASURED, SECRETS, CPUID };
enum { PRIVATE = 8, GUEST_MEMFD_FLAG = 4, PAGES = 9 };

struct init2 { uint64_t features; uint32_t flags; uint16_t ghcb, pad[17]; };
struct start { uint64_t policy; uint8_t gosvw[16]; uint16_t flags; uint8_t pad[38]; };
struct update { uint64_t gfn; void *source; uint64_t size; uint8_t type, p; uint16_t flags; uint8_t pad[36]; };
struct finish { void *block, *authentication; uint8_t block_on, author_on, vcek_off, host[32], p[3];
                uint16_t flags; uint8_t pad[32]; };
_Static_assert(sizeof(struct finish) == 88 && sizeof(struct update) == 64, "asm/kvm.h");

static int sev_descriptor;
static long ask_snp(const struct step *step, unsigned *status) {
  struct { uint32_t id, pad; void *data; uint32_t error; int fd; } command = {
      step->command, 0, step->data, 0, sev_descriptor};
  long answer = ask(vm, ENCRYPT_OP, &command);
  *status = command.error;
  return answer;
}

static long wrong_descriptor(void) { return sev_descriptor = 0; }
static long right_descriptor(void) { sev_descriptor = sev; return 0; }

/* Nine private pages at 0, and one shared slot of a page behind. */
static int guest_memfd = -1;
static long add_memory(void) {
  struct { uint64_t size, flags, reserved[6]; } make = {.size = PAGES * PAGE};
  guest_memfd = (int)ask(vm, CREATE_GUEST_MEMFD, &make);
  struct { uint32_t slot, flags; uint64_t gpa, size; void *host; uint64_t offset; int fd; uint32_t p; uint64_t q[14]; }
      region = {0, GUEST_MEMFD_FLAG, 0, PAGES * PAGE, memory, 0, guest_memfd, 0, {0}};
  long answer = ask(vm, SET_REGION2, &region);
  region.slot = 1, region.flags = 0, region.gpa = 16 * PAGE, region.size = PAGE;
  return answer ? answer : ask(vm, SET_REGION2, &region);
}
static long make_private(void) {
  struct { uint64_t address, size, attributes, flags; } attributes = {0, 7 * PAGE, PRIVATE, 0};
  return ask(vm, SET_ATTRIBUTES, &attributes);
}
static long make_all_private(void) {
  struct { uint64_t address, size, attributes, flags; } attributes = {0, PAGES * PAGE, PRIVATE, 0};
  return ask(vm, SET_ATTRIBUTES, &attributes);
}
/* Slots that cannot be: above all addresses, on part of a guest_memfd that another slot has, and on a
 * file that is none. */
static long set_slot(uint32_t slot, uint64_t address, uint64_t offset, int descriptor) {
  struct { uint32_t slot, flags; uint64_t gpa, size; void *host; uint64_t offset; int fd; uint32_t p; uint64_t q[14]; }
      region = {slot, GUEST_MEMFD_FLAG, address, PAGE, memory, offset, descriptor, 0, {0}};
  return ask(vm, SET_REGION2, &region);
}
static long slot_too_high(void) { return set_slot(2, 1ull << 48, 0, guest_memfd); }
static long slot_of_bound_part(void) { return set_slot(2, 1 << 20, 0, guest_memfd); }
static long slot_beyond(void) { return set_slot(2, 1 << 20, PAGES * PAGE, guest_memfd); }
static long slot_of_no_file(void) { return set_slot(2, 1 << 20, 0, 999); }
static long slot_of_another_file(void) { return set_slot(2, 1 << 20, 0, sev); }
static long slot_changed(void) { return set_slot(0, 0, 0, guest_memfd); }
/* The number of a closed guest_memfd is the next one's, of which nothing is bound. */
static long slot_of_the_next_file(void) {
  struct { uint64_t size, flags, reserved[6]; } make = {.size = PAGES * PAGE};
  int next = (int)ask(vm, CREATE_GUEST_MEMFD, &make);
  long answer = next == guest_memfd ? set_slot(2, 1 << 20, 0, next) : -1000;
  close(next);
  return answer;
}
static long close_memory(void) { return close(guest_memfd); }

static struct update two_pages = {0, letters, 2 * PAGE, NORMAL, 0, 0, {0}};
static long arguments_moved(void) {
  return two_pages.gfn == 2 && two_pages.source == letters + 2 * PAGE && !two_pages.size ? 0 : -1;
}
static struct update beyond = {6, letters + 2 * PAGE, 3 * PAGE, NORMAL, 0, 0, {0}};
static long one_page_done(void) { return beyond.gfn == 7 && beyond.size == 2 * PAGE ? 0 : -1; }

/* Of a to f: what was measured in one piece, and what was not. */
static long two_pages_are_kept(void) {
  return is_kept("51d9e8c86b3740a7ad0ae7873751a8a72cf4bba69232548047f240b1e0bd5898");
}
static long one_page_is_kept(void) {
  return is_kept("3abc94a93a42d0eee5c8dda0315f9f1343e2ba36b552ab512c435fd4989c1ac6");
}
static long all_pages_are_kept(void) {
  return is_kept("dad1d8dcc756ce482ebe4e578b53922e661c6d9edc02982875e581475f1cc3f4");
}
static long unmeasured_is_kept(void) {
  return is_kept("ccda6c08aee28331768d1ac1a86581078e659a43c8500ec2eecbe189239d077d");
}
static long source_of_zeros_is_kept(void) {
  return is_kept("095b746c3a23191ffd7c7bab6057206f1ea49a6422f41416111b6360c7e4134f");
}
static long zeros_are_kept(void) {
  return is_kept("ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7");
}

/* A CPUID page with one leaf: SSE3 and VMX, of which the processor has the first. */
static uint32_t cpuid_page[1024] __attribute__((aligned(4096))) = {1};
static long good_cpuid(void) { return cpuid_page[4] = 1, cpuid_page[12] = 1, 0; }
static long bad_cpuid(void) { return cpuid_page[4] = 1, cpuid_page[12] = 1 | 1 << 5, 0; }
static long cpuid_corrected(void) { return cpuid_page[12] == 1 ? 0 : -1; }

static uint8_t zeros[PAGE] __attribute__((aligned(4096)));
static uint8_t block[96], authentication[4096];
static long identity_of_another_policy(void) { return authentication[0] = 1, block[88] = 1, 0; }
static long identity_of_another_digest(void) { return block[88] = 0, block[90] = 2, block[0] = 1, 0; }
static long identity_without_algorithm(void) { return authentication[0] = 0; }

#define POLICY (1 << 17)

static const struct step launch[] = {
    {"the device", .call = right_descriptor},
    {"start before INIT2", START, &(struct start){.policy = POLICY}, ENOTTY},   /* snp_launch_start */
    {"update before INIT2", UPDATE, &two_pages, EINVAL},                        /* snp_launch_update */
    {"finish before INIT2", FINISH, &(struct finish){0}, ENOTTY},               /* snp_launch_finish */
    {"GHCB version 1", INIT2, &(struct init2){.ghcb = 1}, EINVAL},              /* __sev_guest_init */
    {"INIT2", INIT2, &(struct init2){0}},
    {"INIT2 again", INIT2, &(struct init2){0}, EPERM},                          /* sev_mem_enc_ioctl: only SNP's */
    {"status", GUEST_STATUS, memory, EPERM},                                    /* sev_mem_enc_ioctl */
    {"a command that nobody has", NEXT, NULL, EINVAL},                          /* sev_mem_enc_ioctl: default */
    {"requested certificates", ENABLE_REQ_CERTS, NULL},                         /* snp_enable_certs */
    {"update before start", UPDATE, &two_pages, EINVAL},                        /* snp_launch_update: snp_context */
    {"finish before start", FINISH, &(struct finish){0}, EINVAL},               /* snp_launch_finish: snp_context */
    {"start unreadably", START, (void *)8, EFAULT},
    {"start with flags", START, &(struct start){.policy = POLICY, .flags = 1}, EINVAL},
    {"policy bit 18", START, &(struct start){.policy = POLICY | 1 << 18}, EINVAL},   /* SNP_POLICY_MASK_VALID */
    {"no policy bit 17", START, &(struct start){.policy = 1 << 16}, EINVAL},    /* SNP_POLICY_MASK_RSVD_MBO */
    {"another descriptor", .call = wrong_descriptor},
    {"start without device", START, &(struct start){.policy = POLICY}, ENOTTY}, /* snp_context_create */
    {"the device", .call = right_descriptor},
    {"a policy of a newer API", START, &(struct start){.policy = POLICY | 0x200}, EIO, 7},
    {"start", START, &(struct start){.policy = POLICY}},
    {"start again", START, &(struct start){.policy = POLICY}, EINVAL},          /* snp_launch_start: snp_context */
    {"update without memory", UPDATE, &two_pages, EINVAL},                      /* kvm_slot_can_be_private */
    {"memory", .call = add_memory},
    {"a shared page", UPDATE, &two_pages, EIO},                                 /* kvm_gmem_populate */
    {"private", .call = make_private},
    {"a slot too high", .error = EINVAL, .call = slot_too_high},                /* kvm_arch_prepare_memory_region */
    {"a slot on a bound part", .error = EEXIST, .call = slot_of_bound_part},    /* kvm_gmem_bind */
    {"a slot beyond the file", .error = EINVAL, .call = slot_beyond},
    {"a slot of no file", .error = EBADF, .call = slot_of_no_file},
    {"a slot of another file", .error = EINVAL, .call = slot_of_another_file},
    {"a slot that is changed", .error = EINVAL, .call = slot_changed},          /* kvm_set_memory_region */
    {"a slot without guest_memfd", UPDATE, &(struct update){16, memory, PAGE, NORMAL}, EINVAL},
    {"part of a page", UPDATE, &(struct update){0, memory, 100, NORMAL}, EINVAL},   /* snp_launch_update */
    {"nothing", UPDATE, &(struct update){0, memory, 0, NORMAL}, EINVAL},
    {"a source that is not aligned", UPDATE, &(struct update){0, memory + 8, PAGE, NORMAL}, EINVAL},
    {"zeros of no source", UPDATE, &(struct update){100, memory + 8, PAGE, ZERO}, EINVAL},   /* no slot */
    {"another descriptor", .call = wrong_descriptor},
    {"no slot and no device", UPDATE, &(struct update){16, memory, PAGE, NORMAL}, EINVAL},
    {"no device", UPDATE, &(struct update){0, memory, PAGE, NORMAL}, EIO},      /* sev_gmem_post_populate: EBADF */
    {"the device", .call = right_descriptor},
    {"flags", UPDATE, &(struct update){0, memory, PAGE, NORMAL, 0, 1}, EINVAL},
    {"the type of a VMSA", UPDATE, &(struct update){0, memory, PAGE, VMSA}, EINVAL},
    {"type 7", UPDATE, &(struct update){0, memory, PAGE, 7}, EINVAL},
    {"a source that is none", UPDATE, &(struct update){0, (void *)PAGE, PAGE, NORMAL}, EIO},
    {"two pages", UPDATE, &two_pages},
    {"moved", .call = arguments_moved},
    {"a page again", UPDATE, &(struct update){1, memory, PAGE, NORMAL}, EIO},   /* sev_gmem_post_populate: EEXIST */
    {"secrets", UPDATE, &(struct update){2, zeros, PAGE, SECRETS}},
    {"a CPUID page", .call = bad_cpuid},
    {"more than the processor has", UPDATE, &(struct update){3, cpuid_page, PAGE, CPUID}, EIO, 22},
    {"corrected", .call = cpuid_corrected},                                     /* sev_gmem_post_populate: fw_err */
    {"a CPUID page", .call = good_cpuid},
    {"what the processor has", UPDATE, &(struct update){3, cpuid_page, PAGE, CPUID}},
    {"unmeasured", UPDATE, &(struct update){4, letters + 4 * PAGE, PAGE, UNMEASURED}},
    {"zeros", UPDATE, &(struct update){5, letters + 5 * PAGE, PAGE, ZERO}},
    {"up to a shared page", UPDATE, &beyond},                                   /* kvm_gmem_populate: what was done */
    {"one page", .call = one_page_done},
    {"contents of two pages", .call = two_pages_are_kept},
    {"contents of what was done", .call = one_page_is_kept},
    {"contents of more", .error = ENOENT, .call = all_pages_are_kept},
    {"contents that were not measured", .error = ENOENT, .call = unmeasured_is_kept},
    {"contents in place of zeros", .error = ENOENT, .call = source_of_zeros_is_kept},
    {"zeros, and secrets", .error = ENOENT, .call = zeros_are_kept},
    {"a vCPU", .call = create_vcpu},
    {"another", .call = create_another_vcpu},
    {"registers of its own", .call = set_registers},
    {"certificates with a vCPU", ENABLE_REQ_CERTS, NULL, EINVAL},               /* snp_enable_certs */
    {"registers before", .call = get_registers},
    {"finish with flags", FINISH, &(struct finish){.flags = 1}, EINVAL},        /* snp_launch_finish */
    {"faulted in too early", .error = EOPNOTSUPP, .call = fault_in},            /* kvm_arch_vcpu_pre_fault_memory */
    {"a debugger", .call = debug_vcpu},
    {"finish with a debugger", FINISH, &(struct finish){0}, EINVAL},            /* sev_es_sync_vmsa */
    {"no debugger", .call = debug_vcpu_no_more},
    {"another descriptor", .call = wrong_descriptor},
    {"finish without device", FINISH, &(struct finish){0}, EBADF},              /* snp_launch_update_vmsa */
    {"the device", .call = right_descriptor},
    {"finish", FINISH, &(struct finish){.vcek_off = 1}},
    {"faulted in", .call = fault_in},
    {"FPU after", .call = get_float},                                           /* snp_launch_update_vmsa leaves fpstate */
    {"XSAVE after", .call = get_xsave},
    {"a debugger too late", .error = EINVAL, .call = debug_vcpu},
    {"a shared page after finish", UPDATE, &(struct update){7, memory, PAGE, ZERO}, EIO},
    {"all private", .call = make_all_private},
    {"registers after", .error = EINVAL, .call = get_registers},                /* kvm_arch_vcpu_ioctl_get_regs */
    {"update after finish", UPDATE, &(struct update){7, memory, PAGE, ZERO}, EIO, 2},
    {"finish again", FINISH, &(struct finish){0}, EINVAL},                      /* sev_es_sync_vmsa */
    {"closed", .call = close_memory},
    {"the next file of that number", .call = slot_of_the_next_file},
    {NULL}};

static const struct step identity[] = {
    {"the device", .call = right_descriptor},
    {"INIT2", INIT2, &(struct init2){0}},
    {"start", START, &(struct start){.policy = POLICY}},
    {"a block nowhere", FINISH, &(struct finish){.block_on = 1}, EINVAL},       /* psp_copy_user_blob */
    {"a block unreadable", FINISH,
     &(struct finish){.block_on = 1, .block = (void *)8, .authentication = authentication}, EFAULT},
    {"an authentication nowhere", FINISH, &(struct finish){.block_on = 1, .block = block}, EINVAL},
    {"no algorithm", .call = identity_without_algorithm},
    {"an identity without algorithm", FINISH,
     &(struct finish){.block_on = 1, .block = block, .authentication = authentication}, EIO, 22},
    {"another policy", .call = identity_of_another_policy},
    {"an identity of another policy", FINISH,
     &(struct finish){.block_on = 1, .block = block, .authentication = authentication}, EIO, 7},
    {"another digest", .call = identity_of_another_digest},
    {"an identity of another digest", FINISH,
     &(struct finish){.block_on = 1, .block = block, .authentication = authentication}, EIO, 11},
    {"finish", FINISH, &(struct finish){0}},
    {"finish again", FINISH, &(struct finish){0}, EIO, 2},                      /* firmware: SNP_LAUNCH_FINISH */
    {NULL}};

/* What 6.12 answered otherwise than 7.2. */
static const struct step older[] = {
    {"the device", .call = right_descriptor},
    {"GHCB version 1", INIT2, &(struct init2){.ghcb = 1}},                      /* __sev_guest_init */
    {"no command of 7.0", ENABLE_REQ_CERTS, NULL, EINVAL},                      /* sev_mem_enc_ioctl: default */
    {"start", START, &(struct start){.policy = POLICY}},
    {"memory", .call = add_memory},
    {"private", .call = make_private},
    {"a slot on a bound part", .error = EINVAL, .call = slot_of_bound_part},    /* kvm_gmem_bind */
    {"nothing", UPDATE, &(struct update){0, memory, 0, NORMAL}},                /* kvm_gmem_populate: 0 pages */
    {"a source that is not aligned", UPDATE, &(struct update){0, memory + 8, PAGE, NORMAL}},
    {"closed", .call = close_memory},
    {NULL}};

void walk_old_snp(void) { walk("SNP of 6.12", 4, older, ask_snp); }

void walk_snp(void) {
  walk("SNP", 4, launch, ask_snp);
  walk("SNP identity", 4, identity, ask_snp);
}
