/* SHA-384 (FIPS 180-4, chapter 6.5): the launch digest of SEV-SNP and the MRTD of TDX. */
#include "tee.h"

#include <string.h>

static const uint64_t round_constants[80] = {
    0x428a2f98d728ae22ull, 0x7137449123ef65cdull, 0xb5c0fbcfec4d3b2full, 0xe9b5dba58189dbbcull,
    0x3956c25bf348b538ull, 0x59f111f1b605d019ull, 0x923f82a4af194f9bull, 0xab1c5ed5da6d8118ull,
    0xd807aa98a3030242ull, 0x12835b0145706fbeull, 0x243185be4ee4b28cull, 0x550c7dc3d5ffb4e2ull,
    0x72be5d74f27b896full, 0x80deb1fe3b1696b1ull, 0x9bdc06a725c71235ull, 0xc19bf174cf692694ull,
    0xe49b69c19ef14ad2ull, 0xefbe4786384f25e3ull, 0x0fc19dc68b8cd5b5ull, 0x240ca1cc77ac9c65ull,
    0x2de92c6f592b0275ull, 0x4a7484aa6ea6e483ull, 0x5cb0a9dcbd41fbd4ull, 0x76f988da831153b5ull,
    0x983e5152ee66dfabull, 0xa831c66d2db43210ull, 0xb00327c898fb213full, 0xbf597fc7beef0ee4ull,
    0xc6e00bf33da88fc2ull, 0xd5a79147930aa725ull, 0x06ca6351e003826full, 0x142929670a0e6e70ull,
    0x27b70a8546d22ffcull, 0x2e1b21385c26c926ull, 0x4d2c6dfc5ac42aedull, 0x53380d139d95b3dfull,
    0x650a73548baf63deull, 0x766a0abb3c77b2a8ull, 0x81c2c92e47edaee6ull, 0x92722c851482353bull,
    0xa2bfe8a14cf10364ull, 0xa81a664bbc423001ull, 0xc24b8b70d0f89791ull, 0xc76c51a30654be30ull,
    0xd192e819d6ef5218ull, 0xd69906245565a910ull, 0xf40e35855771202aull, 0x106aa07032bbd1b8ull,
    0x19a4c116b8d2d0c8ull, 0x1e376c085141ab53ull, 0x2748774cdf8eeb99ull, 0x34b0bcb5e19b48a8ull,
    0x391c0cb3c5c95a63ull, 0x4ed8aa4ae3418acbull, 0x5b9cca4f7763e373ull, 0x682e6ff3d6b2b8a3ull,
    0x748f82ee5defb2fcull, 0x78a5636f43172f60ull, 0x84c87814a1f0ab72ull, 0x8cc702081a6439ecull,
    0x90befffa23631e28ull, 0xa4506cebde82bde9ull, 0xbef9a3f7b2c67915ull, 0xc67178f2e372532bull,
    0xca273eceea26619cull, 0xd186b8c721c0c207ull, 0xeada7dd6cde0eb1eull, 0xf57d4f7fee6ed178ull,
    0x06f067aa72176fbaull, 0x0a637dc5a2c898a6ull, 0x113f9804bef90daeull, 0x1b710b35131c471bull,
    0x28db77f523047d84ull, 0x32caab7b40c72493ull, 0x3c9ebe0a15c9bebcull, 0x431d67c49c100d4cull,
    0x4cc5d4becb3e42b6ull, 0x597f299cfc657e2aull, 0x5fcb6fab3ad6faecull, 0x6c44198c4a475817ull,
};

static uint64_t rotated(uint64_t value, int by) { return value >> by | value << (64 - by); }

static uint64_t word_at(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return __builtin_bswap64(word);
}

/* The next word of the message schedule, in place of the one that is 16 before it: FIPS 180-4, 6.4.2
 * step 1. */
static inline uint64_t next_word(uint64_t words[16], int i) {
  uint64_t a = words[(i + 1) % 16], b = words[(i + 14) % 16];
  return words[i] += (rotated(a, 1) ^ rotated(a, 8) ^ a >> 7) + words[(i + 9) % 16] +
                     (rotated(b, 19) ^ rotated(b, 61) ^ b >> 6);
}

/* A round of step 3. The values stay where they are: it is their names, a to h, that move on by one. */
static inline void mix(uint64_t s[8], int i, uint64_t added) {
  uint64_t a = s[-i & 7], b = s[(1 - i) & 7], c = s[(2 - i) & 7], *d = &s[(3 - i) & 7];
  uint64_t e = s[(4 - i) & 7], f = s[(5 - i) & 7], g = s[(6 - i) & 7], *h = &s[(7 - i) & 7];
  *h += (rotated(e, 14) ^ rotated(e, 18) ^ rotated(e, 41)) + (((f ^ g) & e) ^ g) + added;
  *d += *h;
  *h += (rotated(a, 28) ^ rotated(a, 34) ^ rotated(a, 39)) + ((a & b) | (c & (a | b)));
}

/* Unrolled, so that the values are in registers. */
static void compress_block(uint64_t state[8], const uint8_t *block) {
  uint64_t words[16], s[8];
  memcpy(s, state, sizeof s);
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++) mix(s, i, round_constants[i] + (words[i] = word_at(block + 8 * i)));
  for (int first = 16; first < 80; first += 16) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) mix(s, i, round_constants[first + i] + next_word(words, i));
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

static void compress(uint64_t state[8], const uint8_t *blocks, size_t count) {
  for (; count; count--, blocks += 128) compress_block(state, blocks);
}

void sha384_start(struct sha384 *hash) {
  static const uint64_t initial[8] = {
    0xcbbb9d5dc1059ed8ull, 0x629a292a367cd507ull, 0x9159015a3070dd17ull, 0x152fecd8f70e5939ull,
    0x67332667ffc00b31ull, 0x8eb44a8768581511ull, 0xdb0c2e0d64f98fa7ull, 0x47b5481dbefa4fa4ull,
  };
  memcpy(hash->state, initial, sizeof initial);
  hash->length = 0;
}

/* Whole blocks are taken from where they are. */
void sha384_add(struct sha384 *hash, const void *bytes, size_t size) {
  const uint8_t *at = bytes;
  size_t filled = hash->length % 128;
  hash->length += size;
  if (filled) {
    size_t part = 128 - filled < size ? 128 - filled : size;
    memcpy(hash->block + filled, at, part);
    if (filled + part < 128) return;
    at += part, size -= part;
    compress(hash->state, hash->block, 1);
  }
  compress(hash->state, at, size / 128);
  memcpy(hash->block, at + size - size % 128, size % 128);
}

void sha384_finish(struct sha384 *hash, uint8_t digest[48]) {
  static const uint8_t padding[128] = {0x80};
  uint64_t bits = hash->length * 8;
  uint8_t length[16] = {0};
  for (int i = 0; i < 8; i++) length[8 + i] = (uint8_t)(bits >> (56 - 8 * i));
  sha384_add(hash, padding, 1 + (239 - hash->length % 128) % 128);
  sha384_add(hash, length, sizeof length);
  for (int i = 0; i < 48; i++) digest[i] = (uint8_t)(hash->state[i / 8] >> (56 - 8 * (i % 8)));
}

void sha384_of(const void *bytes, size_t size, uint8_t digest[48]) {
  struct sha384 hash;
  sha384_start(&hash);
  sha384_add(&hash, bytes, size);
  sha384_finish(&hash, digest);
}
