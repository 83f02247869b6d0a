/* Sequences of arch/x86/kvm/svm/sev.c (6.12 and 7.2) for SEV and SEV-ES. Firmware errors are those of
 * the SEV API specification: 2 guest state, 4 length, 7 policy, 9 address, 11 measurement, 12 ASID. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  INIT, ES_INIT, LAUNCH_START, UPDATE_DATA, UPDATE_VMSA, SECRET, MEASURE, FINISH,
  SEND_START, SEND_UPDATE_DATA, SEND_UPDATE_VMSA, SEND_FINISH, RECEIVE_START, RECEIVE_UPDATE_DATA,
  RECEIVE_FINISH = 15, GUEST_STATUS, DBG_DECRYPT, CERT_EXPORT = 19,
  REPORT, INIT2 = 22, UNKNOWN = 50, SNP_LAUNCH_START = 100,
};

struct start { uint32_t handle, policy; void *dh; uint32_t dh_len, pad; void *session; uint32_t session_len, pad1; };
struct range { void *address; uint32_t size, pad; };
struct init2 { uint64_t features; uint32_t flags; uint16_t ghcb, pad[17]; };
struct debug { void *from, *to; uint32_t size, pad; };
struct secret { void *header; uint32_t header_len, p; void *guest; uint32_t guest_len, q; void *packet; uint32_t packet_len, r; };
struct send { uint32_t policy, a; void *pdh; uint32_t pdh_len, b; void *platform; uint32_t platform_len, c;
              void *amd; uint32_t amd_len, d; void *session; uint32_t session_len, e; };
struct packet { void *header; uint32_t header_len, p; void *guest; uint32_t guest_len, q; void *packet; uint32_t packet_len, r; };
struct receive { uint32_t handle, policy; void *pdh; uint32_t pdh_len, p; void *session; uint32_t session_len, q; };
struct status { uint32_t handle, policy, state; };
struct report { uint8_t nonce[16]; void *to; uint32_t size, pad; };

static long ask_sev(const struct step *step, unsigned *status) {
  struct { uint32_t id, pad; void *data; uint32_t error; int fd; } command = {
      step->command, 0, step->data, 0, sev};
  long answer = ask(vm, ENCRYPT_OP, &command);
  *status = command.error;
  return answer;
}

static struct { void *address; uint64_t size; } region = {memory, PAGE}, no_region = {memory, 0};
static long register_region(void) { return ask(vm, REGISTER_REGION, &region); }
static long register_nothing(void) { return ask(vm, REGISTER_REGION, &no_region); }
static long unregister_region(void) { return ask(vm, UNREGISTER_REGION, &region); }
static long ask_nothing(void) { return ask(vm, ENCRYPT_OP, NULL); }
static long ask_badly(void) { return ask(vm, ENCRYPT_OP, (void *)16); }

static struct status status;
static long state_is(uint32_t wanted) {
  unsigned error;
  long answer = ask_sev(&(struct step){.command = GUEST_STATUS, .data = &status}, &error);
  return answer ? answer : status.state == wanted ? 0 : -1000 - (long)status.state;
}
static long is_launching(void) { return state_is(1); }
static long is_secret(void) { return state_is(2); }
static long is_running(void) { return state_is(3); }

/* KVM_CAP_X86_SMM of the VM. */
static long smm_is(long wanted) { return ask(vm, CHECK_EXTENSION, (void *)117) == wanted ? 0 : -1000; }
static long has_smm(void) { return smm_is(1); }
static long has_no_smm(void) { return smm_is(0); }

static uint8_t measurement[48];
static struct range measure_length = {measurement, 0, 0};
static struct send send_length = {0};
static long length_is_128(void) { return send_length.session_len == 128 ? 0 : -1; }
static long length_is_48(void) { return measure_length.size == 48 ? 0 : -1; }

static struct range odd_range = {letters, 5 * PAGE + 16, 0};
static long range_is_kept(void) {
  return is_kept("4f09a9f34534b1e3b101a7cf9de72990fdfcecb558df2b0bfa131a6282120a86");
}

