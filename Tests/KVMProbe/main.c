#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>

long ask(int descriptor, unsigned long request, void *argument) {
  int result = ioctl(descriptor, request, argument);
  return result < 0 ? -errno : result;
}

void tell(const char *question, long result) {
  printf("%s = %ld%s%s\n", question, result, result < 0 ? " " : "",
         result < 0 ? strerror((int)-result) : "");
}

void tell_words(const char *what, const void *bytes, size_t size) {
  printf("%s:", what);
  for (size_t at = 0; at + 4 <= size; at += 4) {
    uint32_t word;
    memcpy(&word, (const char *)bytes + at, sizeof word);
    if (word) printf(" %zx:%x", at, word);
  }
  printf("\n");
}

unsigned listed_msrs(int kvm, unsigned long request, uint32_t *indices, unsigned room) {
  static struct { struct kvm_msr_list head; uint32_t indices[1024]; } list;
  list.head.nmsrs = 1024;
  if (ask(kvm, request, &list) < 0) return 0;
  unsigned count = list.head.nmsrs < room ? list.head.nmsrs : room;
  memcpy(indices, list.indices, count * sizeof *indices);
  return count;
}

/* `probe describe FOLDER` or `probe answers`. */
int main(int argc, char **argv) {
  /* CPUID leaf 1 names the CPU that it is asked on. */
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  sched_setaffinity(0, sizeof first, &first);
  int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (kvm < 0) {
    perror("/dev/kvm");
    return 1;
  }
  if (argc == 3 && !strcmp(argv[1], "describe")) {
    describe(kvm, argv[2]);
  } else if (argc == 2 && !strcmp(argv[1], "answers")) {
    ask_system(kvm);
    ask_memory(kvm);
    ask_machine(kvm);
    ask_vcpu(kvm);
  } else {
    return 2;
  }
  return 0;
}
