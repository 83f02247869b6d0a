/* What the files of the confidential guests share: tee.c, firmware.c, sev.c, snp.c, tdx.c ... */
#ifndef LODGE_TEE_H
#define LODGE_TEE_H

#include "model.h"

enum { PAGE = 4096 };

/* ---- structure.c: structures of the caller, copied whole as copy_from_user does ----------------- */

struct structure {
  const char *name;           /* of the UAPI headers */
  uint64_t address;           /* where the caller has it */
  size_t size;
  uint8_t bytes[2304];        /* kvm_tdx_capabilities is the largest */
};
/* A structure of zeros that will go to an address; `size` 0 where the kernel has no such one. */
void structure_start(struct structure *structure, const char *name, uint64_t address);
/* Reads a structure; 0, -EFAULT, or -ENOSYS where the kernel has no such one. */
int structure_in(struct structure *structure, const char *name, uint64_t address);
/* Writes it back; 0 or -EFAULT. */
int structure_out(const struct structure *structure);
/* A member by its name; 0 where this kernel's structure has none of that name. */
uint64_t member(const struct structure *structure, const char *name);
/* The bytes of a member of an exact size; NULL where this kernel's structure has none such. */
uint8_t *member_bytes(struct structure *structure, const char *name, size_t size);
/* Sets a member that this kernel's structure has; others are left out. */
void set_member(struct structure *structure, const char *name, uint64_t value);
/* Says members of a structure in the transcript, as numbers; the list ends with NULL. */
void say_members(const struct structure *structure, ...) __attribute__((sentinel));
/* Says bytes as hexadecimal digits. */
void say_bytes(const char *name, const uint8_t *bytes, size_t size);
/* Reads hexadecimal digits of a setting into bytes; zeros where it is not given. */
void setting_bytes(const char *name, uint8_t *bytes, size_t size);
/* Reads a setting such as "1-99"; false where it is not given. */
bool setting_range(const char *name, unsigned *first, unsigned *last);
/* The constant's bit: `1 << value`, 0 where this kernel does not have it. */
uint64_t bit_of(const char *constant_name);

/* ---- firmware.c: the AMD security processor --------------------------------------------------------- */

/* Status codes of the SEV API specification (AMD 55766, chapter 5) that it answers with. */
enum firmware_status {
  FIRMWARE_SUCCESS = 0, FIRMWARE_INVALID_GUEST_STATE = 2, FIRMWARE_INVALID_LENGTH = 4,
  FIRMWARE_INVALID_CERTIFICATE = 6, FIRMWARE_POLICY_FAILURE = 7, FIRMWARE_INVALID_ADDRESS = 9,
  FIRMWARE_BAD_MEASUREMENT = 11, FIRMWARE_ASID_OWNED = 12, FIRMWARE_INVALID_ASID = 13,
  FIRMWARE_INVALID_GUEST = 16, FIRMWARE_UNSUPPORTED = 21, FIRMWARE_INVALID_PARAMETER = 22,
  FIRMWARE_RESOURCE_LIMIT = 23,
};

/* One sub-command of KVM_MEMORY_ENCRYPT_OP, or one command of /dev/sev, being answered. */
struct command {
  struct vm *vm;
  struct vcpu *vcpu;          /* of a TDX command on a vCPU */
  const char *name;
  uint64_t data;              /* the caller's structure of the command */
  uint32_t flags;             /* kvm_tdx_cmd.flags */
  int sev_descriptor;         /* kvm_sev_cmd.sev_fd */
  uint32_t firmware_error;    /* goes back in kvm_sev_cmd.error or sev_issue_cmd.error */
  uint64_t hardware_error;    /* goes back in kvm_tdx_cmd.hw_error */
};
typedef long command_handler(struct command *command);
/* A sub-command by its UAPI name; without a handler it is one that no kernel has implemented. */
struct command_row { const char *name; command_handler *answer; };

/* The row whose constant of this kernel is a number; NULL where none is. */
const struct command_row *command_row(const struct command_row *rows, uint64_t number);
/* What a handler answers, or a scenario's fault of the command's name in its place or after it. */
long command_answer(struct command *command, command_handler *answer);
/* Finds /dev/sev behind a descriptor; 0 or -EBADF (sev.c: __sev_issue_cmd). */
long firmware_reach(int descriptor);
/* The firmware says no: -EIO to the caller, the status in the command's error field
 * (drivers/crypto/ccp/sev-dev.c: __sev_do_cmd_locked). */
