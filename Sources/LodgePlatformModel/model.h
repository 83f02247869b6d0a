/* The platform model: answers /dev/kvm, /dev/sev and what hangs on them from a description.
 *
 * One process, one description, one transcript. Rows (see row.h tables in each file) name the calls
 * of the kernel's UAPI; the description says which of them the candidate kernel has, under which
 * number, and how its structures are laid out. Nothing here knows a kernel version.
 */
#ifndef LODGE_MODEL_H
#define LODGE_MODEL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- description.c: what the platform and the candidate kernel are ------------------------- */

/* Looks up a number of the kernel's UAPI headers (enumerator, flag, macro); false: it has none. */
bool constant(const char *name, uint64_t *value);
/* The value of a constant that a row needs; `absent` where the kernel does not have it. */
uint64_t constant_or(const char *name, uint64_t absent);
/* The size in bytes of a structure of the UAPI headers; 0 where the kernel does not have it. */
size_t layout_size(const char *structure);
/* Where a member lies, as "kvm_sev_cmd.id"; false: the structure or member is not there. */
bool layout_field(const char *structure_member, size_t *offset, size_t *size);
/* A setting of the platform or a rule of the kernel, such as "sev.asids"; NULL where not given. */
const char *setting(const char *name);
/* The same as a number (decimal or 0x...), `absent` where not given. */
uint64_t setting_number(const char *name, uint64_t absent);
/* The answer of KVM_CHECK_EXTENSION: on /dev/kvm with vm_type -1, else on a VM of that type. */
int64_t capability(int vm_type, uint32_t number);
/* The name of a constant of a family, such as "KVM_CAP_", that has a value; NULL: none has. */
const char *constant_name(const char *family, uint64_t value);
/* The name of the ioctl that has a number in this kernel; NULL: no header of it names the number. */
const char *ioctl_name(uint32_t number);
/* Reads a number, decimal or 0x..., that fills all of a word; false: it is none. */
bool read_number(const char *word, uint64_t *value);

struct cpuid_entry { uint32_t function, index, flags, eax, ebx, ecx, edx; };
/* What a line of the description's MSR lists says. */
struct msr { uint32_t index; uint64_t value; };
/* A `cpuid` instruction in the object with a build id, by its ELF virtual address. */
struct cpuid_site { const char *build_id; uint64_t address; };

/* The lists of the description, in its order; each returns its length. */
size_t instruction_cpuid(const struct cpuid_entry **entries);  /* the CPUID instruction */
size_t supported_cpuid(const struct cpuid_entry **entries);    /* KVM_GET_SUPPORTED_CPUID */
size_t tdx_cpuid(const struct cpuid_entry **entries);          /* what a TD may configure */
size_t kernel_msrs(const struct msr **msrs);                   /* KVM_GET_MSR_INDEX_LIST */
size_t feature_msrs(const struct msr **msrs);                  /* KVM_GET_MSR_FEATURE_INDEX_LIST */
size_t cpuid_sites(const struct cpuid_site **sites);
/* Folders: "transcripts", "faults", "pools", "measured"; NULL where not given. */
const char *folder(const char *name);

/* The program's name and, of a QEMU, the guest's: fit to be file names; see process.c. */
const char *program_name(void);
const char *guest_name(void);   /* NULL where it has none */
/* Says on stderr what is wrong with the model's input, and ends the process with code 121. */
_Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Reads a whole file of at most `limit` bytes, ended by a NUL; NULL with errno. Never freed. */
char *read_file(const char *path, size_t limit, size_t *size);

/* ---- objects: what a descriptor stands for --------------------------------------------------- */

enum kind {
  KIND_SYSTEM, KIND_VM, KIND_VCPU, KIND_GUEST_MEMFD, KIND_SEV_DEVICE,
  KIND_OF_PARENT,             /* a VM's descriptor in a child of fork */
  KIND_COUNT
};

/* A slot of guest memory, as KVM_SET_USER_MEMORY_REGION(2) sets it. */
struct memory_slot {
  bool used;
  uint32_t slot, flags;
  uint64_t gpa, size, host;   /* host: user address of the shared side */
  int guest_memfd;            /* the number of its object; -1 where it has no private side */
  uint64_t guest_memfd_offset;
};

struct vm;
struct vcpu;

/* State of SEV, SEV-ES, SNP or TDX on one VM; sev.c, snp.c and tdx.c own their structs. */
struct tee_state;

struct vm {
  int number;                 /* 1, 2 ... in order of creation in this process */
  int references;             /* open descriptors and running calls; objects.c */
  int descriptor;
  uint32_t type;              /* as given to KVM_CREATE_VM */
  pthread_mutex_t lock;       /* held during every call on the VM and its vCPUs, but KVM_RUN's sleep */
  struct memory_slot *slots;
  size_t slot_count;
  struct vcpu **vcpus;        /* in order of creation */
  size_t vcpu_count;
  bool protected_state;       /* VM types SEV-ES, SNP and TDX (kernel: has_protected_state) */
  bool protected_apic;        /* VM type TDX: the TDX module has APIC, EOIs and TSC (has_protected_eoi) */
  struct tee_state *tee;      /* NULL on a plain VM that was not initialised */
  struct vm_state *state;     /* vm.c: interrupt chips, clock, attributes, what was enabled */
};

