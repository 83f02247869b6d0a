/* Structures of the caller by the names of the candidate kernel's own headers, and settings. */
#include "tee.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void structure_start(struct structure *structure, const char *name, uint64_t address) {
  *structure = (struct structure){.name = name, .address = address, .size = layout_size(name)};
  if (structure->size > sizeof structure->bytes)
    give_up("the layout of %s is larger than any kernel's: %zu bytes", name, structure->size);
}

int structure_in(struct structure *structure, const char *name, uint64_t address) {
  structure_start(structure, name, address);
  if (!structure->size) return -ENOSYS;
  return copy_in(structure->bytes, address, structure->size);
}

int structure_out(const struct structure *structure) {
  return copy_out(structure->address, structure->bytes, structure->size);
}

/* Where a member lies in the copy; NULL where this kernel's structure has none of that name. */
static uint8_t *find(struct structure *structure, const char *name, size_t *size) {
  char path[128];
  size_t offset;
  snprintf(path, sizeof path, "%s.%s", structure->name, name);
  if (!layout_field(path, &offset, size)) return NULL;
  if (offset > structure->size || *size > structure->size - offset) return NULL;
  return structure->bytes + offset;
}

uint64_t member(const struct structure *structure, const char *name) {
  size_t size;
  uint64_t value = 0;
  const uint8_t *at = find((struct structure *)structure, name, &size);
  if (at && size <= sizeof value) memcpy(&value, at, size);
  return value;
}

uint8_t *member_bytes(struct structure *structure, const char *name, size_t wanted) {
  size_t size;
  uint8_t *at = find(structure, name, &size);
  return at && size == wanted ? at : NULL;
}

void set_member(struct structure *structure, const char *name, uint64_t value) {
  size_t size;
  uint8_t *at = find(structure, name, &size);
  if (at && size <= sizeof value) memcpy(at, &value, size);
}

void say_members(const struct structure *structure, ...) {
  va_list names;
  va_start(names, structure);
  for (const char *name; (name = va_arg(names, const char *));)
    say_number(name, member(structure, name));
  va_end(names);
}

void say_bytes(const char *name, const uint8_t *bytes, size_t size) {
  char text[2 * 64 + 1] = "";
  for (size_t i = 0; i < size && i < 64; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
  say_text(name, text);
}

void setting_bytes(const char *name, uint8_t *bytes, size_t size) {
  const char *text = setting(name);
  memset(bytes, 0, size);
  if (!text) return;
  if (strlen(text) != 2 * size) give_up("the setting %s is not %zu hexadecimal digits", name, 2 * size);
  for (size_t i = 0; i < size; i++) {
    char pair[3] = {text[2 * i], text[2 * i + 1], 0}, *end;
    bytes[i] = (uint8_t)strtoul(pair, &end, 16);
    if (*end || *pair == '-' || *pair == '+' || *pair == ' ')
      give_up("the setting %s is not %zu hexadecimal digits", name, 2 * size);
  }
}

bool setting_range(const char *name, unsigned *first, unsigned *last) {
  const char *text = setting(name);
  char rest;
  if (!text) return false;
  if (sscanf(text, "%u-%u%c", first, last, &rest) != 2 || *last > 1 << 20)
    give_up("the setting %s is not a range such as 1-99: %s", name, text);
  return true;
}

uint64_t bit_of(const char *constant_name) {
  uint64_t value;
  return constant(constant_name, &value) && value < 64 ? 1ull << value : 0;
}