static const struct step plain[] = {
    {"a NULL structure", .call = ask_nothing},                                  /* sev_mem_enc_ioctl */
    {"an address that is none", .error = EFAULT, .call = ask_badly},            /* sev_mem_enc_ioctl */
    {"start before init", LAUNCH_START, &(struct start){.policy = 1}, ENOTTY},  /* sev_launch_start */
    {"finish before init", FINISH, NULL, ENOTTY},                               /* sev_launch_finish */
    {"a region before init", .error = ENOTTY, .call = register_region},         /* sev_mem_enc_register_region */
    {"a received page before init", RECEIVE_UPDATE_DATA, memory, EINVAL},       /* sev_receive_update_data */
    {"the end of receiving before init", RECEIVE_FINISH, NULL, ENOTTY},         /* sev_receive_finish */
    {"INIT2 of a plain VM", INIT2, &(struct init2){0}, EINVAL},                 /* sev_guest_init2: need_init */
    {"a command that nobody has", UNKNOWN, NULL, EINVAL},                       /* sev_mem_enc_ioctl: default */
    {"CERT_EXPORT", CERT_EXPORT, NULL, EINVAL},                                 /* sev_mem_enc_ioctl: default */
    {"INIT", INIT, NULL},                                                       /* sev_guest_init */
    {"INIT again", INIT, NULL, EINVAL},                                         /* __sev_guest_init: active */
    {"SEND_UPDATE_VMSA", SEND_UPDATE_VMSA, NULL, EINVAL},                       /* sev_mem_enc_ioctl: default */
    {"SNP's start of a SEV guest", SNP_LAUNCH_START, NULL, ENOTTY},             /* snp_launch_start */
    {"status before start", GUEST_STATUS, &status, EBADF},                      /* __sev_issue_cmd: fd 0 */
    {"update before start", UPDATE_DATA, &(struct range){memory, 16}, EBADF},   /* __sev_issue_cmd: fd 0 */
    {"VMSA of a guest without ES", UPDATE_VMSA, NULL, ENOTTY},                  /* sev_launch_update_vmsa */
    {"start unreadably", LAUNCH_START, (void *)8, EFAULT},                      /* sev_launch_start */
    {"a certificate without length", LAUNCH_START,
     &(struct start){.policy = 1, .dh = memory}, EINVAL},                       /* psp_copy_user_blob */
    {"a certificate too long", LAUNCH_START,
     &(struct start){.policy = 1, .dh = memory, .dh_len = 16385}, EINVAL},      /* psp_copy_user_blob */
    {"a certificate of a wrong length", LAUNCH_START,
     &(struct start){.policy = 1, .dh = memory, .dh_len = 100}, EIO, 4},        /* firmware: LAUNCH_START */
    {"a session of a wrong length", LAUNCH_START,
     &(struct start){.policy = 1, .session = memory, .session_len = 64}, EIO, 4},
    {"a policy of a newer API", LAUNCH_START, &(struct start){.policy = 0x00020001}, EIO, 7},
    {"reserved policy bits", LAUNCH_START, &(struct start){.policy = 0x101}, EIO, 7},
    {"a policy with ES", LAUNCH_START, &(struct start){.policy = 5}, EIO, 13},  /* firmware: ACTIVATE */
    {"start", LAUNCH_START, &(struct start){.policy = 1}},                      /* sev_launch_start */
    {"SMM", .call = has_smm},                                                   /* svm_has_emulated_msr */
    {"start again", LAUNCH_START, &(struct start){.policy = 1}, EIO, 12},       /* sev_bind_asid */
    {"launching", .call = is_launching},
    {"secret before measure", SECRET,
     &(struct secret){memory, 52, 0, memory, 16, 0, memory, 16, 0}, EIO, 2},    /* sev_launch_secret */
    {"finish before measure", FINISH, NULL, EIO, 2},                            /* sev_launch_finish */
    {"update of nothing", UPDATE_DATA, &(struct range){memory, 0}, EINVAL},     /* sev_pin_memory */
    {"update of no memory", UPDATE_DATA, &(struct range){(void *)PAGE, 16}, ENOMEM},   /* sev_pin_memory */
    {"update, address not aligned", UPDATE_DATA, &(struct range){memory + 8, 16}, EIO, 9},
    {"update, length not aligned", UPDATE_DATA, &(struct range){memory, 24}, EIO, 4},
    {"update", UPDATE_DATA, &(struct range){memory, PAGE}},                     /* sev_launch_update_data */
    {"update that ends within a page", UPDATE_DATA, &odd_range},
    {"its contents", .call = range_is_kept},
    {"length of a measurement", MEASURE, &measure_length, EIO, 4},              /* sev_launch_measure */
    {"is 48", .call = length_is_48},
    {"a measurement too long", MEASURE, &(struct range){measurement, 16385}, EINVAL},
    {"a measurement too short", MEASURE, &(struct range){measurement, 32}, EIO, 4},
    {"measure", MEASURE, &(struct range){measurement, 48}},
    {"waits for secrets", .call = is_secret},
    {"measure again", MEASURE, &(struct range){measurement, 48}, EIO, 2},
    {"update after measure", UPDATE_DATA, &(struct range){memory, PAGE}, EIO, 2},
    {"a secret of no length", SECRET, &(struct secret){memory, 52, 0, memory, 0, 0, memory, 16, 0}, EINVAL},
    {"a secret without packet", SECRET, &(struct secret){memory, 52, 0, memory, 16, 0, NULL, 16, 0}, EINVAL},
    {"a short header", SECRET, &(struct secret){memory, 51, 0, memory, 16, 0, memory, 16, 0}, EIO, 4},
    {"a secret not aligned", SECRET,
     &(struct secret){memory, 52, 0, memory + 8, 16, 0, memory, 16, 0}, EIO, 9},
    {"a forged secret", SECRET, &(struct secret){memory, 52, 0, memory, 16, 0, memory, 16, 0}, EIO, 11},
    {"debugging of nothing", DBG_DECRYPT, &(struct debug){memory, memory, 0, 0}, EINVAL},   /* sev_dbg_crypt */
    {"debugging against the policy", DBG_DECRYPT, &(struct debug){memory, memory, 16, 0}, EIO, 7},
    {"debugging of no memory", DBG_DECRYPT, &(struct debug){(void *)PAGE, memory, 16, 0}, ENOMEM},
    {"debugging into nothing", DBG_DECRYPT, &(struct debug){memory, NULL, 16, 0}, EINVAL},
    {"sending before it runs", SEND_START, &(struct send){0}, EIO, 2},          /* sev_send_start */
    {"sending without a certificate", SEND_START,
     &(struct send){.session = measurement, .session_len = 48}, EINVAL},
    {"sending without AMD's certificates", SEND_START,
     &(struct send){.pdh = memory, .pdh_len = 16, .platform = memory, .platform_len = 16,
                    .session = measurement, .session_len = 48}, EINVAL},        /* psp_copy_user_blob */
    {"length of a report", REPORT, &(struct report){.to = memory}, EIO, 4},     /* sev_get_attestation_report */
    {"finish", FINISH, NULL},                                                   /* sev_launch_finish */
    {"runs", .call = is_running},
    {"finish again", FINISH, NULL, EIO, 2},
    {"length of a session", SEND_START, &send_length, EIO, 4},                  /* __sev_send_start_query_session_length */
    {"is 128", .call = length_is_128},
    {"lengths of a packet", SEND_UPDATE_DATA, &(struct packet){0}, EIO, 2},     /* firmware: not sending */
    {"a packet without memory", SEND_UPDATE_DATA,
     &(struct packet){memory, 52, 0, NULL, 16, 0, memory, 16, 0}, EINVAL},      /* sev_send_update_data */
    {"a packet across pages", SEND_UPDATE_DATA,
     &(struct packet){memory, 52, 0, memory + PAGE - 8, 16, 0, memory, 16, 0}, EINVAL},
    {"the end of sending", SEND_FINISH, NULL, EIO, 2},
    {"receiving without a session", RECEIVE_START, &(struct receive){.pdh = memory, .pdh_len = 16}, EINVAL},
    {"a received packet across pages", RECEIVE_UPDATE_DATA,
     &(struct packet){memory, 52, 0, memory + PAGE - 8, 16, 0, memory, 16, 0}, EINVAL},
    {"a received packet", RECEIVE_UPDATE_DATA,
     &(struct packet){memory, 52, 0, memory, 16, 0, memory, 16, 0}, EIO, 2},    /* firmware: not receiving */
    {"a vCPU after the launch", .call = create_vcpu},                           /* kvm_vm_ioctl_create_vcpu: no check */
    {"the same region", .call = register_region},                               /* no check of overlaps */
    {"the same region", .call = register_region},
    {"no region any more", .call = unregister_region},
    {"no region any more", .call = unregister_region},
    {"a region of nothing", .error = EINVAL, .call = register_nothing},         /* sev_pin_memory */
    {"a region", .call = register_region},                                      /* sev_mem_enc_register_region */
    {"no region any more", .call = unregister_region},                          /* sev_mem_enc_unregister_region */
    {"a region that is none", .error = EINVAL, .call = unregister_region},      /* find_enc_region */
    {NULL}};