struct vcpu {
  struct vm *vm;
  int id;
  int descriptor;
  bool state_is_encrypted;    /* register access answers EINVAL (kernel: guest_state_protected) */
  bool float_is_confidential; /* as well that of FPU and XSAVE (kernel: fpstate_is_confidential) */
  bool debugged;              /* KVM_SET_GUEST_DEBUG is on (kernel: guest_debug) */
  void *tee;                  /* per-vCPU state of tdx.c */
  struct vcpu_state *state;   /* vcpu.c: registers, MSRs, CPUID */
};

/* Whether all of [gpa, gpa + size) is marked private by KVM_SET_MEMORY_ATTRIBUTES. */
bool memory_is_private(struct vm *vm, uint64_t gpa, uint64_t size);
/* The slot that holds all of [gpa, gpa + size); NULL where none does. */
const struct memory_slot *memory_slot_of(struct vm *vm, uint64_t gpa, uint64_t size);
/* The CPUID entries that KVM_SET_CPUID2 gave a vCPU; returns their number. */
size_t vcpu_cpuid(struct vcpu *vcpu, const struct cpuid_entry **entries);
/* What KVM_GET_<name> gives on a vCPU: "REGS", "SREGS", "FPU", "XSAVE", "XCRS", "DEBUGREGS" ...,
 * laid out as the UAPI structure says; NULL where this kernel has no such call. Valid until the
 * next call on the vCPU. */
const void *vcpu_registers(struct vcpu *vcpu, const char *name, size_t *size);
/* Whether interrupts are split: the local APICs in the kernel, the rest in user space. */
bool vm_has_split_irqchip(const struct vm *vm);
/* The value of an MSR of a vCPU; false: it has none of that index. */
bool vcpu_msr(struct vcpu *vcpu, uint32_t index, uint64_t *value);

/* ---- calls: one ioctl being answered ---------------------------------------------------------- */

struct call {
  enum kind kind;
  struct vm *vm;              /* of KIND_VM and KIND_VCPU */
  struct vcpu *vcpu;          /* of KIND_VCPU */
  int descriptor;
  uint32_t number;            /* the 32-bit request */
  uint64_t argument;          /* the third argument of ioctl */
  const char *name;           /* of the row that answers it */
};

/* Copies between the caller's memory and ours; 0 or -EFAULT, never a crash. */
int copy_in(void *to, uint64_t from, size_t size);
int copy_out(uint64_t to, const void *from, size_t size);
/* Members of a caller's structure by their UAPI name, zero-extended. -EFAULT; -ENOSYS where the
 * kernel's structure has no such member (a row then refuses as a kernel without it). */
int field_in(uint64_t structure, const char *structure_member, uint64_t *value);
int field_out(uint64_t structure, const char *structure_member, uint64_t value);

