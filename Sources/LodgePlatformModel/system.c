/* Calls on /dev/kvm itself. */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096, MSRS_AT_ONCE = 256 };

/* virt/kvm/kvm_main.c: kvm_dev_ioctl. */
static long get_api_version(struct call *call) {
  if (call->argument) return refuse(WHO_KERNEL, EINVAL, "the call takes no argument");
  return (long)constant_or("KVM_API_VERSION", 12);
}

/* arch/x86/kvm/x86.c: kvm_is_vm_type_supported; before 6.8 every type but 0 was refused. */
static bool type_is_offered(uint64_t type) {
  uint64_t offered = setting_number("vm-types", 1);
  return type < 32 && offered >> type & 1;
}

/* virt/kvm/kvm_main.c: kvm_dev_ioctl_create_vm. */
static long create_vm(struct call *call) {
  say_number("type", call->argument);
  if (!type_is_offered(call->argument))
    return refuse(WHO_KERNEL, EINVAL, "VM type %llu is not supported",
                  (unsigned long long)call->argument);
  return vm_create((uint32_t)call->argument);
}

/* virt/kvm/kvm_main.c: kvm_vm_ioctl_check_extension_generic. */
static long check_extension(struct call *call) {
  say_constant("capability", "KVM_CAP_", call->argument);
  return (long)capability(-1, (uint32_t)call->argument);
}

/* virt/kvm/kvm_main.c: kvm_dev_ioctl; kvm_run, the page of port data, the coalesced ring. */
static long get_vcpu_mmap_size(struct call *call) {
  if (call->argument) return refuse(WHO_KERNEL, EINVAL, "the call takes no argument");
  return VCPU_PAGES * PAGE;
}

/* arch/x86/kvm/x86.c: kvm_arch_dev_ioctl; the wanted count is written even if it is too large. */
static long get_indices(struct call *call, const struct msr *msrs, size_t count) {
  uint32_t room, wanted = (uint32_t)count;
  if (copy_in(&room, call->argument, sizeof room)) return -EFAULT;
  if (copy_out(call->argument, &wanted, sizeof wanted)) return -EFAULT;
  say_number("nmsrs", wanted);
  if (room < wanted) return -E2BIG;
  for (size_t i = 0; i < count; i++)
    if (copy_out(call->argument + 4 + 4 * i, &msrs[i].index, 4)) return -EFAULT;
  return 0;
}

static long get_msr_index_list(struct call *call) {
  const struct msr *msrs;
  size_t count = kernel_msrs(&msrs);
  return get_indices(call, msrs, count);
}

static long get_msr_feature_index_list(struct call *call) {
  const struct msr *msrs;
  size_t count = feature_msrs(&msrs);
  return get_indices(call, msrs, count);
}

static bool feature_msr(void *unused, uint32_t index, uint64_t *value) {
  (void)unused;
  const struct msr *msrs;
  size_t count = feature_msrs(&msrs);
  for (size_t i = 0; i < count; i++) {
    if (msrs[i].index != index) continue;
    *value = msrs[i].value;
    return true;
  }
  return false;
}

/* arch/x86/kvm/x86.c: do_get_feature_msr. */
static long get_feature_msrs(struct call *call) { return msrs_read(call, feature_msr, NULL); }

/* arch/x86/kvm/cpuid.c: kvm_dev_ioctl_get_cpuid. */
static long get_supported_cpuid(struct call *call) {
  const struct cpuid_entry *entries;
  size_t count = supported_cpuid(&entries);
  return cpuid_write(call, entries, count);
}

static bool has_rdtscp(void) {
  const struct cpuid_entry *entries;
  size_t count = supported_cpuid(&entries);
  for (size_t i = 0; i < count; i++)
    if (entries[i].function == 0x80000001) return entries[i].edx >> 27 & 1;
  return false;
}

/* arch/x86/kvm/cpuid.c: __do_cpuid_func_emulated: MOVBE, and RDPID with RDTSCP. */
static long get_emulated_cpuid(struct call *call) {
  const struct cpuid_entry emulated[] = {
      {.function = 0, .eax = 7},
      {.function = 1, .ecx = 1 << 22},
      {.function = 7, .flags = 1, .ecx = has_rdtscp() ? 1 << 22 : 0}};
  return cpuid_write(call, emulated, sizeof emulated / sizeof *emulated);
}

/* arch/x86/kvm/x86.c: kvm_caps.supported_mce_cap: MCG_CTL_P and MCG_SER_P at least. */
static long get_mce_cap(struct call *call) {
  uint64_t value = setting_number("mce-cap", 0x1000100);
  return copy_out(call->argument, &value, sizeof value);
}

/* The setting behind a system attribute; NULL: there is no such attribute here. */
static const char *attribute_setting(uint64_t group, uint64_t attribute) {
  if (group == 0 && attribute == constant_or("KVM_X86_XCOMP_GUEST_SUPP", UINT64_MAX)) return "xcr0";
  if (group == constant_or("KVM_X86_GRP_SEV", UINT64_MAX) &&
      attribute == constant_or("KVM_X86_SEV_VMSA_FEATURES", UINT64_MAX) &&
      setting("sev.vmsa-features"))
    return "sev.vmsa-features";
  return NULL;
}

/* Reads which attribute is meant; `name` is NULL where there is none. */
static long attribute_of(struct call *call, const char **name) {
  uint64_t group, attribute;
  if (field_in(call->argument, "kvm_device_attr.group", &group) ||
      field_in(call->argument, "kvm_device_attr.attr", &attribute))
    return -EFAULT;
  say_number("group", group);
  say_number("attr", attribute);
  *name = attribute_setting(group, attribute);
  return *name ? 0 : refuse(WHO_KERNEL, ENXIO, "no such attribute");
}

/* arch/x86/kvm/x86.c: kvm_x86_dev_get_attr. */
static long get_device_attr(struct call *call) {
  const char *name;
  uint64_t address, value;
  long result = attribute_of(call, &name);
  if (result) return result;
  if (field_in(call->argument, "kvm_device_attr.addr", &address)) return -EFAULT;
  value = setting_number(name, 0);
  return copy_out(address, &value, sizeof value);
}

/* arch/x86/kvm/x86.c: kvm_x86_dev_has_attr. */
static long has_device_attr(struct call *call) {
  const char *name;
  return attribute_of(call, &name);
}

const struct row system_rows[] = {
    {"KVM_GET_API_VERSION", KIND_SYSTEM, get_api_version},
    {"KVM_CREATE_VM", KIND_SYSTEM, create_vm},
    {"KVM_CHECK_EXTENSION", KIND_SYSTEM, check_extension},
    {"KVM_GET_VCPU_MMAP_SIZE", KIND_SYSTEM, get_vcpu_mmap_size},
    {"KVM_GET_MSR_INDEX_LIST", KIND_SYSTEM, get_msr_index_list},
    {"KVM_GET_MSR_FEATURE_INDEX_LIST", KIND_SYSTEM, get_msr_feature_index_list},
    {"KVM_GET_MSRS", KIND_SYSTEM, get_feature_msrs},
    {"KVM_GET_SUPPORTED_CPUID", KIND_SYSTEM, get_supported_cpuid},
    {"KVM_GET_EMULATED_CPUID", KIND_SYSTEM, get_emulated_cpuid},
    {"KVM_X86_GET_MCE_CAP_SUPPORTED", KIND_SYSTEM, get_mce_cap},
    {"KVM_GET_DEVICE_ATTR", KIND_SYSTEM, get_device_attr},
    {"KVM_HAS_DEVICE_ATTR", KIND_SYSTEM, has_device_attr},
    {0},
};