static struct { uint64_t db[4], dr6, dr7, flags, reserved[9]; } with_breakpoint = {.dr7 = 0x401},
                                                                plain_debug = {.dr7 = 0x400};
static long set_breakpoint(void) { return ask(vcpu, SET_DEBUGREGS, &with_breakpoint); }
static long clear_breakpoint(void) { return ask(vcpu, SET_DEBUGREGS, &plain_debug); }

static const struct step with_es[] = {
    {"a vCPU", .call = create_vcpu},
    {"ES_INIT with a vCPU", ES_INIT, NULL, EINVAL},                             /* __sev_guest_init: created_vcpus */
    {NULL}};

static const struct step es[] = {
    {"SMM before", .call = has_smm},
    {"ES_INIT", ES_INIT, NULL},                                                 /* sev_guest_init */
    {"no SMM of VM type 0", .call = has_no_smm},                                /* svm_has_emulated_msr: sev_es_guest */
    {"a policy without ES", LAUNCH_START, &(struct start){.policy = 1}, EIO, 13},   /* firmware: ACTIVATE */
    {"a vCPU", .call = create_vcpu},
    {"VMSA before start", UPDATE_VMSA, NULL, EBADF},                            /* __sev_issue_cmd */
    {"start", LAUNCH_START, &(struct start){.policy = 5}},
    {"a breakpoint", .call = set_breakpoint},
    {"VMSA with breakpoints", UPDATE_VMSA, NULL, EINVAL},                       /* sev_es_sync_vmsa: dr7 */
    {"no breakpoint", .call = clear_breakpoint},
    {"a debugger", .call = debug_vcpu},
    {"VMSA with a debugger", UPDATE_VMSA, NULL, EINVAL},                        /* __sev_launch_update_vmsa: guest_debug */
    {"no debugger", .call = debug_vcpu_no_more},
    {"VMSA", UPDATE_VMSA, NULL},                                                /* __sev_launch_update_vmsa */
    {"VMSA again", UPDATE_VMSA, NULL, EINVAL},                                  /* sev_es_sync_vmsa: guest_state_protected */
    {"registers of VM type 0", .call = get_registers},                          /* x86.c: has_protected_state is false */
    {"FPU of VM type 0", .call = get_float},                                    /* fpstate_is_confidential: 0 */
    {"XSAVE of VM type 0", .call = get_xsave},
    {"a debugger too late", .error = EINVAL, .call = debug_vcpu},               /* kvm_arch_vcpu_ioctl_set_guest_debug */
    {"measure", MEASURE, &(struct range){measurement, 48}},
    {"finish", FINISH, NULL},
    {"VMSA after the launch", UPDATE_VMSA, NULL, EINVAL},                       /* sev_es_sync_vmsa before the firmware */
    {NULL}};

