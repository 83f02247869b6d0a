#include "../../Sources/LodgePlatformModel/sha256.c"

#include "probe.h"

#include <stdio.h>

static void hash_by(compressor *way, const uint8_t *bytes, size_t size) {
  struct sha256 hash;
  uint8_t digest[32];
  sha256_start(&hash);
  /* The choice is made once, and this is after it. */
  sha256_add(&hash, bytes, 0);
  compress = way;
  for (size_t done = 0, part; done < size; done += part)
    sha256_add(&hash, bytes + done, part = piece(done, size));
  sha256_finish(&hash, digest);
  print_digest(digest, sizeof digest);
}

void probe_sha256(const uint8_t *bytes, size_t size) {
  hash_by(compress_plainly, bytes, size);
  if (has_instructions()) hash_by(compress_by_instructions, bytes, size);
  else printf(" -");
}
