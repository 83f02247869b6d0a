/* Reads the description file, once, and looks things up in it. */
#include "model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_LIMIT = 1 << 20, LINE_LIMIT = 20000, WORDS = 9 };

struct named { const char *name; uint64_t value; };
struct field { const char *name; uint64_t offset, size; };
struct text { const char *name, *value; };
struct capability { int64_t vm_type; uint64_t number, value; };

/* A growing array; the item type is the user's. */
struct list { void *items; size_t count, room; };

static struct list constants, layouts, fields, settings, folders, capabilities;
static struct list instruction_leaves, supported_leaves, tdx_leaves, msrs, feature_msr_list, sites;

static const char *path, *line_word;
static size_t line_number;

static _Noreturn void unreadable(const char *why) {
  give_up("%s, line %zu: %s: %s", path, line_number, line_word, why);
}

static void *added(struct list *list, size_t size) {
  if (list->count == list->room) {
    list->room = list->room ? list->room * 2 : 64;
    list->items = realloc(list->items, list->room * size);
    if (!list->items) give_up("%s: out of memory", path);
  }
  return (char *)list->items + list->count++ * size;
}

#define ADD(list, type, ...) (*(type *)added(&list, sizeof(type)) = (type){__VA_ARGS__})

bool read_number(const char *word, uint64_t *value) {
  bool hex = word[0] == '0' && word[1] == 'x';
  const char *digits = hex ? word + 2 : word;
  uint64_t base = hex ? 16 : 10, sum = 0;
  if (!*digits) return false;
  for (const char *at = digits; *at; at++) {
    int digit = *at >= '0' && *at <= '9'          ? *at - '0'
                : hex && *at >= 'a' && *at <= 'f' ? *at - 'a' + 10
                : hex && *at >= 'A' && *at <= 'F' ? *at - 'A' + 10
                                                  : -1;
    if (digit < 0 || __builtin_mul_overflow(sum, base, &sum) ||
        __builtin_add_overflow(sum, (uint64_t)digit, &sum))
      return false;
  }
  *value = sum;
  return true;
}

/* A number of the line being read that must fit into some bits; minus signs are allowed for values. */
static uint64_t number(const char *word, int bits) {
  uint64_t value;
  bool negative = word[0] == '-';
  if (!read_number(word + negative, &value)) unreadable("not a number");
  if (negative) value = 0 - value;
  else if (bits < 64 && value >> bits) unreadable("number too large");
  return value;
}

static void add_leaf(struct list *list, char **words, bool with_flags) {
  char **registers = words + 2 + with_flags;
  *(struct cpuid_entry *)added(list, sizeof(struct cpuid_entry)) = (struct cpuid_entry){
      .function = number(words[0], 32), .index = number(words[1], 32),
      .flags = with_flags ? number(words[2], 32) : 0,
      .eax = number(registers[0], 32), .ebx = number(registers[1], 32),
      .ecx = number(registers[2], 32), .edx = number(registers[3], 32)};
}

static void read_folder(char **w) { ADD(folders, struct text, w[-1], w[0]); }
static void read_constant(char **w) { ADD(constants, struct named, w[0], number(w[1], 64)); }
static void read_layout(char **w) { ADD(layouts, struct named, w[0], number(w[1], 20)); }
static void read_field(char **w) {
  ADD(fields, struct field, w[0], number(w[1], 20), number(w[2], 20));
}
static void read_capability(char **w) {
  ADD(capabilities, struct capability, -1, number(w[0], 32), number(w[1], 63));
}
static void read_vm_capability(char **w) {
  ADD(capabilities, struct capability, (int64_t)number(w[0], 31), number(w[1], 32),
      number(w[2], 63));
}
static void read_cpuid(char **w) { add_leaf(&instruction_leaves, w, false); }
static void read_kvm_cpuid(char **w) { add_leaf(&supported_leaves, w, true); }
static void read_tdx_cpuid(char **w) { add_leaf(&tdx_leaves, w, true); }
static void read_msr(char **w) { ADD(msrs, struct msr, number(w[0], 32), number(w[1], 64)); }
static void read_feature_msr(char **w) {
  ADD(feature_msr_list, struct msr, number(w[0], 32), number(w[1], 64));
}
static void read_site(char **w) { ADD(sites, struct cpuid_site, w[0], number(w[1], 63)); }

