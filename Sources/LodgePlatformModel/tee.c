/* Confidential guests: where VMs and vCPUs become ones, and the calls they all share. */
#include "tee.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool is_td(const struct vm *vm) { return 1ull << vm->type == bit_of("KVM_X86_TDX_VM"); }

/* arch/x86/kvm/svm/svm.c: svm_vm_init; arch/x86/kvm/vmx/tdx.c: tdx_vm_init */
long tee_vm_created(struct vm *vm) {
  uint64_t type = 1ull << vm->type;
  uint64_t sev = bit_of("KVM_X86_SEV_VM"), hidden = bit_of("KVM_X86_SEV_ES_VM") |
                                                    bit_of("KVM_X86_SNP_VM") | bit_of("KVM_X86_TDX_VM");
  if (!(type & (sev | hidden))) return 0;
  if (!(vm->tee = calloc(1, sizeof *vm->tee))) return -ENOMEM;
  vm->protected_state = type & hidden;
  vm->protected_apic = is_td(vm);
  vm->tee->sev.needs_init = !is_td(vm);
  return 0;
}

/* arch/x86/kvm/svm/sev.c: sev_vm_destroy; arch/x86/kvm/vmx/tdx.c: tdx_mmu_release_hkid */
void tee_vm_closed(struct vm *vm) {
  if (!vm->tee) return;
  sev_vm_closed(vm);
  td_vm_closed(vm);
  free(vm->tee->snp.pages.ranges);
  free(vm->tee->td.pages.ranges);
  free(vm->tee);
  vm->tee = NULL;
}

long tee_vcpu_created(struct vcpu *vcpu) {
  if (!vcpu->vm->tee) return 0;
  if (!(vcpu->tee = calloc(1, sizeof(struct vcpu_tee)))) return -ENOMEM;
  return is_td(vcpu->vm) ? td_vcpu_created(vcpu) : 0;
}

void tee_vcpu_closed(struct vcpu *vcpu) {
  free(vcpu->tee);
  vcpu->tee = NULL;
}

/* arch/x86/kvm/svm/svm.c: svm_vcpu_pre_run */
long tee_vcpu_run(struct vcpu *vcpu) {
  struct tee_state *tee = vcpu->vm->tee;
  if (!tee) return 0;
  if (is_td(vcpu->vm)) return td_vcpu_run(vcpu);
  return tee->sev.needs_init ? refuse(WHO_KERNEL, EINVAL, "the VM was not initialised") : 0;
}

/* arch/x86/kvm/svm/sev.c: sev_vm_init, snp_launch_finish; arch/x86/kvm/vmx/tdx.c: tdx_td_finalize */
bool tee_may_be_faulted_in(struct vm *vm) {
  if (is_td(vm)) return vm->tee->td.state == TD_RUNNABLE;
  return 1ull << vm->type != bit_of("KVM_X86_SNP_VM") || vm->tee->snp.running;
}

/* arch/x86/kvm/svm/svm.c: svm_has_emulated_msr, MSR_IA32_SMBASE: no SMM on registers out of reach. A VM
 * of type 0 is such a guest since KVM_SEV_ES_INIT, those of SEV's types since KVM_SEV_INIT2. */
bool tee_forbids_smm(struct vm *vm) {
  const struct sev_guest *guest = sev_guest(vm);
  return guest && guest->es;
}

/* The row of a command, whichever file answers it. */
static const struct command_row *sev_row(uint64_t number) {
  static const struct command_row *const tables[] = {
      sev_commands, sev_launch_commands, sev_later_commands, sev_move_commands, snp_commands};
  const struct command_row *row = NULL;
  for (size_t i = 0; !row && i < sizeof tables / sizeof *tables; i++)
    row = command_row(tables[i], number);
  return row;
}

/* Whether this kernel's headers name the number as a command: some that Lodge does not know yet.
 * Page types and sizes share the prefix (arch/x86/include/uapi/asm/kvm.h: enum sev_cmd_id). */
static bool is_named(uint64_t number) {
  const char *name = constant_name("KVM_SEV_", number);
  return name && !strstr(name, "_PAGE_TYPE_") && !strstr(name, "_SIZE") && !strstr(name, "_NR_MAX");
}

