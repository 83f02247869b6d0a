/* SHA-256 (FIPS 180-4, chapter 6.2) and HMAC over it (RFC 2104), so that the library needs libc alone. */
#include "tee.h"

#include <cpuid.h>
#include <immintrin.h>
#include <string.h>

static const uint32_t round_constants[64] = {
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u,
    0xab1c5ed5u, 0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu,
    0x9bdc06a7u, 0xc19bf174u, 0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu,
    0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau, 0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u,
    0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u, 0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu,
    0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u, 0xa2bfe8a1u, 0xa81a664bu,
    0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u, 0x19a4c116u,
    0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u,
    0xc67178f2u,
};

static uint32_t rotated(uint32_t value, int by) { return value >> by | value << (32 - by); }

static uint32_t word_at(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  return __builtin_bswap32(word);
}

/* The next word of the message schedule, in place of the one that is 16 before it: FIPS 180-4, 6.2.2
 * step 1. */
static inline uint32_t next_word(uint32_t words[16], int i) {
  uint32_t a = words[(i + 1) % 16], b = words[(i + 14) % 16];
  return words[i] += (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) + words[(i + 9) % 16] +
                     (rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
}

/* A round of step 3. The values stay where they are: it is their names, a to h, that move on by one. */
static inline void mix(uint32_t s[8], int i, uint32_t added) {
  uint32_t a = s[-i & 7], b = s[(1 - i) & 7], c = s[(2 - i) & 7], *d = &s[(3 - i) & 7];
  uint32_t e = s[(4 - i) & 7], f = s[(5 - i) & 7], g = s[(6 - i) & 7], *h = &s[(7 - i) & 7];
  *h += (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + (((f ^ g) & e) ^ g) + added;
  *d += *h;
  *h += (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) | (c & (a | b)));
}

/* Unrolled, so that the values are in registers. */
static void compress_block(uint32_t state[8], const uint8_t *block) {
  uint32_t words[16], s[8];
  memcpy(s, state, sizeof s);
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++) mix(s, i, round_constants[i] + (words[i] = word_at(block + 4 * i)));
  for (int first = 16; first < 64; first += 16) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) mix(s, i, round_constants[first + i] + next_word(words, i));
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

static void compress_plainly(uint32_t state[8], const uint8_t *blocks, size_t count) {
  for (; count; count--, blocks += 64) compress_block(state, blocks);
}

/* The same by the processor's own instructions, four rounds in two of them (Intel SDM, SHA256RNDS2). They
 * want a, b, e, f in one register and c, d, g, h in another. */
__attribute__((target("sha,sse4.1,ssse3")))
static void compress_by_instructions(uint32_t state[8], const uint8_t *blocks, size_t count) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
  for (; count; count--, blocks += 64) {
    __m128i words[4], abef_before = abef, cdgh_before = cdgh;
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      __m128i *word = &words[i % 4], last = words[(i + 3) % 4];
      if (i < 4) {
        *word = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks + 16 * i)), big_endian);
      } else {
        __m128i seventh = _mm_alignr_epi8(last, words[(i + 2) % 4], 4);
        __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(*word, words[(i + 1) % 4]), seventh);
        *word = _mm_sha256msg2_epu32(sum, last);
      }
      __m128i constants = _mm_loadu_si128((const __m128i *)(round_constants + 4 * i));
      __m128i added = _mm_add_epi32(*word, constants);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(added, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

static bool has_instructions(void) {
  enum { SSSE3 = 1 << 9, SSE4_1 = 1 << 19, SHA = 1 << 29 };
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid_count(1, 0, &eax, &ebx, &ecx, &edx) || ~ecx & (SSSE3 | SSE4_1)) return false;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && ebx & SHA;
}

typedef void compressor(uint32_t state[8], const uint8_t *blocks, size_t count);
static compressor *compress;

/* By what this host's processor has, whatever the described one does. */
static void choose_compressor(void) {
  compress = has_instructions() ? compress_by_instructions : compress_plainly;
}

void sha256_start(struct sha256 *hash) {
  static const uint32_t initial[8] = {
    0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au, 0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u,
  };
  memcpy(hash->state, initial, sizeof initial);
  hash->length = 0;
}

/* Whole blocks are taken from where they are. */
void sha256_add(struct sha256 *hash, const void *bytes, size_t size) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, choose_compressor);
  const uint8_t *at = bytes;
  size_t filled = hash->length % 64;
  hash->length += size;
  if (filled) {
    size_t part = 64 - filled < size ? 64 - filled : size;
    memcpy(hash->block + filled, at, part);
    if (filled + part < 64) return;
    at += part, size -= part;
    compress(hash->state, hash->block, 1);
  }
  compress(hash->state, at, size / 64);
  memcpy(hash->block, at + size - size % 64, size % 64);
}

void sha256_finish(struct sha256 *hash, uint8_t digest[32]) {
  static const uint8_t padding[64] = {0x80};
  uint64_t bits = hash->length * 8;
  uint8_t length[8];
  for (int i = 0; i < 8; i++) length[i] = (uint8_t)(bits >> (56 - 8 * i));
  sha256_add(hash, padding, 1 + (119 - hash->length % 64) % 64);
  sha256_add(hash, length, sizeof length);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

void hmac_start(struct hmac *hmac, const uint8_t key[HMAC_KEY]) {
  uint8_t inner[64] = {0};
  memcpy(inner, key, HMAC_KEY);
  memcpy(hmac->outer, inner, sizeof inner);
  for (int i = 0; i < 64; i++) inner[i] ^= 0x36, hmac->outer[i] ^= 0x5c;
  sha256_start(&hmac->hash);
  sha256_add(&hmac->hash, inner, sizeof inner);
}

void hmac_finish(struct hmac *hmac, uint8_t code[32]) {
  uint8_t inner[32];
  sha256_finish(&hmac->hash, inner);
  sha256_start(&hmac->hash);
  sha256_add(&hmac->hash, hmac->outer, sizeof hmac->outer);
  sha256_add(&hmac->hash, inner, sizeof inner);
  sha256_finish(&hmac->hash, code);
}