long firmware_refuse(struct command *command, enum firmware_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The firmware did as it was told. */
long firmware_done(struct command *command);
/* The version of the SEV API that a policy asks for at the least is what the platform has. */
bool firmware_at_least(uint64_t major, uint64_t minor);
/* Whether the platform and the kernel's module parameters leave SEV, or SEV-ES, switched on. */
bool sev_enabled(void);
bool sev_es_enabled(void);
/* Copies a blob for the firmware; -EINVAL, -EFAULT (sev-dev.c: psp_copy_user_blob). */
enum { BLOB_LIMIT = 16384 };
long copy_blob(const char *what, uint64_t address, uint64_t size, void *to);
/* Whether a range of the caller's memory could be pinned: 0, -EINVAL or -ENOMEM (sev.c:
 * sev_pin_memory). */
long pin_memory(uint64_t address, uint64_t size);

/* ---- sha256.c, sha384.c ------------------------------------------------------------------------------ */

enum { HMAC_KEY = 16 };
struct hmac { struct sha256 hash; uint8_t outer[64]; };
void hmac_start(struct hmac *hmac, const uint8_t key[HMAC_KEY]);
void hmac_finish(struct hmac *hmac, uint8_t code[32]);

struct sha384 { uint64_t state[8], length; uint8_t block[128]; };
void sha384_start(struct sha384 *hash);
void sha384_add(struct sha384 *hash, const void *bytes, size_t size);
void sha384_finish(struct sha384 *hash, uint8_t digest[48]);
void sha384_of(const void *bytes, size_t size, uint8_t digest[48]);

/* ---- measured.c: the contents of what is measured ---------------------------------------------------- */

/* Keeps a range of the caller's memory, or of ours, under its SHA-256; once, and where the description
 * names a folder for it. */
void keep_measured(const uint8_t digest[32], uint64_t address, uint64_t size);
/* Says the SHA-256 of what a guest took from an address, if anything; where that is measured, it is kept. */
void say_taken(struct sha256 *hash, uint64_t address, bool is_measured);

/* ---- the guests ------------------------------------------------------------------------------------------ */

/* Guest states of the SEV API specification, as KVM_SEV_GUEST_STATUS gives them. */
enum guest_state {
  GUEST_UNINITIALIZED, GUEST_LAUNCHING, GUEST_SECRET, GUEST_RUNNING, GUEST_SENDING, GUEST_RECEIVING
};

/* Memory that KVM_MEMORY_ENCRYPT_REG_REGION pinned. */
struct region { uint64_t address, size; };

/* struct kvm_sev_info of the kernel and the guest's context in the firmware. */
struct sev_guest {
  bool needs_init, active, es, snp;
  uint64_t vmsa_features;
  int asid, asid_lock;
  int device;                 /* the /dev/sev descriptor of LAUNCH_START; 0 before, as in the kernel */
  uint32_t handle, policy;    /* handle 0: the firmware has no guest of it */
  int handle_lock;
  enum guest_state state;
  struct sha256 digest;
  uint8_t launch_digest[32], measurement[32];
  struct region *regions;
  size_t region_count;
};

/* Pages of a guest_memfd that the TEE owns: their numbers, [first, end). */
struct page_range { int guest_memfd; uint64_t first, end; };
struct page_set { struct page_range *ranges; size_t count; };
/* pages.c: whether a page is in the set, and putting it there. */
bool page_set_has(const struct page_set *set, int guest_memfd, uint64_t page);
void page_set_add(struct page_set *set, int guest_memfd, uint64_t page);
/* The private page of a guest address, and whether it may be filled (virt/kvm/guest_memfd.c:
 * kvm_gmem_populate). */
enum page_problem {
  PAGE_FINE, PAGE_NO_SLOT, PAGE_SHARED, PAGE_TAKEN, PAGE_UNREADABLE,
  PAGE_NO_FIRMWARE, PAGE_LATE, PAGE_REFUSED
};
enum page_problem page_to_fill(struct vm *vm, const struct page_set *taken, uint64_t address,
                               int *guest_memfd, uint64_t *page);
const char *page_problem_text(enum page_problem problem);

struct snp_guest {
  bool has_context;           /* SNP_LAUNCH_START made it */
  bool running;               /* SNP_LAUNCH_FINISH ended the launch */
  uint64_t policy;
  struct page_set pages;
  uint8_t launch_digest[48];
};

enum td_state { TD_UNINITIALIZED, TD_INITIALIZED, TD_RUNNABLE };

struct td {
  enum td_state state;
  int keyid, keyid_lock;      /* keyid 0: none */
  unsigned address_bits;      /* GPAW: 48 or 52 */
  struct cpuid_entry *cpuid;  /* as KVM_TDX_INIT_VM gave it */
  size_t cpuid_count;
  struct page_set pages;
  struct sha384 measurement;
};

struct tee_state { struct sev_guest sev; struct snp_guest snp; struct td td; };

/* What vcpu->tee points to on a VM that has a tee_state. */
struct vcpu_tee {
  bool encrypted;             /* its registers are in an encrypted VMSA: guest_state_protected */
  bool initialized;           /* KVM_TDX_INIT_VCPU made its TD vCPU */
};

enum policy {                 /* SEV API specification, chapter 3: guest policy */
  POLICY_NO_DEBUG = 1 << 0, POLICY_NO_KEY_SHARING = 1 << 1, POLICY_ES = 1 << 2,
  POLICY_NO_SEND = 1 << 3, POLICY_RESERVED = 0xffc0,
};

/* The SEV guest of a VM; NULL where it was not initialised as one. */
struct sev_guest *sev_guest(struct vm *vm);
struct snp_guest *snp_guest(struct vm *vm);
/* Marks every vCPU's registers as encrypted into its VMSA, page by page in order of creation; the
 * SEV digest or the SNP launch digest takes each page, and all are kept as one range. 0 or -EINVAL
 * (sev.c: sev_es_sync_vmsa). */
typedef void vmsa_taker(struct vm *vm, const uint8_t page[PAGE]);
long encrypt_vmsas(struct vm *vm, vmsa_taker *take);
/* vmsa.c: the page that KVM builds of a vCPU's registers. */
void vmsa_build(struct vcpu *vcpu, uint8_t page[PAGE]);
/* Refuses a vCPU whose registers are encrypted already, or that is being debugged. */
long vmsa_check(struct vcpu *vcpu);
/* The refusals of every SEV command: no guest, no readable structure, a guest in another state. */
long sev_missing(void);
long sev_unreadable(int error);
long sev_in_state(struct command *command, const struct sev_guest *guest, enum guest_state state);
void sev_vm_closed(struct vm *vm);
long sev_register_region(struct call *call);
long sev_unregister_region(struct call *call);
extern const struct command_row sev_commands[], sev_launch_commands[], sev_later_commands[];
extern const struct command_row sev_move_commands[], snp_commands[], td_commands[], td_vcpu_commands[];
/* cpuid_page.c: puts into a page what the firmware accepts; false where that changed something. */
bool cpuid_page_accepted(uint8_t page[PAGE]);
/* tdx_cpuid.c: leaves as the TDX module has them. */
enum { TD_CPUID_LIMIT = 256 };
#define TD_ADDRESS_LEAF 0x80000008u
/* The guest's physical address bits in EAX, by which user space chooses the width (GPAW). */
#define TD_ADDRESS_MASK 0xff0000u
/* Entries of kvm_cpuid2 in the caller's memory; 0 or -EFAULT. */
int td_entries_in(struct cpuid_entry *entries, size_t count, uint64_t address);
int td_entries_out(uint64_t address, const struct cpuid_entry *entries, size_t count);
/* The entry of a leaf; NULL: there is none. */
const struct cpuid_entry *td_leaf(const struct cpuid_entry *entries, size_t count, uint32_t function,
                                  uint32_t index);
/* The bits of a leaf that user space may set. */
struct cpuid_entry td_configurable(const struct cpuid_entry *described);
/* What the TDX module shows of a leaf of the host; which of them it can be asked. */
struct cpuid_entry td_shown(const struct td *td, const struct cpuid_entry *host);
bool td_is_readable(const struct cpuid_entry *entry);
/* tdx.c, tdx_vcpu.c */
long td_unreadable(void);
bool is_td(const struct vm *vm);
long td_op(struct call *call);
long td_vcpu_op(struct call *call);
void td_vm_closed(struct vm *vm);
long td_vcpu_created(struct vcpu *vcpu);
long td_vcpu_run(struct vcpu *vcpu);

#endif
