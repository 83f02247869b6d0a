/* From an ioctl to the row that answers it, its line and its faults. */
#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct row *const tables[] = {
    system_rows,   vm_rows,  memory_rows, interrupt_rows, enable_rows, vcpu_rows, register_rows, xsave_rows,
    msr_rows,      cpuid_rows, run_rows,  sev_rows,       tdx_rows,  sev_device_rows};

/* A row under the number that the description gives its call. */
struct entry {
  uint64_t key;
  const struct row *row;
  pid_t teller;   /* the process whose transcript has the number */
};
static struct entry *entries;
static size_t entry_count;

/* Numbers mean different things on different objects: 0xc008ae67 is KVM_IRQ_LINE_STATUS on a VM. */
static uint64_t key_of(enum kind kind, uint32_t number) { return (uint64_t)kind << 32 | number; }

static int by_key(const void *a, const void *b) {
  uint64_t left = ((const struct entry *)a)->key, right = ((const struct entry *)b)->key;
  return left < right ? -1 : left > right;
}

/* A row whose name is not in the description is a call that this kernel does not have. */
static void read_rows(void) {
  size_t room = 0;
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    for (const struct row *row = tables[i]; row->name; row++) room++;
  entries = calloc(room, sizeof *entries);
  if (!entries) give_up("out of memory");
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    for (const struct row *row = tables[i]; row->name; row++) {
      uint64_t number;
      if (!constant(row->name, &number)) continue;
      entries[entry_count++] = (struct entry){.key = key_of(row->kind, (uint32_t)number), .row = row};
    }
  }
  qsort(entries, entry_count, sizeof *entries, by_key);
}

static struct entry *entry_of(enum kind kind, uint32_t number) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_rows);
  struct entry wanted = {.key = key_of(kind, number)};
  return bsearch(&wanted, entries, entry_count, sizeof *entries, by_key);
}

/* Once a process: a child has a transcript of its own. */
static void tell_number_once(struct entry *entry, uint32_t number) {
  pid_t process = getpid();
  if (__atomic_exchange_n(&entry->teller, process, __ATOMIC_RELAXED) != process)
    tell_number(entry->row->name, number);
}

static bool answered_elsewhere(uint32_t number) {
  for (enum kind kind = 0; kind < KIND_COUNT; kind++)
    if (entry_of(kind, number)) return true;
  return false;
}

/* How the kernel answers a call that it does not have: -EINVAL on /dev/kvm and on a vCPU
 * (arch/x86/kvm/x86.c: kvm_arch_dev_ioctl, kvm_arch_vcpu_ioctl) and on /dev/sev
 * (drivers/crypto/ccp/sev-dev.c: sev_ioctl), -ENOTTY on a VM (kvm_arch_vm_ioctl) and a memfd. */
static int error_of_unknown(enum kind kind) {
  return kind == KIND_VM || kind == KIND_GUEST_MEMFD ? ENOTTY : EINVAL;
}

/* A call without a row: one that Lodge lacks, one of another object, or one nobody names. */
static long no_row(const struct call *call) {
  int error = error_of_unknown(call->kind);
  if (call->kind == KIND_OF_PARENT) return refuse(WHO_KERNEL, EIO, "the VM is the parent process's");
  if (answered_elsewhere(call->number))
    return refuse(WHO_KERNEL, error, "not a call on this kind of descriptor");
  if (call->name)
    return refuse(WHO_UNMODELLED, ENOTTY, "ioctl 0x%x is not modelled", call->number);
  return refuse(WHO_KERNEL, error, "no such call in this kernel");
}

static long answer(struct call *call, const struct row *row) {
  struct fault fault;
  if (!row) return no_row(call);
  if (!fault_due(row->name, &fault)) return row->answer(call);
  if (fault.served) row->answer(call);
  return fault_answer(&fault);
}

/* KVM_RUN that may sleep: its line is written and the lock given back first. */
static bool parks(const struct call *call, const struct row *row, long result) {
  return row && call->kind == KIND_VCPU && result == -EINTR && !strcmp(row->name, "KVM_RUN");
}

long dispatch(const struct object *object, int descriptor, uint32_t number, uint64_t argument) {
  struct entry *entry = entry_of(object->kind, number);
  const struct row *row = entry ? entry->row : NULL;
  if (entry) tell_number_once(entry, number);
  struct call call = {.kind = object->kind,
                      .vm = object->vm,
                      .vcpu = object->vcpu,
                      .descriptor = descriptor,
                      .number = number,
                      .argument = argument,
                      .name = row ? row->name : ioctl_name(number)};
  char unnamed[24];
  snprintf(unnamed, sizeof unnamed, "ioctl:0x%08x", number);
  struct line line;
  if (call.vm) pthread_mutex_lock(&call.vm->lock);
  line_start(&line);
  long result = answer(&call, row);
  line_end(&line, &call, call.name ? call.name : unnamed, result);
  if (call.vm) pthread_mutex_unlock(&call.vm->lock);
  return parks(&call, row, result) ? vcpu_park(call.vcpu) : result;
}
