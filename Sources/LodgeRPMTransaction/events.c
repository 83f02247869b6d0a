#include "events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A line has no more strings than this; each byte of one may need six. */
enum { STRINGS = 6, LINE_LIMIT = STRINGS * (6 * TEXT_LIMIT + 64) };

static struct {
  int descriptor;
  int written;
  size_t length;
  char bytes[LINE_LIMIT];
} line = {.descriptor = STDOUT_FILENO};

bool events_take_output(void) {
  line.descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 64);
  return line.descriptor >= 0;
}

/* Appends bytes that are JSON already. */
static void put(const char *bytes, size_t length) {
  if (line.length + length > sizeof line.bytes) return;
  memcpy(line.bytes + line.length, bytes, length);
  line.length += length;
}

/* Appends the name of a value, and what stands before it. */
static void put_name(const char *name) {
  char text[64];
  put(text, snprintf(text, sizeof text, "%s\"%s\":", line.length > 1 ? "," : "", name));
}

/* How many bytes the UTF-8 character has that begins here; 0 where none does.
 *
 * Source: the Unicode Standard 15, table 3-7. */
static size_t character(const unsigned char *at, size_t left) {
  unsigned char first = at[0], low = 0x80, high = 0xbf;
  size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || length > left) return 0;
  if (first == 0xe0) low = 0xa0;
  if (first == 0xed) high = 0x9f;
  if (first == 0xf0) low = 0x90;
  if (first == 0xf4) high = 0x8f;
  if (length > 1 && (at[1] < low || at[1] > high)) return 0;
  for (size_t i = 2; i < length; i++)
    if ((at[i] & 0xc0) != 0x80) return 0;
  return length;
}

/* Appends one character of a string, escaped where it must be. */
static void put_character(const unsigned char *at, size_t length) {
  char text[8];
  if (*at == '"' || *at == '\\')
    put(text, snprintf(text, sizeof text, "\\%c", *at));
  else if (*at < 0x20 || *at == 0x7f)
    put(text, snprintf(text, sizeof text, "\\u%04x", *at));
  else
    put((const char *)at, length);
}

void event_begin(void) {
  line.length = 0;
  put("{", 1);
}

void event_bytes(const char *name, const char *bytes, size_t length) {
  const unsigned char *at = (const unsigned char *)bytes;
  bool cut = length > TEXT_LIMIT;
  const unsigned char *end = at + (cut ? TEXT_LIMIT : length);
  put_name(name);
  put("\"", 1);
  while (at < end) {
    size_t size = character(at, end - at);
    if (size) put_character(at, size);
    // A character that the bound cuts in two is no fault of the text.
    else if (!cut || end - at > 3) put("\\ufffd", 6);
    at += size ? size : 1;
  }
  put("\"", 1);
}

void event_text(const char *name, const char *text) {
  if (text) event_bytes(name, text, strnlen(text, TEXT_LIMIT + 1));
}

void event_number(const char *name, long long number) {
  char text[32];
  put_name(name);
  put(text, snprintf(text, sizeof text, "%lld", number));
}

void event_flag(const char *name, bool flag) {
  put_name(name);
  put(flag ? "true" : "false", flag ? 4 : 5);
}

void event_end_all(void) {
  put("}\n", 2);
  for (size_t done = 0; done < line.length;) {
    ssize_t size = write(line.descriptor, line.bytes + done, line.length - done);
    if (size < 0 && errno != EINTR) return;
    if (size > 0) done += size;
  }
}

void event_end(void) {
  if (line.written < EVENT_LIMIT) event_end_all();
  if (line.written++ == EVENT_LIMIT) {
    event_begin();
    event_text("warning", "there is more to tell than is told");
    event_end_all();
  }
}

void event_warning(const char *text) {
  event_begin();
  event_text("warning", text);
  event_end();
}
