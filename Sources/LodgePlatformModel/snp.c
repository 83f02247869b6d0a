/* SEV-SNP guests: the sub-commands of arch/x86/kvm/svm/sev.c, and of the firmware behind them as the
 * SEV-SNP firmware ABI (AMD 56860, chapter 8) has it. */
#include "tee.h"

#include <errno.h>
#include <string.h>

/* Page types of the firmware (SNP_LAUNCH_UPDATE); KVM's are the same but VMSA, which it keeps. */
enum { TYPE_NORMAL = 1, TYPE_VMSA = 2, TYPE_ZERO = 3, TYPE_CPUID = 6 };

struct snp_guest *snp_guest(struct vm *vm) {
  return vm->tee && vm->tee->sev.active && vm->tee->sev.snp ? &vm->tee->snp : NULL;
}

static long not_snp(int error) { return refuse(WHO_KERNEL, error, "the VM is no SNP guest"); }
static long unreadable(void) {
  return refuse(WHO_KERNEL, EFAULT, "the command's structure is not readable");
}

/* ---- KVM_SEV_SNP_LAUNCH_START --------------------------------------------------------------------- */

/* Which policy bits the kernel lets through: sev.c: snp_launch_start; the masks are the kernel's own. */
static long check_policy(uint64_t policy) {
  uint64_t accepted = setting_number("sev.snp-policy-mask", 0xbffff);
  uint64_t required = setting_number("sev.snp-policy-required", 1 << 17);
  uint64_t forbidden = setting_number("sev.snp-policy-forbidden", 0);
  if (policy & ~accepted)
    return refuse(WHO_KERNEL, EINVAL, "policy bits 0x%llx are not accepted",
                  (unsigned long long)(policy & ~accepted));
  if (~policy & required)
    return refuse(WHO_KERNEL, EINVAL, "policy bits 0x%llx must be set",
                  (unsigned long long)(~policy & required));
  if (policy & forbidden)
    return refuse(WHO_KERNEL, EINVAL, "policy bits 0x%llx must not be set",
                  (unsigned long long)(policy & forbidden));
  return 0;
}

static long launch_start(struct command *command) {
  struct structure data;
  struct snp_guest *guest = snp_guest(command->vm);
  if (!guest) return not_snp(ENOTTY);
  if (structure_in(&data, "kvm_sev_snp_launch_start", command->data)) return unreadable();
  uint64_t policy = member(&data, "policy");
  const uint8_t *workarounds = member_bytes(&data, "gosvw", 16);
  say_members(&data, "policy", "flags", NULL);
  if (workarounds) say_bytes("gosvw", workarounds, 16);
  if (guest->has_context) return refuse(WHO_KERNEL, EINVAL, "the launch was started already");
  if (member(&data, "flags")) return refuse(WHO_KERNEL, EINVAL, "flags that are not 0");
  long result = check_policy(policy);
  if (result) return result;
  if (firmware_reach(command->sev_descriptor))
    return refuse(WHO_KERNEL, ENOTTY, "descriptor %d is not /dev/sev", command->sev_descriptor);
  uint64_t refused = policy & ~setting_number("sev.firmware-policy-mask", UINT64_MAX);
  if (refused)
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "the firmware has no policy bits 0x%llx",
                           (unsigned long long)refused);
  if (!firmware_at_least(policy >> 8 & 0xff, policy & 0xff))
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "the policy wants API version %u.%u",
                           (unsigned)(policy >> 8 & 0xff), (unsigned)(policy & 0xff));
  command->vm->tee->sev.device = command->sev_descriptor;
  *guest = (struct snp_guest){.has_context = true, .policy = policy, .pages = guest->pages};
  return firmware_done(command);
}

/* ---- KVM_SEV_SNP_LAUNCH_UPDATE -------------------------------------------------------------------- */

