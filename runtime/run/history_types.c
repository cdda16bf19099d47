/* Types of the language by their texts, as the ledger has those of old versions. */
#include "runtime/run/history.h"

#include <stdio.h>
#include <string.h>

/* Digits before and behind the point that every value of the type fits in; false: it is no exact number. */
static bool digits_of(const char *type, int *ret_whole, int *ret_fraction) {
    static const struct {
        const char *type;
        int digits;
    } integers[] = {{"int2", 5}, {"int4", 10}, {"int8", 19}};
    int precision, scale;
    *ret_fraction = 0;
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
        if (!strcmp(type, integers[i].type)) return *ret_whole = integers[i].digits, true;
    if (sscanf(type, "decimal(%d,%d)", &precision, &scale) != 2) return false;
    *ret_whole = precision - scale;
    *ret_fraction = scale;
    return true;
}

static bool is_integer(const char *type) {
    return !strncmp(type, "int", 3) && strcmp(type, "interval") != 0;
}

bool history_widens(const char *from, const char *to) {
    int whole, fraction, wider, finer;
    if (!strcmp(from, "float4") && (!strcmp(to, "float8") || !strcmp(to, "double"))) return true;
    if (!strcmp(from, "date") && !strcmp(to, "timestamp")) return true;
    if (!digits_of(from, &whole, &fraction) || !digits_of(to, &wider, &finer)) return false;
    return wider >= whole && finer >= fraction && !(is_integer(to) && !is_integer(from));
}
