#include "../../Sources/LodgePlatformModel/sha384.c"

#include "probe.h"

void probe_sha384(const uint8_t *bytes, size_t size) {
  struct sha384 hash;
  uint8_t digest[48];
  sha384_start(&hash);
  for (size_t done = 0, part; done < size; done += part)
    sha384_add(&hash, bytes + done, part = piece(done, size));
  sha384_finish(&hash, digest);
  print_digest(digest, sizeof digest);
}
