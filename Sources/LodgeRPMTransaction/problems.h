/* Why librpm does not install a set. */
#pragma once
#include <rpm/rpmts.h>

/* Tells the problems that a transaction has, and how many there are. */
int tell_problems(rpmts transaction);
