/* Walks legal and illegal sequences of calls on a modelled TEE and compares each answer with the
 * kernel's, whose function stands beside it. */
#ifndef LODGE_TEE_PROBE_H
#define LODGE_TEE_PROBE_H

#include <stddef.h>
#include <stdint.h>

enum { PAGE = 4096 };

/* Calls of linux/kvm.h and linux/psp-sev.h, as numbers: the headers of the host may lack them. */
enum call {
  CREATE_VM = 0xae01, CHECK_EXTENSION = 0xae03, CREATE_VCPU = 0xae41, RUN = 0xae80, GET_REGS = 0x8090ae81,
  SET_DEBUGREGS = 0x4080aea2, SET_CPUID2 = 0x4008ae90, SET_MSRS = 0x4008ae89,
  SET_REGS = 0x4090ae82, SET_GUEST_DEBUG = 0x4048ae9b, ENABLE_CAP = 0x4068aea3, CREATE_IRQCHIP = 0xae60,
  SET_TSC_KHZ = 0xaea2,
};
#define ENCRYPT_OP 0xc008aeba
#define GET_FPU 0x81a0ae8c
#define GET_XSAVE 0x9000aea4
#define GET_LAPIC 0x8400ae8e
#define PRE_FAULT 0xc040aed5
#define REGISTER_REGION 0x8010aebb
#define UNREGISTER_REGION 0x8010aebc
#define SET_REGION2 0x40a0ae49
#define SET_ATTRIBUTES 0x4020aed2
#define CREATE_GUEST_MEMFD 0xc040aed4
#define ISSUE_CMD 0xc0105300

/* One question: a sub-command with its structure, or a function that asks something else. */
struct step {
  const char *asks;
  unsigned command;
  void *data;
  int error;                  /* the errno expected; 0: success */
  unsigned status;            /* the firmware's error, or what else the step expects */
  long (*call)(void);
};

/* The descriptors that the steps of a sequence work on. */
extern int kvm, sev, vm, vcpu;
/* Memory of the caller, page-aligned. */
extern uint8_t memory[16 * PAGE];
/* Pages of one letter each, from `a` to `f`. */
extern uint8_t letters[6 * PAGE];

/* ioctl(2), with -errno for its errors. */
long ask(int descriptor, unsigned long request, void *argument);
/* Compares one answer and says where it differs. */
void compare(const char *sequence, const char *question, long expected, long answer);
/* Makes a VM of a type and asks the steps in order; `ask_step` issues a sub-command. */
typedef long asker(const struct step *step, unsigned *status);
void walk(const char *sequence, int type, const struct step *steps, asker *ask_step);
/* Steps that are no sub-command. */
long create_vcpu(void);
long create_another_vcpu(void);
long set_registers(void);
long enter(void);
long get_registers(void);
long get_float(void);
long get_xsave(void);
long debug_vcpu(void);
long debug_vcpu_no_more(void);
long fault_in(void);
/* 0 where the model keeps the contents that have a SHA-256 in hexadecimal digits, else -ENOENT. */
long is_kept(const char *digest);

void walk_sev(void);
void walk_snp(void);
void walk_old_snp(void);
void walk_own_asids(void);
void walk_lost_answer(void);
void walk_tdx(void);
void walk_device(void);
void walk_huge_pages(void);
void walk_without_sev(void);

#endif