/* Who says no. The word goes into the transcript and decides the layer of the outcome. */
enum who { WHO_KERNEL, WHO_FIRMWARE, WHO_PLATFORM, WHO_FAULT, WHO_UNMODELLED, WHO_COUNT };
/* Notes a refusal in the transcript line of the running call; returns -error. */
long refuse(enum who who, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Adds one decoded field to the transcript line of the running call. */
void say_number(const char *name, uint64_t value);      /* printed as 0x... */
void say_pointer(const char *name, uint64_t value);     /* volatile: printed as ptr:0x... */
void say_descriptor(const char *name, int value);       /* volatile: printed as fd:N */
void say_text(const char *name, const char *value);
/* The name of a constant of a family that has the value, with the value as "number" beside it; the value
 * alone where none has. */
void say_constant(const char *name, const char *family, uint64_t value);
void say_digest(const char *name, const void *bytes, size_t size);   /* SHA-256 of the bytes, hex */
/* Names the sub-command, so that faults and readers find it: "KVM_SEV_SNP_LAUNCH_UPDATE". */
void say_command(const char *name);

/* A line of the transcript that belongs to no call: "# note ...". */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The number by which the program makes the calls of a name: "# number KVM_RUN 0xae80". */
void tell_number(const char *name, uint32_t number);

/* A row answers one call. Returns what ioctl returns, or what refuse() returned (negative). */
typedef long handler(struct call *call);
struct row { const char *name; enum kind kind; handler *answer; };
/* Rows of each file, ended by a row without a name. */
extern const struct row system_rows[], vm_rows[], memory_rows[], interrupt_rows[], vcpu_rows[];
extern const struct row enable_rows[], register_rows[], xsave_rows[], msr_rows[], cpuid_rows[], run_rows[];
extern const struct row sev_rows[], tdx_rows[], sev_device_rows[];

/* ---- objects.c, dispatch.c, transcript.c: from an ioctl to its row and its line ----------------- */

/* What a descriptor stands for; `vm` and `vcpu` as the kind says. */
struct object {
  enum kind kind;
  struct vm *vm;
  struct vcpu *vcpu;
  int number;                 /* 1, 2 ... in order of making: descriptors are used again, these are not */
};
/* Makes a memfd of a size for an object and enters it in the table; -errno. */
int object_open(struct object object, const char *name, size_t size, bool close_on_exec);
/* Looks a descriptor up and keeps its object alive until object_leave; false: it is none of ours. */
bool object_enter(int descriptor, struct object *object);
void object_leave(const struct object *object);
/* Forgets a descriptor that is being closed. */
void object_close(int descriptor);
/* Ends a VM that has no descriptor left; vm.c. */
void vm_free(struct vm *vm);
void vcpu_free(struct vcpu *vcpu);

/* Answers an ioctl on an object: what ioctl(2) returns, or -errno. */
long dispatch(const struct object *object, int descriptor, uint32_t number, uint64_t argument);
/* Sleeps in KVM_RUN until a signal or immediate_exit; -EINTR. No lock is held. run.c. */
long vcpu_park(struct vcpu *vcpu);
/* The line of the running call, kept on the stack of its thread. */
struct line {
  char text[4096], refusal[512], made[64];
  size_t length;
  bool silent;
  struct line *outer;
};
void line_start(struct line *line);
/* Ends the line: the call's name, its result, and what a refusal said. Written by one write(2). */
void line_end(struct line *line, const struct call *call, const char *name, long result);
/* Adds what follows the result, such as "vm1": the object that the call made. */
void say_made(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Leaves the running call out of the transcript: it says nothing, and its number varies. */
void say_nothing(void);

/* Notes in the transcript file by which signal the process dies; signals.c. */
void signals_say(int descriptor);

/* ---- cpuid.c ----------------------------------------------------------------------------------- */

/* Patches the described `cpuid` instructions, once. */
void cpuid_answer_from_description(void);

/* ---- faults.c ------------------------------------------------------------------------------------ */

/* What a fault rule answers in place of the model, for the running call or sub-command. */
struct fault {
  bool served;                /* the call is done first, and only its answer is another */
  int error;                  /* errno, 0 for success */
  uint64_t firmware_error;    /* goes to kvm_sev_cmd.error or sev_issue_cmd.error where has_firmware */
  bool has_firmware;
  uint64_t hardware_error;    /* goes to kvm_tdx_cmd.hw_error where has_hardware */
  bool has_hardware;
};
/* Whether a fault is due for a call or sub-command of this name; counts the call. The dispatcher
 * asks for calls; handlers of sub-commands ask for theirs. */
bool fault_due(const char *name, struct fault *fault);
/* What a fault makes of the running call. */
long fault_answer(const struct fault *fault);

/* ---- pools.c: ASIDs, KeyIDs and guest handles, shared by all processes of the sandbox ------------ */

/* Takes a free number of first..last of a pool; -1 where none is free. It is given back by
 * pool_release, and by the kernel when the process ends (each is a byte-range lock on a file). */
int pool_take(const char *pool, unsigned first, unsigned last, int *lock_descriptor);
void pool_release(int lock_descriptor);
/* Keeps a word with a number that was taken, for all processes; false: nobody has the number. */
void pool_note(int lock_descriptor, unsigned number, uint32_t word);
bool pool_noted(const char *pool, unsigned number, uint32_t *word);

/* ---- sha256.c -------------------------------------------------------------------------------------- */
struct sha256 { uint32_t state[8]; uint64_t length; uint8_t block[64]; };
void sha256_start(struct sha256 *);
void sha256_add(struct sha256 *, const void *bytes, size_t size);
void sha256_finish(struct sha256 *, uint8_t digest[32]);

/* ---- TEE hooks that vm.c and vcpu.c call ------------------------------------------------------------ */

/* Called by KVM_CREATE_VM after the type was found to be offered; 0 or -errno. */
long tee_vm_created(struct vm *vm);
/* Called when the last descriptor of the VM is closed. */
void tee_vm_closed(struct vm *vm);
/* Called by KVM_CREATE_VCPU. */
long tee_vcpu_created(struct vcpu *vcpu);
/* Called when a vCPU enters KVM_RUN, the VM's lock held; 0 or what refuse() returned. */
long tee_vcpu_run(struct vcpu *vcpu);
/* Whether KVM_GET_MSRS or KVM_SET_MSRS reaches an MSR that the TEE may hold; protected_msrs.c. */
bool tee_shows_msr(const struct vcpu *vcpu, uint32_t index, bool to_write);
/* Whether the VM has become one without system management mode. */
bool tee_forbids_smm(struct vm *vm);
/* Whether KVM_PRE_FAULT_MEMORY is allowed (kernel: pre_fault_allowed). */
bool tee_may_be_faulted_in(struct vm *vm);
/* Called when the last descriptor of the vCPU is closed, or its VM ends. */
void tee_vcpu_closed(struct vcpu *vcpu);
/* KVM_MEMORY_ENCRYPT_OP, _REG_REGION, _UNREG_REGION on a VM and KVM_MEMORY_ENCRYPT_OP on a vCPU are
 * rows of sev_rows and tdx_rows' common entry in tee.c. */

#endif
