/* What librpm tells while it works. */
#pragma once
#include <rpm/rpmts.h>
#include <stdbool.h>

#include "members.h"

/* Has librpm tell of its warnings and errors. */
void watch_log(void);

/* Has librpm tell of packages and scriptlets of a transaction. */
void watch_transaction(rpmts transaction, struct members *members);

/* Whether librpm began to install a package. */
bool watch_has_begun(void);
