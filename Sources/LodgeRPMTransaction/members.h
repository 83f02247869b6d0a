/* The packages of a transaction, and what their headers carry. */
#pragma once
#include <rpm/header.h>
#include <stdbool.h>
#include <stddef.h>

/* More are no set of one host. */
enum { MEMBER_LIMIT = 20000 };

struct member {
  /* The file, which librpm gives back as the key of the package. */
  char *path;
  /* Name, epoch, version, release and architecture. */
  char *label;
  Header header;
  /* The scriptlets that ran, a bit for each place in the table of their kinds. */
  unsigned ran;
};

struct members {
  struct member *all;
  size_t count;
};

/* Adds a package; false where there are too many. The path is the members' from then on. */
bool members_add(struct members *members, char *path, Header header);

/* The member of a label; NULL where there is none. */
struct member *members_labelled(const struct members *members, const char *label);

/* The member of a file; NULL where there is none. */
struct member *members_of_file(const struct members *members, const void *path);

/* What librpm calls a scriptlet, by the tag it has in a header or in a notice of librpm. */
const char *scriptlet_name(rpmTagVal tag);

/* Notes that a scriptlet of a tag ran. */
void member_note_run(struct member *member, rpmTagVal tag);

/* Tells the program that a scriptlet is for, from the header that has both. */
void tell_interpreter(Header header, rpmTagVal tag);

/* How many files the package has. */
long member_files(const struct member *member);

/* Tells of device nodes, which no user namespace may make, and of pipes, which librpm 4.18.0 opens
 * to wait for a writer; true where there was one. */
bool member_tell_special_files(const struct member *member);

/* Tells what a header asks for and is not done: owners, set-id bits, capabilities. */
void member_tell_left_out(const struct member *member);

/* Tells the triggers of the package, and its scriptlets that did not run. */
void member_tell_triggers(const struct member *member);
void member_tell_idle_scriptlets(const struct member *member);
