// Tests of this module stand beside this file.