static long not_of_snp(struct command *command) {
  (void)command;
  return refuse(WHO_KERNEL, EPERM, "an SNP guest takes only commands of SNP");
}

static long not_there(struct command *command) {
  (void)command;
  return refuse(WHO_KERNEL, EINVAL, "this kernel has no such command");
}

static long not_modelled(struct command *command) {
  (void)command;
  return refuse(WHO_UNMODELLED, EINVAL, "this command is not modelled");
}

/* The switch of sev.c: sev_mem_enc_ioctl. */
static command_handler *sev_handler(const struct command *command, uint64_t number) {
  const struct command_row *row = sev_row(number);
  struct sev_guest *guest = sev_guest(command->vm);
  bool of_snp = number >= constant_or("KVM_SEV_SNP_LAUNCH_START", UINT64_MAX);
  if (guest && guest->snp && !of_snp) return not_of_snp;
  if (row && row->answer) return row->answer;
  return !row && is_named(number) ? not_modelled : not_there;
}

static long sev_answer(struct command *command, uint64_t number) {
  const struct command_row *row = sev_row(number);
  if (row) say_command(command->name = row->name);
  say_number("id", number);
  return command_answer(command, sev_handler(command, number));
}

/* sev.c: sev_mem_enc_ioctl. No structure asks whether there is SEV at all. */
static long sev_op(struct call *call) {
  struct structure asked;
  if (!sev_enabled()) return refuse(WHO_PLATFORM, ENOTTY, "SEV is not enabled on the platform");
  if (!call->argument) return 0;
  if (structure_in(&asked, "kvm_sev_cmd", call->argument))
    return refuse(WHO_KERNEL, EFAULT, "the command is not readable");
  struct command command = {.vm = call->vm,
                            .data = member(&asked, "data"),
                            .sev_descriptor = (int)member(&asked, "sev_fd"),
                            .firmware_error = (uint32_t)member(&asked, "error")};
  long result = sev_answer(&command, member(&asked, "id"));
  set_member(&asked, "error", command.firmware_error);
  if (command.firmware_error) say_number("error", command.firmware_error);
  if (structure_out(&asked)) return refuse(WHO_KERNEL, EFAULT, "the command is not writable");
  return result;
}

static long encrypt_op(struct call *call) { return is_td(call->vm) ? td_op(call) : sev_op(call); }

/* arch/x86/kvm/x86.c: kvm_arch_vm_ioctl: TDX has no such regions. */
static long register_region(struct call *call) {
  return sev_enabled() && !is_td(call->vm)
             ? sev_register_region(call)
             : refuse(WHO_KERNEL, ENOTTY, "no regions to register on this platform");
}

static long unregister_region(struct call *call) {
  return sev_enabled() && !is_td(call->vm)
             ? sev_unregister_region(call)
             : refuse(WHO_KERNEL, ENOTTY, "no regions to register on this platform");
}

/* arch/x86/kvm/x86.c: kvm_arch_vcpu_ioctl knows the call since TDX came (6.16), and
 * arch/x86/kvm/vmx/main.c: vt_vcpu_mem_enc_ioctl refuses other guests. */
static long encrypt_op_on_vcpu(struct call *call) {
  uint64_t number;
  if (!constant("KVM_TDX_CAPABILITIES", &number))
    return refuse(WHO_KERNEL, EINVAL, "this kernel has no such call on a vCPU");
  if (is_td(call->vm)) return td_vcpu_op(call);
  return setting("tdx.keyids") ? refuse(WHO_KERNEL, EINVAL, "the VM is no trust domain")
                               : refuse(WHO_KERNEL, ENOTTY, "the platform has no TDX");
}

const struct row sev_rows[] = {
    {"KVM_MEMORY_ENCRYPT_OP", KIND_VM, encrypt_op},
    {"KVM_MEMORY_ENCRYPT_REG_REGION", KIND_VM, register_region},
    {"KVM_MEMORY_ENCRYPT_UNREG_REGION", KIND_VM, unregister_region},
    {0},
};

const struct row tdx_rows[] = {
    {"KVM_MEMORY_ENCRYPT_OP", KIND_VCPU, encrypt_op_on_vcpu},
    {0},
};
