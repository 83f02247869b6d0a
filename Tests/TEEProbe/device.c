/* /dev/sev: drivers/crypto/ccp/sev-dev.c. */
#include "probe.h"

#include <errno.h>
#include <string.h>

enum { PLATFORM_STATUS = 1, PDH_CERT_EXPORT = 5, GET_ID = 7, GET_ID2, SNP_PLATFORM_STATUS = 9, LAST = 200 };

struct command { uint32_t number; void *data; uint32_t error; } __attribute__((packed));
struct status { uint8_t major, minor, state; uint32_t flags; uint8_t build; uint32_t guests; } __attribute__((packed));
struct id { void *to; uint32_t size; } __attribute__((packed));
struct export { void *key; uint32_t key_size; void *chain; uint32_t chain_size; } __attribute__((packed));

static void issue(const char *question, uint32_t number, void *data, int error, uint32_t status) {
  struct command command = {number, data, 0};
  compare("/dev/sev", question, -error, ask(sev, ISSUE_CMD, &command));
  compare("/dev/sev", question, status, command.error);
}

void walk_device(void) {
  struct status status = {0};
  struct id id = {0};
  struct export certificates = {0};
  issue("status nowhere", PLATFORM_STATUS, NULL, EFAULT, 0);          /* sev_ioctl_do_platform_status */
  issue("status", PLATFORM_STATUS, &status, 0, 0);
  compare("/dev/sev", "version, state and SEV-ES", 1, status.major == 1 && status.minor == 55 &&
                                                          status.state == 1 && status.flags == 0x100);
  issue("SNP status nowhere", SNP_PLATFORM_STATUS, NULL, EINVAL, 0);  /* sev_ioctl_do_snp_platform_status */
  issue("SNP status", SNP_PLATFORM_STATUS, memory, 0, 0);
  issue("length of the identifier", GET_ID2, &id, EIO, 4);            /* sev_ioctl_do_get_id2 */
  compare("/dev/sev", "length of the identifier", 64, id.size);
  id.to = memory;
  issue("identifier", GET_ID2, &id, 0, 0);
  issue("identifier, the old way", GET_ID, memory, 0, 0);             /* sev_ioctl_do_get_id */
  issue("the old way, nowhere", GET_ID, NULL, EFAULT, 0);
  issue("lengths of certificates", PDH_CERT_EXPORT, &certificates, EIO, 4);   /* sev_ioctl_do_pdh_export */
  compare("/dev/sev", "length of the key", 2084, certificates.key_size);
  compare("/dev/sev", "length of the chain", 6252, certificates.chain_size);
  certificates.key = memory, certificates.chain = memory + PAGE;
  issue("certificates", PDH_CERT_EXPORT, &certificates, 0, 0);
  certificates.chain_size = 0, certificates.key_size = 16385;
  issue("length of the chain alone", PDH_CERT_EXPORT, &certificates, EIO, 4);
  certificates.chain_size = 16385;
  issue("certificates too long", PDH_CERT_EXPORT, &certificates, EFAULT, 0);
  issue("a command that nobody has", LAST, NULL, EINVAL, 0);          /* sev_ioctl */
}
