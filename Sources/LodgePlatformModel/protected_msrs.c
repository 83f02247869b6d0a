/* Which MSRs of a vCPU user space still reaches once the TEE has its registers. */
#include "tee.h"

struct run { uint32_t first, last; };

static bool among(const struct run *runs, size_t count, uint32_t index) {
  for (size_t i = 0; i < count; i++)
    if (runs[i].first <= index && index <= runs[i].last) return true;
  return false;
}

/* arch/x86/kvm/vmx/tdx.c: tdx_has_emulated_msr; x2APIC registers that the processor keeps are not. */
static const struct run of_td[] = {
    {0x1b, 0x1b},   {0x3a, 0x3a},   {0x8b, 0x8b},   {0xce, 0xce},   {0xfe, 0xfe},
    {0x10a, 0x10a}, {0x140, 0x140}, {0x179, 0x17b}, {0x1a0, 0x1a0}, {0x1fc, 0x1fc},
    {0x200, 0x26f}, {0x277, 0x277}, {0x280, 0x29f}, {0x2ff, 0x2ff}, {0x400, 0x47f},
    {0x4d0, 0x4d0}, {0x6e0, 0x6e0}, {0x800, 0x807}, {0x809, 0x809}, {0x80c, 0x80f},
    {0x828, 0x8ff}, {0x4b564d05, 0x4b564d05}, {0xc0000080, 0xc0000080}};

/* tdx.c: tdx_is_read_only_msr */
static const struct run of_td_to_read[] = {
    {0x1b, 0x1b}, {0x3a, 0x3a}, {0xc0000080, 0xc0000080}};

/* arch/x86/kvm/svm/sev.c: sev_es_prevent_msr_access: what the guest writes without KVM (svm.c:
 * svm_recalc_msr_intercepts), but IA32_XSS. */
static const struct run kept_by_sev_es[] = {
    {0x48, 0x49},   {0x10b, 0x10b}, {0x174, 0x176},           {0x1d9, 0x1d9},
    {0x1db, 0x1de}, {0x277, 0x277}, {0xc0000080, 0xc0000084}, {0xc0000100, 0xc0000103}};

#define AMONG(runs, index) among(runs, sizeof runs / sizeof *runs, index)

bool tee_shows_msr(const struct vcpu *vcpu, uint32_t index, bool to_write) {
  if (!vcpu->vm->protected_state || !vcpu->state_is_encrypted) return true;
  if (!is_td(vcpu->vm)) return !AMONG(kept_by_sev_es, index);
  return AMONG(of_td, index) && !(to_write && AMONG(of_td_to_read, index));
}
