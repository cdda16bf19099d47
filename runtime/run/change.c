#include "runtime/run/change.h"

#include "runtime/engine/engine.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line `column`, name, type, hash of what computes it …, set off by tabs. Fields are not ended. */
typedef struct {
    const char *name, *type, *computed;
    size_t name_length, type_length, computed_length;
} Line;

static const char *next_line(const char *line) {
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

static const char *field(const char *at, size_t *ret_length) {
    *ret_length = strcspn(at, "\t\n");
    return at + *ret_length + (at[*ret_length] == '\t');
}

static bool read_column(const char *line, Line *ret_line) {
    static const char word[] = "column\t";
    if (strncmp(line, word, sizeof word - 1)) return false;
    ret_line->name = line + sizeof word - 1;
    ret_line->type = field(ret_line->name, &ret_line->name_length);
    ret_line->computed = field(ret_line->type, &ret_line->type_length);
    field(ret_line->computed, &ret_line->computed_length);
    return true;
}

static bool same(const char *a, size_t a_length, const char *b, size_t b_length) {
    return a_length == b_length && !memcmp(a, b, a_length);
}

static bool find_column(const char *outline, const char *name, size_t length, Line *ret_line) {
    for (const char *line = outline; *line; line = next_line(line))
        if (read_column(line, ret_line) && same(ret_line->name, ret_line->name_length, name, length)) return true;
    return false;
}

static bool same_line(const char *before, const char *now, const char *word) {
    const char *found[2] = {NULL, NULL}, *texts[2] = {before, now};
    for (int i = 0; i < 2; i++)
        for (const char *line = texts[i]; *line; line = next_line(line))
            if (!strncmp(line, word, strlen(word))) found[i] = line;
    return found[0] && found[1] && same(found[0], strcspn(found[0], "\n"), found[1], strcspn(found[1], "\n"));
}

/* ----------------------------------------------------------------------- types */

static int integer_width(const char *type, size_t length) {
    static const struct { const char *name; int digits; } types[] = {{"int2", 5}, {"int4", 10}, {"int8", 19}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (same(type, length, types[i].name, strlen(types[i].name))) return types[i].digits;
    return 0;
}

static bool decimal_digits(const char *type, int *ret_before, int *ret_behind) {
    int precision, scale;
    if (sscanf(type, "decimal(%d,%d)", &precision, &scale) != 2) return false;
    *ret_before = precision - scale;
    *ret_behind = scale;
    return true;
}

/* Whether every value of the one type is one of the other, and stays what it is. */
static bool is_wider(const Line *before, const Line *now) {
    int width = integer_width(before->type, before->type_length), wider = integer_width(now->type, now->type_length);
    int digits[2], more[2];
    if (width && wider) return wider > width;
    bool decimal = decimal_digits(now->type, &more[0], &more[1]);
    if (width && decimal) return more[0] >= width;
    if (decimal && decimal_digits(before->type, &digits[0], &digits[1])) return more[0] >= digits[0] && more[1] >= digits[1];
    return same(before->type, before->type_length, "float4", 6) && same(now->type, now->type_length, "double", 6);
}

/* -------------------------------------------------------------------- comparing */

static bool compare_column(const Line *before, const Line *now, bool widens, ChangeOfColumn *ret_change, const char **ret_why) {
    *ret_change = CHANGE_KEPT;
    if (!same(before->computed, before->computed_length, now->computed, now->computed_length)) {
        *ret_why = "a column is computed otherwise";
        return false;
    }
    if (same(before->type, before->type_length, now->type, now->type_length)) return true;
    *ret_change = CHANGE_WIDENED;
    if (!widens) *ret_why = "a column has another type";
    else if (!is_wider(before, now)) *ret_why = "a column has a type that is not wider";
    return !*ret_why;
}

static bool drop_columns(const char *before, const char *now, TableChange *change) {
    for (const char *line = before; *line; line = next_line(line)) {
        Line old, other;
        if (!read_column(line, &old) || find_column(now, old.name, old.name_length, &other)) continue;
        char **grown = realloc(change->dropped, (change->dropped_count + 1) * sizeof *grown), *name = strndup(old.name, old.name_length);
        if (grown) change->dropped = grown;
        if (!grown || !name) {
            free(name);
            return false;
        }
        change->dropped[change->dropped_count++] = name;
    }
    return true;
}

bool change_of_table(const GovStep *step, const char *before, const char *answer, TableChange *ret_change, const char **ret_why) {
    const GovIncrement *increment = step->increment;
    *ret_change = (TableChange){.columns = calloc(increment->column_count, sizeof *ret_change->columns)};
    *ret_why = ret_change->columns ? NULL : "out of memory";
    if (ret_change->columns && (!step->outline || !same_line(before, step->outline, "rows "))) *ret_why = "which rows it has is decided otherwise";
    for (size_t i = 0; !*ret_why && i < increment->column_count; i++) {
        Line old, now;
        const char *name = increment->columns[i].name;
        if (!find_column(step->outline, name, strlen(name), &now)) *ret_why = "its columns are not known";
        else if (!find_column(before, name, strlen(name), &old)) ret_change->columns[i] = CHANGE_ADDED;
        else if (!compare_column(&old, &now, !strcmp(answer, "widen"), &ret_change->columns[i], ret_why)) break;
    }
    if (!*ret_why && !drop_columns(before, step->outline, ret_change)) *ret_why = "out of memory";
    return !*ret_why;
}

void change_free(TableChange *change) {
    for (size_t i = 0; i < change->dropped_count; i++) free(change->dropped[i]);
    free(change->dropped);
    free(change->columns);
    *change = (TableChange){0};
}

/* -------------------------------------------------------------------- statements */

char *change_select(const GovIncrement *increment, const TableChange *change) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    for (size_t i = 0; i < increment->column_count; i++) {
        const GovTypedColumn *column = &increment->columns[i];
        fputs(i ? ", " : "select ", stream);
        if (change->columns[i] == CHANGE_KEPT) fputs(column->quoted, stream);
        else fprintf(stream, "cast(%s as %s) as %s", change->columns[i] == CHANGE_ADDED ? "null" : column->quoted, column->type, column->quoted);
    }
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

char *change_statements(const GovStep *step, const TableChange *change) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    for (size_t i = 0; i < step->increment->column_count; i++) {
        const GovTypedColumn *column = &step->increment->columns[i];
        if (change->columns[i] == CHANGE_ADDED) fprintf(stream, "alter table %s add column %s %s;\n", step->published, column->quoted, column->type);
        if (change->columns[i] == CHANGE_WIDENED)
            fprintf(stream, "alter table %s alter column %s set data type %s;\n", step->published, column->quoted, column->type);
    }
    for (size_t i = 0; i < change->dropped_count; i++) {
        fprintf(stream, "alter table %s drop column ", step->published);
        engine_write_name(stream, change->dropped[i]);
        fputs(";\n", stream);
    }
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}
