/* A model without confidential guests: what tee.c and its neighbours replace. */
#include "model.h"

#define WEAK __attribute__((weak))

WEAK const struct row sev_rows[1] = {{0}};
WEAK const struct row tdx_rows[1] = {{0}};
WEAK const struct row sev_device_rows[1] = {{0}};

WEAK long tee_vm_created(struct vm *vm) { (void)vm; return 0; }
WEAK void tee_vm_closed(struct vm *vm) { (void)vm; }
WEAK long tee_vcpu_created(struct vcpu *vcpu) { (void)vcpu; return 0; }
WEAK void tee_vcpu_closed(struct vcpu *vcpu) { (void)vcpu; }
WEAK long tee_vcpu_run(struct vcpu *vcpu) { (void)vcpu; return 0; }
WEAK void sha256_start(struct sha256 *hash) { (void)hash; }
WEAK void sha256_add(struct sha256 *hash, const void *bytes, size_t size) {
  (void)hash; (void)bytes; (void)size;
}
WEAK void sha256_finish(struct sha256 *hash, uint8_t digest[32]) {
  (void)hash;
  for (int i = 0; i < 32; i++) digest[i] = 0;
}