static const struct step typed_es[] = {
    {"a vCPU", .call = create_vcpu},
    {"run before INIT2", .error = EINVAL, .call = enter},                       /* svm_vcpu_pre_run: need_init */
    {"INIT2 with a vCPU", INIT2, &(struct init2){0}, EINVAL},                   /* __sev_guest_init: created_vcpus */
    {NULL}};

static const struct step typed[] = {
    {"the old ES_INIT", ES_INIT, NULL, EINVAL},                                 /* sev_guest_init: vm_type */
    {"flags", INIT2, &(struct init2){.flags = 1}, EINVAL},                      /* __sev_guest_init */
    {"features that are not offered", INIT2, &(struct init2){.features = 0x100}, EINVAL},
    {"a feature of SNP", INIT2, &(struct init2){.features = 0x200}, EINVAL},
    {"GHCB version 3", INIT2, &(struct init2){.ghcb = 3}, EINVAL},
    {"INIT2 unreadably", INIT2, (void *)8, EFAULT},                             /* sev_guest_init2 */
    {"SMM before", .call = has_smm},
    {"INIT2", INIT2, &(struct init2){.features = 0x20, .ghcb = 2}},
    {"no SMM", .call = has_no_smm},                                             /* svm_has_emulated_msr */
    {"INIT2 again", INIT2, &(struct init2){0}, EINVAL},                         /* sev_guest_init2: need_init */
    {"a vCPU", .call = create_vcpu},
    {"another", .call = create_another_vcpu},
    {"registers of its own", .call = set_registers},
    {"start", LAUNCH_START, &(struct start){.policy = 5}},
    {"registers before", .call = get_registers},
    {"VMSA", UPDATE_VMSA, NULL},
    {"registers after", .error = EINVAL, .call = get_registers},                /* kvm_arch_vcpu_ioctl_get_regs */
    {"FPU after", .error = EINVAL, .call = get_float},                          /* fpstate_is_confidential */
    {"XSAVE after", .error = EINVAL, .call = get_xsave},
    {NULL}};

