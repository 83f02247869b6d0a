/* What neither librpm nor the packages' own code may do, in a sandbox that maps one user only. */
#pragma once
#include <stdbool.h>

/* Confines this process and those it starts, for good; false, with errno, where it cannot. */
bool confine(void);
