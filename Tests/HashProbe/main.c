#include "probe.h"

#include <stdio.h>
#include <stdlib.h>

enum { LIMIT = 1 << 20 };

size_t piece(size_t done, size_t size) {
  size_t part = 1 + done * 7 % 400;
  return part < size - done ? part : size - done;
}

void print_digest(const uint8_t *digest, size_t size) {
  printf(" ");
  for (size_t i = 0; i < size; i++) printf("%02x", digest[i]);
}

/* `probe LENGTH...`: a line for each, of so many bytes of standard input. */
int main(int argc, char **argv) {
  static uint8_t bytes[LIMIT];
  size_t given = fread(bytes, 1, sizeof bytes, stdin);
  for (int i = 1; i < argc; i++) {
    size_t size = strtoul(argv[i], NULL, 10);
    if (size > given) return 2;
    printf("%zu", size);
    probe_sha256(bytes, size);
    probe_sha384(bytes, size);
    printf("\n");
  }
}
