/* Hashes by the functions of the platform model, whose files the others of this folder include. */
#ifndef LODGE_HASH_PROBE_H
#define LODGE_HASH_PROBE_H

#include <stddef.h>
#include <stdint.h>

/* The next piece of bytes that are added one after the other: shorter and longer than a block. */
size_t piece(size_t done, size_t size);
void print_digest(const uint8_t *digest, size_t size);
/* Prints the digest without the processor's instructions, and with them or `-`. */
void probe_sha256(const uint8_t *bytes, size_t size);
void probe_sha384(const uint8_t *bytes, size_t size);

#endif
