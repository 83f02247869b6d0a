#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int kvm, sev, vm = -1, vcpu = -1;
uint8_t memory[16 * PAGE] __attribute__((aligned(4096)));
uint8_t letters[6 * PAGE] __attribute__((aligned(4096)));
static int differences;

long ask(int descriptor, unsigned long request, void *argument) {
  int result = ioctl(descriptor, request, argument);
  return result < 0 ? -errno : result;
}

void compare(const char *sequence, const char *question, long expected, long answer) {
  if (expected == answer) return;
  differences++;
  printf("%s: %s: %ld expected, %ld answered\n", sequence, question, expected, answer);
}

void walk(const char *sequence, int type, const struct step *steps, asker *ask_step) {
  vm = (int)ask(kvm, CREATE_VM, (void *)(intptr_t)type);
  vcpu = -1;
  if (vm < 0) compare(sequence, "the VM", 0, vm);
  for (const struct step *step = steps; vm >= 0 && step->asks; step++) {
    unsigned status = 0;
    long answer = step->call ? step->call() : ask_step(step, &status);
    compare(sequence, step->asks, -step->error, answer > 0 ? 0 : answer);
    if (!step->call) compare(sequence, step->asks, step->status, status);
  }
  if (vcpu >= 0) close(vcpu);
  if (vm >= 0) close(vm);
}

/* Ids count up within a VM, so that a sequence may make more than one. */
long create_vcpu(void) {
  static int next;
  if (vcpu < 0) next = 0;
  long made = ask(vm, CREATE_VCPU, (void *)(intptr_t)next++);
  if (made >= 0) vcpu = (int)made;
  return made;
}

/* One that its VM keeps; the steps go on with the one before. */
long create_another_vcpu(void) {
  int before = vcpu;
  long made = create_vcpu();
  if (made >= 0) close(vcpu);
  vcpu = before;
  return made;
}

/* Others than those of a vCPU that was just made. */
long set_registers(void) {
  static uint64_t registers[18] = {[16] = 0x1000, [17] = 2};   /* rip, rflags */
  return ask(vcpu, SET_REGS, registers);
}

long enter(void) { return ask(vcpu, RUN, NULL); }

long get_registers(void) {
  static uint8_t registers[144];
  return ask(vcpu, GET_REGS, registers);
}

long get_float(void) {
  static uint8_t registers[416];
  return ask(vcpu, GET_FPU, registers);
}

long get_xsave(void) {
  static uint8_t area[4096];
  return ask(vcpu, GET_XSAVE, area);
}

static long set_debug(uint32_t control) {
  struct { uint32_t control, padding; uint64_t registers[8]; } wanted = {control, 0, {0}};
  return ask(vcpu, SET_GUEST_DEBUG, &wanted);
}

long debug_vcpu(void) { return set_debug(1); }
long debug_vcpu_no_more(void) { return set_debug(0); }

/* The first page of the guest. */
long fault_in(void) {
  struct { uint64_t address, size, flags, padding[5]; } range = {0, PAGE, 0, {0}};
  return ask(vcpu, PRE_FAULT, &range);
}

/* The description names the folder. */
long is_kept(const char *digest) {
  char line[1024], folder[1024] = "", path[2048];
  FILE *description = fopen(getenv("LODGE_PLATFORM_MODEL"), "r");
  while (description && !*folder && fgets(line, sizeof line, description))
    sscanf(line, "measured %1023s", folder);
  if (description) fclose(description);
  snprintf(path, sizeof path, "%s/%s", folder, digest);
  return access(path, R_OK) ? -errno : 0;
}

/* `probe amd`, `older-amd`, `hiding-amd`, `faulty-amd` or `intel`: 0 where every answer is the kernel's.
 * Further words are for the model: faults are a named guest's. */
int main(int argc, char **argv) {
  if (argc < 2) return 2;
  kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  sev = open("/dev/sev", O_RDWR | O_CLOEXEC);
  if (kvm < 0) return 2;
  for (int i = 0; i < 6; i++) memset(letters + i * PAGE, 'a' + i, PAGE);
  walk_huge_pages();
  if (!strcmp(argv[1], "amd")) {
    walk_device();
    walk_sev();
    walk_snp();
  } else if (!strcmp(argv[1], "older-amd")) {
    walk_old_snp();
  } else if (!strcmp(argv[1], "hiding-amd")) {
    walk_own_asids();
  } else if (!strcmp(argv[1], "faulty-amd")) {
    walk_lost_answer();
  } else {
    walk_without_sev();
    walk_tdx();
  }
  printf("%d differences\n", differences);
  return differences != 0;
}
