/* Questions to /dev/kvm itself. */
#include "probe.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void ask_vm_types(int kvm) {
  for (long type = 0; type < 34; type++) {
    char question[40];
    long vm = ask(kvm, KVM_CREATE_VM, (void *)type);
    snprintf(question, sizeof question, "CREATE_VM %ld", type);
    tell(question, vm < 0 ? vm : 0);
    if (vm >= 0) close((int)vm);
  }
}

static void ask_lists(int kvm) {
  static struct { struct kvm_msr_list head; uint32_t indices[1024]; } msrs;
  tell("MSR_INDEX_LIST no room", ask(kvm, KVM_GET_MSR_INDEX_LIST, &msrs));
  unsigned wanted = msrs.head.nmsrs;
  tell("MSR_INDEX_LIST room", ask(kvm, KVM_GET_MSR_INDEX_LIST, &msrs));
  printf("MSR_INDEX_LIST wanted %u got %u\n", wanted, msrs.head.nmsrs);
  tell_words("MSR_INDEX_LIST", msrs.indices, wanted * 4);
  msrs.head.nmsrs = 0;
  tell("FEATURE_INDEX_LIST no room", ask(kvm, KVM_GET_MSR_FEATURE_INDEX_LIST, &msrs));
  tell("FEATURE_INDEX_LIST room", ask(kvm, KVM_GET_MSR_FEATURE_INDEX_LIST, &msrs));
  tell_words("FEATURE_INDEX_LIST", msrs.indices, msrs.head.nmsrs * 4);
}

static void ask_cpuid(int kvm) {
  static struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[300]; } list;
  const unsigned rooms[] = {0, 1, 5, 255, 256, 300};
  for (unsigned i = 0; i < sizeof rooms / sizeof *rooms; i++) {
    list.head.nent = rooms[i];
    tell("SUPPORTED_CPUID", ask(kvm, KVM_GET_SUPPORTED_CPUID, &list));
    printf("SUPPORTED_CPUID nent %u\n", list.head.nent);
  }
  tell_words("SUPPORTED_CPUID", list.entries, list.head.nent * sizeof *list.entries);
  list.head.nent = 100;
  memset(list.entries, 0, sizeof list.entries);
  tell("EMULATED_CPUID", ask(kvm, KVM_GET_EMULATED_CPUID, &list));
  tell_words("EMULATED_CPUID", list.entries, list.head.nent * sizeof *list.entries);
}

static void ask_features(int kvm) {
  struct { struct kvm_msrs head; struct kvm_msr_entry entries[2]; } msrs = {{.nmsrs = 2}, {{0}}};
  msrs.entries[0].index = 0x8b;
  msrs.entries[1].index = 0x12345;
  tell("feature MSRs, second unknown", ask(kvm, KVM_GET_MSRS, &msrs));
  tell_words("feature MSRs", &msrs, sizeof msrs);
  msrs.head.nmsrs = 256;
  tell("feature MSRs, too many", ask(kvm, KVM_GET_MSRS, &msrs));
}

static void ask_attributes(int kvm) {
  uint64_t value = 0;
  struct kvm_device_attr attribute = {.addr = (uintptr_t)&value};
  tell("HAS_DEVICE_ATTR xcr0", ask(kvm, KVM_HAS_DEVICE_ATTR, &attribute));
  tell("GET_DEVICE_ATTR xcr0", ask(kvm, KVM_GET_DEVICE_ATTR, &attribute));
  tell_words("xcr0", &value, sizeof value);
  attribute.addr = 8;
  tell("GET_DEVICE_ATTR bad address", ask(kvm, KVM_GET_DEVICE_ATTR, &attribute));
  attribute.attr = 99;
  tell("GET_DEVICE_ATTR unknown", ask(kvm, KVM_GET_DEVICE_ATTR, &attribute));
  attribute.group = 99;
  tell("HAS_DEVICE_ATTR unknown", ask(kvm, KVM_HAS_DEVICE_ATTR, &attribute));
}

/* What a program finds before it opens the device. */
static void ask_file(void) {
  struct stat status = {0};
  tell("stat", stat("/dev/kvm", &status));
  printf("a character device %u:%u: %d\n", major(status.st_rdev), minor(status.st_rdev),
         S_ISCHR(status.st_mode));
  tell("access to read and write", access("/dev/kvm", R_OK | W_OK));
  tell("access to run", access("/dev/kvm", X_OK) ? -1 : 0);
}

void ask_system(int kvm) {
  ask_file();
  tell("API_VERSION", ask(kvm, KVM_GET_API_VERSION, 0));
  tell("API_VERSION argument", ask(kvm, KVM_GET_API_VERSION, (void *)1));
  tell("VCPU_MMAP_SIZE", ask(kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
  tell("VCPU_MMAP_SIZE argument", ask(kvm, KVM_GET_VCPU_MMAP_SIZE, (void *)1));
  tell("unknown call", ask(kvm, _IO(KVMIO, 0xfe), 0));
  tell("call of a VM", ask(kvm, KVM_CREATE_IRQCHIP, 0));
  tell("call of a vCPU", ask(kvm, KVM_RUN, 0));
  tell("not a KVM call", ask(kvm, _IO('x', 1), 0));
  tell("bad address", ask(kvm, KVM_GET_MSR_INDEX_LIST, (void *)8));
  ask_vm_types(kvm);
  ask_lists(kvm);
  ask_cpuid(kvm);
  ask_features(kvm);
  ask_attributes(kvm);
}