static const struct step typed_sev[] = {
    {"features without ES", INIT2, &(struct init2){.features = 0x20}, EINVAL},  /* __sev_guest_init */
    {"GHCB without ES", INIT2, &(struct init2){.ghcb = 1}, EINVAL},             /* __sev_guest_init */
    {"INIT2", INIT2, &(struct init2){0}},
    {NULL}};

/* sev_asid_new: two ASIDs for SEV, and none is left until a VM goes. */
static void walk_asids(void) {
  int guests[3];
  struct { uint32_t id, pad; void *data; uint32_t error; int fd; } command = {.id = INIT, .fd = sev};
  for (int i = 0; i < 3; i++) {
    guests[i] = (int)ask(kvm, CREATE_VM, NULL);
    compare("ASIDs", "one more guest", i < 2 ? 0 : -EBUSY, ask(guests[i], ENCRYPT_OP, &command));
  }
  close(guests[0]);
  compare("ASIDs", "after one has gone", 0, ask(guests[2], ENCRYPT_OP, &command));
  close(guests[1]);
  close(guests[2]);
}

static long init_as(int guest, unsigned id) {
  struct init2 none = {0};
  struct { uint32_t id, pad; void *data; uint32_t error; int fd; } command = {id, 0, &none, 0, sev};
  return ask(guest, ENCRYPT_OP, &command);
}

/* SEV-ES and SNP guests share two ASIDs (sev_asid_new). */
static void walk_shared_asids(void) {
  int es = (int)ask(kvm, CREATE_VM, (void *)3), snp = (int)ask(kvm, CREATE_VM, (void *)4);
  int third = (int)ask(kvm, CREATE_VM, (void *)0);
  compare("shared ASIDs", "SEV-ES", 0, init_as(es, INIT2));
  compare("shared ASIDs", "SNP", 0, init_as(snp, INIT2));
  compare("shared ASIDs", "one more", -EBUSY, init_as(third, ES_INIT));
  close(snp);
  compare("shared ASIDs", "after SNP has gone", 0, init_as(third, ES_INIT));
  close(es);
  close(third);
}

/* Ciphertext hiding: one ASID for SNP guests, one for SEV-ES guests (sev_asid_new of 7.2). */
void walk_own_asids(void) {
  int es = (int)ask(kvm, CREATE_VM, (void *)3), snp = (int)ask(kvm, CREATE_VM, (void *)4);
  int second = (int)ask(kvm, CREATE_VM, (void *)4), third = (int)ask(kvm, CREATE_VM, (void *)0);
  compare("own ASIDs", "SNP", 0, init_as(snp, INIT2));
  compare("own ASIDs", "another SNP", -EBUSY, init_as(second, INIT2));
  compare("own ASIDs", "SEV-ES", 0, init_as(es, INIT2));
  close(snp);
  compare("own ASIDs", "another SEV-ES after SNP has gone", -EBUSY, init_as(third, ES_INIT));
  compare("own ASIDs", "another SNP after SNP has gone", 0, init_as(second, INIT2));
  close(es);
  close(second);
  close(third);
}

/* A plain SEV guest that starts with a handle; `status` is the firmware's error. */
static long start_with(int guest, uint32_t handle, uint32_t policy, uint32_t *made, uint32_t *status) {
  struct start start = {.handle = handle, .policy = policy};
  struct { uint32_t id, pad; void *data; uint32_t error; int fd; } command = {
      LAUNCH_START, 0, &start, 0, sev};
  long answer = ask(guest, ENCRYPT_OP, &command);
  *made = start.handle;
  *status = command.error;
  return answer;
}