/* The words that a line may start with, and how many follow. */
static const struct word { const char *word; int following; void (*read)(char **following); }
    words[] = {
        {"capability", 2, read_capability},
        {"constant", 2, read_constant},
        {"cpuid", 6, read_cpuid},
        {"cpuid-site", 2, read_site},
        {"faults", 1, read_folder},
        {"feature-msr", 2, read_feature_msr},
        {"field", 3, read_field},
        {"kvm-cpuid", 7, read_kvm_cpuid},
        {"layout", 2, read_layout},
        {"measured", 1, read_folder},
        {"msr", 2, read_msr},
        {"pools", 1, read_folder},
        {"tdx-cpuid", 7, read_tdx_cpuid},
        {"transcripts", 1, read_folder},
        {"vm-capability", 3, read_vm_capability},
};

/* A setting is a name and the rest of its line, words and all. */
static void read_setting(char *rest) {
  char *space = strchr(rest, ' ');
  if (!space || !space[1] || space == rest) unreadable("a name and a value are needed");
  *space = 0;
  ADD(settings, struct text, rest, space + 1);
}

/* Cuts a line into its words; an empty one, or one too many, is refused. */
static int cut(char *line, char *words[WORDS]) {
  int count = 0;
  for (char *next = line; next; count++) {
    if (count == WORDS) unreadable("too many words");
    words[count] = next;
    next = strchr(next, ' ');
    if (next) *next++ = 0;
    if (!words[count][0]) unreadable("words are separated by one space");
  }
  return count;
}

static void read_line(char *line) {
  line_word = line;
  if (!strncmp(line, "setting ", 8)) {
    read_setting(line + 8);
    return;
  }
  char *given[WORDS];
  int count = cut(line, given);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strcmp(given[0], words[i].word)) continue;
    if (count != words[i].following + 1) unreadable("wrong number of words");
    words[i].read(given + 1);
    return;
  }
  unreadable("no such word");
}

/* Every item of a list starts with its name: one order serves all. */
static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(struct list *list, size_t size) {
  if (list->count) qsort(list->items, list->count, size, by_name);
  for (size_t i = 1; i < list->count; i++) {
    const void *item = (char *)list->items + i * size;
    if (!by_name((const char *)item - size, item))
      give_up("%s: %s is given twice", path, *(const char *const *)item);
  }
}

/* A field reaches no further than its structure, where that has a layout. */
static void check_fields(void) {
  const struct field *items = fields.items;
  for (size_t i = 0; i < fields.count; i++) {
    char tag[128];
    const char *dot = strchr(items[i].name, '.');
    size_t length = dot ? (size_t)(dot - items[i].name) : sizeof tag;
    if (length >= sizeof tag) give_up("%s: field %s names no structure", path, items[i].name);
    memcpy(tag, items[i].name, length);
    tag[length] = 0;
    const char *key = tag;
    const struct named *layout =
        layouts.count ? bsearch(&key, layouts.items, layouts.count, sizeof *layout, by_name) : NULL;
    if (layout && items[i].offset + items[i].size > layout->value)
      give_up("%s: field %s does not fit into its structure", path, items[i].name);
  }
}

