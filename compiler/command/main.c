/* The program `gov`. */
#include "config.h"

#include <stdio.h>

int main(void) {
    return puts("gov " PACKAGE_VERSION) == EOF;
}