/* Starts a new guest, compares the firmware's answer and leaves the guest. */
static void share(const char *question, uint32_t handle, uint32_t policy, uint32_t status) {
  uint32_t made, error;
  int guest = (int)ask(kvm, CREATE_VM, NULL);
  init_as(guest, INIT);
  compare("shared keys", question, status ? -EIO : 0, start_with(guest, handle, policy, &made, &error));
  compare("shared keys", question, status, error);
  compare("shared keys", question, !status, made != handle);
  close(guest);
}

/* The firmware's sev_mcmd_launch_start: a handle names the guest whose key is shared. */
static void walk_shared_keys(void) {
  enum { NO_DEBUG = 1, NO_KEY_SHARING = 2, INVALID_GUEST = 16, POLICY_FAILURE = 7 };
  uint32_t first, second, error;
  int guest = (int)ask(kvm, CREATE_VM, NULL), closed = (int)ask(kvm, CREATE_VM, NULL);
  init_as(guest, INIT);
  compare("shared keys", "the first guest", 0, start_with(guest, 0, NO_DEBUG, &first, &error));
  share("a handle that no guest has", first + 1, NO_DEBUG, INVALID_GUEST);
  share("a handle beyond all", 1025, NO_DEBUG, INVALID_GUEST);
  share("another policy", first, 0, POLICY_FAILURE);
  share("the same policy", first, NO_DEBUG, 0);
  close(guest);
  share("a guest that has gone", first, NO_DEBUG, INVALID_GUEST);
  init_as(closed, INIT);
  compare("shared keys", "another guest", 0,
          start_with(closed, 0, NO_KEY_SHARING, &second, &error));
  compare("shared keys", "the lowest free handle", first, second);
  share("a policy that forbids it", second, NO_KEY_SHARING, POLICY_FAILURE);
  close(closed);
}

/* Another process has both ASIDs of SEV until it is killed. */
static void walk_killed(void) {
  int ready[2];
  char byte;
  if (pipe(ready)) return;
  pid_t child = fork();
  if (!child) {
    int own = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    uint32_t handle = 0, error;
    for (int i = 0; i < 2; i++) {
      int guest = (int)ask(own, CREATE_VM, NULL);
      init_as(guest, INIT);
      start_with(guest, 0, 0, &handle, &error);
    }
    if (write(ready[1], &handle, 1) == 1) pause();
    _exit(0);
  }
  if (read(ready[0], &byte, 1) != 1) return;
  int guest = (int)ask(kvm, CREATE_VM, NULL), one = (int)ask(kvm, CREATE_VM, NULL);
  uint32_t made, error;
  init_as(one, ES_INIT);
  start_with(one, (uint8_t)byte, 5, &made, &error);
  compare("handles of all processes", "a guest of another process with another policy", 7, error);
  close(one);
  compare("ASIDs of all processes", "while another has them", -EBUSY, init_as(guest, INIT));
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  compare("ASIDs of all processes", "after it was killed", 0, init_as(guest, INIT));
  close(guest);
  close(ready[0]);
  close(ready[1]);
}

void walk_sev(void) {
  walk("SEV", 0, plain, ask_sev);
  walk("SEV-ES late", 0, with_es, ask_sev);
  walk("SEV-ES", 0, es, ask_sev);
  walk("SEV-ES VM late", 3, typed_es, ask_sev);
  walk("SEV-ES VM", 3, typed, ask_sev);
  walk("SEV VM", 2, typed_sev, ask_sev);
  walk_asids();
  walk_shared_asids();
  walk_shared_keys();
  walk_killed();
}

/* A fault is planted: the first measurement is made, and its answer lost. */
static const struct step lost[] = {
    {"INIT", INIT, NULL},
    {"start", LAUNCH_START, &(struct start){.policy = 1}},
    {"measure, and lose the answer", MEASURE, &(struct range){measurement, 48}, EFAULT},
    {"waits for secrets all the same", .call = is_secret},
    {"measure again", MEASURE, &(struct range){measurement, 48}, EIO, 2},
    {NULL}};

void walk_lost_answer(void) { walk("a lost answer", 0, lost, ask_sev); }

static const struct step without[] = {
    {"a NULL structure", .error = ENOTTY, .call = ask_nothing},                 /* kvm_arch_vm_ioctl: no mem_enc_ioctl */
    {"INIT", INIT, NULL, ENOTTY},
    {"a region", .error = ENOTTY, .call = register_region},
    {NULL}};

void walk_without_sev(void) { walk("no SEV", 0, without, ask_sev); }
