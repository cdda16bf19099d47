#include "runtime/ingest/convert.h"
#include "runtime/ingest/format.h"

#include "runtime/engine/engine.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool starts_with(const char *text, const char *start) {
    return strncasecmp(text, start, strlen(start)) == 0;
}

IngestType ingest_type(const char *type, int *ret_scale) {
    static const struct {
        const char *name;
        IngestType type;
    } types[] = {
        {"TIMESTAMP WITH TIME ZONE", INGEST_TYPE_TIMESTAMPTZ},
        {"TIMESTAMPTZ", INGEST_TYPE_TIMESTAMPTZ},
        {"TIMESTAMP", INGEST_TYPE_TIMESTAMP},
        {"DATETIME", INGEST_TYPE_TIMESTAMP},
        {"TIME", INGEST_TYPE_TIME},
        {"DATE", INGEST_TYPE_DATE},
        {"DECIMAL", INGEST_TYPE_DECIMAL},
        {"NUMERIC", INGEST_TYPE_DECIMAL},
        {"DOUBLE", INGEST_TYPE_DOUBLE},
        {"FLOAT", INGEST_TYPE_DOUBLE},
        {"REAL", INGEST_TYPE_DOUBLE},
        {"BOOL", INGEST_TYPE_BOOLEAN},
        {"INTERVAL", INGEST_TYPE_OTHER},
        {"INT", INGEST_TYPE_INTEGER},
        {"BIGINT", INGEST_TYPE_INTEGER},
        {"SMALLINT", INGEST_TYPE_INTEGER},
        {"TINYINT", INGEST_TYPE_INTEGER},
        {"HUGEINT", INGEST_TYPE_INTEGER},
        {"VARCHAR", INGEST_TYPE_TEXT},
        {"TEXT", INGEST_TYPE_TEXT},
        {"STRING", INGEST_TYPE_TEXT},
        {"JSON", INGEST_TYPE_JSON},
        {"STRUCT", INGEST_TYPE_NESTED},
        {"MAP", INGEST_TYPE_NESTED},
    };
    size_t length = strlen(type);
    if (ret_scale) *ret_scale = 0;
    if (length && type[length - 1] == ']') return INGEST_TYPE_NESTED;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!starts_with(type, types[i].name)) continue;
        const char *comma = strchr(type, ',');
        if (ret_scale && types[i].type == INGEST_TYPE_DECIMAL)
            *ret_scale = comma ? atoi(comma + 1) : strchr(type, '(') ? 0 : 3;
        return types[i].type;
    }
    return INGEST_TYPE_OTHER;
}

bool ingest_convert_is_plain(const GovColumn *column) {
    return !column->convert && ingest_type(column->type, NULL) == INGEST_TYPE_TEXT;
}

static bool is_number(IngestType type) {
    return type == INGEST_TYPE_INTEGER || type == INGEST_TYPE_DECIMAL || type == INGEST_TYPE_DOUBLE;
}

static bool has_local_numbers(const IngestDialect *dialect) {
    return dialect->decimal != '.' || dialect->thousands;
}

static void write_character(FILE *stream, char character) {
    engine_write_literal(stream, (char[]){character, 0});
}

/* The text with its number written as SQL writes numbers. */
static void write_number_text(FILE *stream, const char *name, const IngestDialect *dialect) {
    fputs(dialect->decimal != '.' ? "replace(" : "", stream);
    fputs(dialect->thousands ? "replace(" : "", stream);
    engine_write_name(stream, name);
    if (dialect->thousands) {
        fputs(", ", stream);
        write_character(stream, dialect->thousands);
        fputs(", '')", stream);
    }
    if (dialect->decimal != '.') {
        fputs(", ", stream);
        write_character(stream, dialect->decimal);
        fputs(", '.')", stream);
    }
}

static bool has_format(IngestType type) {
    return type == INGEST_TYPE_DATE || type == INGEST_TYPE_TIME || type == INGEST_TYPE_TIMESTAMP ||
           type == INGEST_TYPE_TIMESTAMPTZ;
}