static void read_description(void) {
  path = getenv("LODGE_PLATFORM_MODEL");
  if (!path) path = "/run/lodge/description";
  size_t size;
  char *text = read_file(path, SIZE_LIMIT, &size);
  if (!text) give_up("%s: %s", path, strerror(errno));
  if (strlen(text) != size) give_up("%s: holds a zero byte", path);
  if (strncmp(text, "lodge-platform-model 1\n", 23)) give_up("%s: not a description", path);
  for (char *line = text; *line;) {
    char *end = strchr(line, '\n');
    char *next = end ? end + 1 : line + strlen(line);
    if (end) *end = 0;
    if (++line_number > LINE_LIMIT) give_up("%s: more than %d lines", path, LINE_LIMIT);
    if (line_number > 1 && *line && *line != '#') read_line(line);
    line = next;
  }
  sort(&constants, sizeof(struct named));
  sort(&layouts, sizeof(struct named));
  sort(&fields, sizeof(struct field));
  check_fields();
  sort(&settings, sizeof(struct text));
  sort(&folders, sizeof(struct text));
}

static void load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_description);
}

/* The item of a sorted list that has a name; NULL: none has. */
static const void *found(const struct list *list, size_t size, const char *name) {
  load();
  return list->count ? bsearch(&name, list->items, list->count, size, by_name) : NULL;
}

bool constant(const char *name, uint64_t *value) {
  const struct named *item = found(&constants, sizeof *item, name);
  if (item) *value = item->value;
  return item;
}

uint64_t constant_or(const char *name, uint64_t absent) {
  constant(name, &absent);
  return absent;
}

size_t layout_size(const char *structure) {
  const struct named *item = found(&layouts, sizeof *item, structure);
  return item ? item->value : 0;
}

bool layout_field(const char *structure_member, size_t *offset, size_t *size) {
  const struct field *item = found(&fields, sizeof *item, structure_member);
  if (!item) return false;
  *offset = item->offset;
  *size = item->size;
  return true;
}

static const char *text_of(const struct list *list, const char *name) {
  const struct text *item = found(list, sizeof *item, name);
  return item ? item->value : NULL;
}

const char *setting(const char *name) { return text_of(&settings, name); }

const char *folder(const char *name) { return text_of(&folders, name); }

uint64_t setting_number(const char *name, uint64_t absent) {
  const char *value = setting(name);
  if (value && !read_number(value, &absent)) give_up("%s: setting %s is no number", path, name);
  return absent;
}

int64_t capability(int vm_type, uint32_t number) {
  load();
  int64_t general = 0;
  const struct capability *items = capabilities.items;
  for (size_t i = 0; i < capabilities.count; i++) {
    if (items[i].number != number) continue;
    if (items[i].vm_type == vm_type) return (int64_t)items[i].value;
    if (items[i].vm_type == -1) general = (int64_t)items[i].value;
  }
  return general;
}

/* Constants of other architectures share their numbers with those of this one. */
static bool is_foreign(const char *name) {
  return strstr(name, "_ARM_") || strstr(name, "_S390_") || strstr(name, "_PPC_");
}

const char *constant_name(const char *family, uint64_t value) {
  load();
  const struct named *items = constants.items;
  for (size_t i = 0; i < constants.count; i++)
    if (items[i].value == value && !strncmp(items[i].name, family, strlen(family)) &&
        !is_foreign(items[i].name))
      return items[i].name;
  return NULL;
}

/* An ioctl's number has the type byte of KVM or of /dev/sev. */
const char *ioctl_name(uint32_t number) {
  load();
  uint32_t type = number >> 8 & 0xff;
  if (type != 0xae && type != 'S') return NULL;
  const struct named *items = constants.items;
  for (size_t i = 0; i < constants.count; i++) {
    const char *name = items[i].name;
    if (items[i].value == number && !is_foreign(name)) return name;
  }
  return NULL;
}

#define LIST(function, type, list)             \
  size_t function(const type **items) {        \
    load();                                    \
    *items = list.items;                       \
    return list.count;                         \
  }
LIST(instruction_cpuid, struct cpuid_entry, instruction_leaves)
LIST(supported_cpuid, struct cpuid_entry, supported_leaves)
LIST(tdx_cpuid, struct cpuid_entry, tdx_leaves)
LIST(kernel_msrs, struct msr, msrs)
LIST(feature_msrs, struct msr, feature_msr_list)
LIST(cpuid_sites, struct cpuid_site, sites)