/* The launch digest takes a page: SEV-SNP firmware ABI, chapter 8, table of PAGE_INFO. */
static void extend_digest(struct snp_guest *guest, uint8_t type, uint64_t address,
                          const uint8_t contents[48]) {
  struct { uint8_t digest[48], contents[48]; uint16_t length; uint8_t type, migrated; uint32_t vmpls;
           uint64_t address; } info = {.length = sizeof info, .type = type, .address = address};
  _Static_assert(sizeof info == 0x70, "as the firmware has it");
  memcpy(info.digest, guest->launch_digest, 48);
  memcpy(info.contents, contents, 48);
  sha384_of(&info, sizeof info, guest->launch_digest);
}

struct update { struct structure data; uint64_t gfn, source, size; uint8_t type; struct sha256 hash; };

/* One page: sev.c: sev_gmem_post_populate. A CPUID page that the firmware refuses goes back to the
 * caller as the firmware would have it. */
static enum page_problem update_page(struct command *command, struct update *update, uint64_t number) {
  static const uint8_t nothing[48];
  struct vm *vm = command->vm;
  struct snp_guest *guest = snp_guest(vm);
  uint8_t contents[PAGE], digest[48];
  uint64_t address = (update->gfn + number) * PAGE, source = update->source + number * PAGE, page;
  int memfd;
  enum page_problem problem = page_to_fill(vm, &guest->pages, address, &memfd, &page);
  if (problem) return problem;
  if (update->type != TYPE_ZERO && copy_in(contents, source, PAGE)) return PAGE_UNREADABLE;
  if (firmware_reach(command->sev_descriptor)) return PAGE_NO_FIRMWARE;
  if (guest->running) return PAGE_LATE;
  if (update->type == TYPE_CPUID && !cpuid_page_accepted(contents)) {
    copy_out(source, contents, PAGE);
    return PAGE_REFUSED;
  }
  if (update->type == TYPE_NORMAL) sha384_of(contents, PAGE, digest);
  extend_digest(guest, update->type, address, update->type == TYPE_NORMAL ? digest : nothing);
  if (update->type != TYPE_ZERO) sha256_add(&update->hash, contents, PAGE);
  page_set_add(&guest->pages, memfd, page);
  return PAGE_FINE;
}