/* Writes the format as a literal of SQL, in the form of strptime. */
static bool write_format(FILE *stream, const GovColumn *column, IngestFault *fault) {
    char text[256] = "";
    FILE *memory = fmemopen(text, sizeof text, "w");
    if (!memory) return ingest_fault_memory(fault);
    bool ok = ingest_format_translate(column->format, memory, fault);
    if (fclose(memory) != 0 || strlen(column->format) > 100)
        ok = ingest_fault(fault, "the format of `%s` is too long", column->name);
    engine_write_literal(stream, text);
    return ok;
}

static bool write_parsed(FILE *stream, const GovColumn *column, const char *text, IngestFault *fault) {
    fputs("try_strptime(", stream);
    engine_write_name(stream, text);
    fputs(", ", stream);
    bool ok = write_format(stream, column, fault);
    fputs(")", stream);
    return ok;
}

bool ingest_convert_write_value(FILE *stream, const GovColumn *column, const IngestDialect *dialect,
                                IngestFault *fault) {
    IngestType type = ingest_type(column->type, NULL);
    if (column->convert || ingest_convert_is_plain(column)) {
        fputs(column->convert ? column->convert : "", stream);
        if (!column->convert) engine_write_name(stream, column->name);
        return true;
    }
    if (column->format && !has_format(type))
        return ingest_fault(fault, "`%s` has a format, which is for dates and times", column->name);
    bool ok = true;
    fputs("try_cast(", stream);
    if (column->format) {
        ok = write_parsed(stream, column, column->name, fault);
    } else if (type == INGEST_TYPE_NESTED || type == INGEST_TYPE_JSON) {
        fputs("try_cast(", stream);
        engine_write_name(stream, column->name);
        fputs(" as json)", stream);
    } else if (is_number(type) && has_local_numbers(dialect)) {
        write_number_text(stream, column->name, dialect);
    } else {
        engine_write_name(stream, column->name);
    }
    fprintf(stream, " as %s)", column->type);
    return ok;
}

/* A character inside or outside a class of a regular expression: escaped in hexadecimal, so never special. */
static void write_escaped(FILE *stream, char character) {
    fprintf(stream, "\\x%02x", (unsigned char)character);
}

/* A regular expression (RE2) of numbers in the dialect, inside the quotes of a literal of SQL. */
static void write_number_shape(FILE *stream, IngestType type, int scale, const IngestDialect *dialect) {
    fputs("[+-]?(", stream);
    if (dialect->thousands) {
        fputs("([0-9]+|[0-9]{1,3}(", stream);
        write_escaped(stream, dialect->thousands);
        fputs("[0-9]{3})+)", stream);
    } else {
        fputs("[0-9]+", stream);
    }
    if (type == INGEST_TYPE_INTEGER) {
        fputs(")", stream);
        return;
    }
    char maximum[16] = "";
    if (type == INGEST_TYPE_DECIMAL) snprintf(maximum, sizeof maximum, "%d", scale);
    fputs("(", stream);
    write_escaped(stream, dialect->decimal);
    fprintf(stream, "[0-9]{0,%s}0*)?|", maximum);
    write_escaped(stream, dialect->decimal);
    fprintf(stream, scale || type == INGEST_TYPE_DOUBLE ? "[0-9]{1,%s}0*)" : "0+)", maximum);
    fputs(type == INGEST_TYPE_DOUBLE ? "([eE][+-]?[0-9]+)?" : "", stream);
}

#define DATE_SHAPE   "[0-9]{4}-[0-9]{2}-[0-9]{2}"
#define TIME_SHAPE   "[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?"
#define OFFSET_SHAPE "( ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?"