static bool is_page_type(uint64_t type) {
  static const char *const names[] = {
      "KVM_SEV_SNP_PAGE_TYPE_NORMAL", "KVM_SEV_SNP_PAGE_TYPE_ZERO",
      "KVM_SEV_SNP_PAGE_TYPE_UNMEASURED", "KVM_SEV_SNP_PAGE_TYPE_SECRETS",
      "KVM_SEV_SNP_PAGE_TYPE_CPUID"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (constant_or(names[i], UINT64_MAX) == type) return true;
  return false;
}

/* Not one page was taken: an I/O error whatever the cause, and what the firmware said of it. */
static long no_page(struct command *command, const struct update *update, enum page_problem problem) {
  if (problem == PAGE_LATE)
    return firmware_refuse(command, FIRMWARE_INVALID_GUEST_STATE, "the guest is running");
  if (problem == PAGE_REFUSED)
    return firmware_refuse(command, FIRMWARE_INVALID_PARAMETER, "the processor has not all the CPUID");
  return refuse(WHO_KERNEL, EIO, "page 0x%llx %s", (unsigned long long)update->gfn,
                page_problem_text(problem));
}

/* Says how many bytes were taken where they are fewer than asked, and what they are. The launch digest
 * has the contents of pages of one type alone. */
static void say_pages(struct update *update, uint64_t done) {
  if (done * PAGE != update->size) say_number("done", done * PAGE);
  if (update->type != TYPE_ZERO)
    say_taken(&update->hash, update->source, update->type == TYPE_NORMAL);
}

/* The pages of the command up to the end of their slot; what is left is for the caller to ask again. */
static long update_pages(struct command *command, struct update *update) {
  const struct memory_slot *slot = memory_slot_of(command->vm, update->gfn * PAGE, 1);
  enum page_problem problem = PAGE_FINE;
  uint64_t done = 0, pages = update->size / PAGE;
  if (!slot || slot->guest_memfd < 0)
    return refuse(WHO_KERNEL, EINVAL, "page 0x%llx %s", (unsigned long long)update->gfn,
                  page_problem_text(PAGE_NO_SLOT));
  uint64_t left = (slot->gpa + slot->size) / PAGE - update->gfn;
  if (pages > left) pages = left;
  while (done < pages && !(problem = update_page(command, update, done))) done++;
  if (!done && problem) return no_page(command, update, problem);
  say_pages(update, done);
  set_member(&update->data, "gfn_start", update->gfn + done);
  set_member(&update->data, "len", update->size - done * PAGE);
  if (update->type != TYPE_ZERO) set_member(&update->data, "uaddr", update->source + done * PAGE);
  return structure_out(&update->data) ? unreadable() : firmware_done(command);
}

/* What of a range that is not of whole pages, or of none, sev.c: snp_launch_update refuses: 6.12 only
 * parts of pages, since 7.0 an empty range too, and a source that is not aligned. The command that
 * came with 7.0 tells the two apart. */
static bool is_range(const struct update *update) {
  uint64_t number;
  bool strict = constant("KVM_SEV_SNP_ENABLE_REQ_CERTS", &number);
  bool has_source = update->type != TYPE_ZERO;
  return !(update->size % PAGE) && !(strict && (!update->size || (has_source && update->source % PAGE)));
}

/* sev.c: snp_launch_update */
static long launch_update(struct command *command) {
  struct update update;
  struct snp_guest *guest = snp_guest(command->vm);
  if (!guest || !guest->has_context) return not_snp(EINVAL);
  if (structure_in(&update.data, "kvm_sev_snp_launch_update", command->data)) return unreadable();
  uint64_t type = member(&update.data, "type");
  update.gfn = member(&update.data, "gfn_start");
  update.source = member(&update.data, "uaddr");
  update.size = member(&update.data, "len");
  update.type = (uint8_t)type;
  say_number("gfn_start", update.gfn);
  say_pointer("uaddr", update.source);
  say_members(&update.data, "len", "type", "flags", NULL);
  if (!is_range(&update) || member(&update.data, "flags") || !is_page_type(type))
    return refuse(WHO_KERNEL, EINVAL, "length, source, flags or page type");
  sha256_start(&update.hash);
  return update_pages(command, &update);
}

/* ---- KVM_SEV_SNP_LAUNCH_FINISH ---------------------------------------------------------------------- */

/* sev.c: snp_launch_update_vmsa; INITIAL_VMSA_GPA is where the firmware takes VMSAs to be. */
static void take_vmsa(struct vm *vm, const uint8_t page[PAGE]) {
  const uint64_t initial_vmsa_gpa = 0xfffffffff000;
  uint8_t digest[48];
  sha384_of(page, PAGE, digest);
  extend_digest(snp_guest(vm), TYPE_VMSA, initial_vmsa_gpa, digest);
}

struct id_block { uint8_t digest[48], family[16], image[16]; uint32_t version, svn; uint64_t policy; };
_Static_assert(sizeof(struct id_block) == 96, "KVM_SEV_SNP_ID_BLOCK_SIZE");

/* What SNP_LAUNCH_FINISH checks of an identity block; its signatures are taken as good. */
static long check_identity(struct command *command, const struct snp_guest *guest,
                           const uint8_t *block, const uint8_t *authentication, bool has_author) {
  enum { ECDSA_P384_SHA384 = 1 };
  uint32_t key_algorithm, author_algorithm;
  struct id_block identity;
  memcpy(&identity, block, sizeof identity);
  memcpy(&key_algorithm, authentication, 4);
  memcpy(&author_algorithm, authentication + 4, 4);
  if (key_algorithm != ECDSA_P384_SHA384 || (has_author && author_algorithm != ECDSA_P384_SHA384))
    return firmware_refuse(command, FIRMWARE_INVALID_PARAMETER, "the algorithm of an identity key");
  if (identity.policy != guest->policy)
    return firmware_refuse(command, FIRMWARE_POLICY_FAILURE, "the identity block has policy 0x%llx",
                           (unsigned long long)identity.policy);
  if (memcmp(identity.digest, guest->launch_digest, sizeof identity.digest))
    return firmware_refuse(command, FIRMWARE_BAD_MEASUREMENT,
                           "the identity block has another launch digest");
  return 0;
}

/* Reads the identity block and its authentication page, where they are enabled. */
static long identity_in(const struct structure *data, uint8_t block[BLOB_LIMIT],
                        uint8_t authentication[BLOB_LIMIT]) {
  uint64_t block_size = constant_or("KVM_SEV_SNP_ID_BLOCK_SIZE", 96);
  uint64_t page_size = constant_or("KVM_SEV_SNP_ID_AUTH_SIZE", 4096);
  long result = copy_blob("the identity block", member(data, "id_block_uaddr"), block_size, block);
  if (result) return result;
  return copy_blob("the authentication page", member(data, "id_auth_uaddr"), page_size,
                   authentication);
}

/* The firmware is there, and the launch has not ended. */
static long reach_launching(struct command *command, int descriptor) {
  long result = firmware_reach(descriptor);
  if (result || !snp_guest(command->vm)->running) return result;
  return firmware_refuse(command, FIRMWARE_INVALID_GUEST_STATE, "the guest is running");
}

/* The launch ends in the firmware: the identity is checked against what was measured. */
static long finish(struct command *command, struct structure *data, struct snp_guest *guest) {
  uint8_t block[BLOB_LIMIT], authentication[BLOB_LIMIT];
  bool has_identity = member(data, "id_block_en");
  long result = has_identity ? identity_in(data, block, authentication) : 0;
  if (!result) result = reach_launching(command, command->vm->tee->sev.device);
  if (result) return result;
  if (has_identity)
    result = check_identity(command, guest, block, authentication, member(data, "auth_key_en"));
  if (result) return result;
  guest->running = true;
  return firmware_done(command);
}

/* sev.c: snp_launch_finish. The vCPUs are measured first, and stay so if the firmware then refuses. */
static long launch_finish(struct command *command) {
  struct structure data;
  struct snp_guest *guest = snp_guest(command->vm);
  if (!guest) return not_snp(ENOTTY);
  if (!guest->has_context) return refuse(WHO_KERNEL, EINVAL, "the launch was not started");
  if (structure_in(&data, "kvm_sev_snp_launch_finish", command->data)) return unreadable();
  const uint8_t *host_data = member_bytes(&data, "host_data", 32);
  say_members(&data, "id_block_en", "auth_key_en", "vcek_disabled", "flags", NULL);
  if (host_data) say_bytes("host_data", host_data, 32);
  if (member(&data, "flags")) return refuse(WHO_KERNEL, EINVAL, "flags that are not 0");
  struct vm *vm = command->vm;
  long result = vm->vcpu_count ? vmsa_check(vm->vcpus[0]) : 0;
  if (!result && vm->vcpu_count) result = reach_launching(command, command->sev_descriptor);
  if (!result) result = encrypt_vmsas(vm, take_vmsa);
  if (result) return result;
  say_bytes("digest", guest->launch_digest, sizeof guest->launch_digest);
  return finish(command, &data, guest);
}

/* sev.c: snp_enable_certs (7.0) */
static long enable_requested_certificates(struct command *command) {
  if (command->vm->vcpu_count || !snp_guest(command->vm))
    return refuse(WHO_KERNEL, EINVAL, "the VM has vCPUs already, or is no SNP guest");
  return 0;
}

const struct command_row snp_commands[] = {
    {"KVM_SEV_SNP_LAUNCH_START", launch_start},
    {"KVM_SEV_SNP_LAUNCH_UPDATE", launch_update},
    {"KVM_SEV_SNP_LAUNCH_FINISH", launch_finish},
    {"KVM_SEV_SNP_ENABLE_REQ_CERTS", enable_requested_certificates},
    {NULL, NULL},
};