static void write_shape(FILE *stream, const GovColumn *column, const IngestDialect *dialect, const char *text) {
    int scale;
    IngestType type = ingest_type(column->type, &scale);
    fputs("regexp_full_match(", stream);
    engine_write_name(stream, text);
    fputs(", ' *(", stream);
    switch (type) {
    case INGEST_TYPE_INTEGER:
    case INGEST_TYPE_DECIMAL:
    case INGEST_TYPE_DOUBLE: write_number_shape(stream, type, scale, dialect); break;
    case INGEST_TYPE_BOOLEAN: fputs("(?i)true|false|t|f|yes|no|y|n|1|0", stream); break;
    case INGEST_TYPE_DATE: fputs(DATE_SHAPE, stream); break;
    case INGEST_TYPE_TIME: fputs(TIME_SHAPE, stream); break;
    case INGEST_TYPE_TIMESTAMP: fputs(DATE_SHAPE "([ T]" TIME_SHAPE ")?", stream); break;
    case INGEST_TYPE_TIMESTAMPTZ: fputs(DATE_SHAPE "([ T]" TIME_SHAPE OFFSET_SHAPE ")?", stream); break;
    case INGEST_TYPE_TEXT:
    case INGEST_TYPE_JSON:
    case INGEST_TYPE_NESTED:
    case INGEST_TYPE_OTHER: fputs(".*", stream); break;
    }
    fputs(") *')", stream);
}

/* Writes `"value"::varchar = "text" or `: true of what the engine itself would have written. Cheaper where it can be: a
 * single character that is an integer is a digit; a time of the right places from the year 1000 on has digits in all of
 * them, since the cast has read it. */
static void write_quick(FILE *stream, IngestType type, const char *value, const char *text) {
    bool timestamp = type == INGEST_TYPE_TIMESTAMP;
    if (timestamp || type == INGEST_TYPE_DATE) {
        engine_write_name(stream, value);
        fprintf(stream, " >= %s '1000-01-01' and ", timestamp ? "timestamp" : "date");
        engine_write_name(stream, text);
        fprintf(stream, " like '%s' or ", timestamp ? "____-__-__ __:__:__" : "____-__-__");
    } else if (type == INGEST_TYPE_INTEGER || type == INGEST_TYPE_DECIMAL) {
        fputs("strlen(", stream);
        engine_write_name(stream, text);
        fputs(") = 1 or ", stream);
        engine_write_name(stream, value);
        fputs("::varchar = ", stream);
        engine_write_name(stream, text);
        fputs(" or ", stream);
    }
}

bool ingest_convert_write_condition(FILE *stream, const GovColumn *column, const IngestDialect *dialect,
                                    const char *value, const char *text, IngestFault *fault) {
    IngestType type = ingest_type(column->type, NULL);
    bool judged = !column->convert && (is_number(type) || has_format(type) || type == INGEST_TYPE_BOOLEAN);
    engine_write_name(stream, value);
    fputs(" is not null", stream);
    if (!judged) return true;
    fputs(" and (", stream);
    bool ok = true;
    if (column->format) {
        /* Only what the format itself would write: `4/1/16` is not DD/MM/YYYY. */
        fputs("strftime(", stream);
        ok = write_parsed(stream, column, text, fault);
        fputs(", ", stream);
        ok = ok && write_format(stream, column, fault);
        fputs(") = ", stream);
        engine_write_name(stream, text);
    } else {
        bool local = is_number(type) && has_local_numbers(dialect);
        if (!local) write_quick(stream, type, value, text);
        write_shape(stream, column, dialect, text);
    }
    fputs(")", stream);
    if (type == INGEST_TYPE_DOUBLE) {
        fputs(" and isfinite(", stream);
        engine_write_name(stream, value);
        fputs(")", stream);
    }
    return ok;
}

bool ingest_type_may_pass(IngestType from, IngestType to) {
    switch (to) {
    case INGEST_TYPE_INTEGER:
    case INGEST_TYPE_DECIMAL: return from == INGEST_TYPE_INTEGER || from == INGEST_TYPE_DECIMAL;
    case INGEST_TYPE_DOUBLE: return from == INGEST_TYPE_DOUBLE || from == INGEST_TYPE_INTEGER;
    case INGEST_TYPE_DATE:
    case INGEST_TYPE_TIMESTAMP:
    case INGEST_TYPE_TIMESTAMPTZ: return from == INGEST_TYPE_DATE || from == to;
    case INGEST_TYPE_TEXT:
    case INGEST_TYPE_BOOLEAN:
    case INGEST_TYPE_TIME:
    case INGEST_TYPE_JSON:
    case INGEST_TYPE_NESTED:
    case INGEST_TYPE_OTHER: return from == to;
    }
    return false;
}
