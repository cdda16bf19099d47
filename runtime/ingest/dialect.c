/* The options of a CSV source. */
#include "runtime/ingest/csv.h"

#include <string.h>
#include <strings.h>

static bool read_character(const char *key, const char *value, bool may_be_empty, char *ret, IngestFault *fault) {
    if (strcmp(value, "\\t") == 0 || strcasecmp(value, "tab") == 0) value = "\t";
    if (value[0] == 0 && may_be_empty) {
        *ret = 0;
        return true;
    }
    if (value[0] == 0 || value[1] != 0 || value[0] == '\n' || value[0] == '\r')
        return ingest_fault(fault, "the option `%s` must be one character of ASCII", key);
    *ret = value[0];
    return true;
}

static bool read_boolean(const char *key, const char *value, bool *ret, IngestFault *fault) {
    *ret = strcasecmp(value, "true") == 0;
    return *ret || strcasecmp(value, "false") == 0 || ingest_fault(fault, "the option `%s` is `true` or `false`", key);
}

static bool is_utf8(const char *name) {
    return strcasecmp(name, "utf-8") == 0 || strcasecmp(name, "utf8") == 0;
}

static bool read_option(const char *key, const char *value, IngestDialect *dialect, bool *escape_given,
                        IngestFault *fault) {
    if (strcmp(key, "delimiter") == 0) return read_character(key, value, false, &dialect->delimiter, fault);
    if (strcmp(key, "quote") == 0) return read_character(key, value, true, &dialect->quote, fault);
    if (strcmp(key, "escape") == 0) {
        *escape_given = true;
        return read_character(key, value, true, &dialect->escape, fault);
    }
    if (strcmp(key, "decimal") == 0) return read_character(key, value, false, &dialect->decimal, fault);
    if (strcmp(key, "thousands") == 0) return read_character(key, value, true, &dialect->thousands, fault);
    if (strcmp(key, "header") == 0) return read_boolean(key, value, &dialect->header, fault);
    if (strcmp(key, "null") == 0)
        dialect->null_text = value;
    else if (strcmp(key, "encoding") == 0)
        dialect->encoding = is_utf8(value) ? NULL : value;
    else
        return ingest_fault(fault,
                            "the option `%s` is not known; csv has delimiter, quote, escape, header, decimal, "
                            "thousands, encoding, null",
                            key);
    return true;
}

bool ingest_dialect_read(const GovSettings *options, const Settings *settings, IngestDialect *ret_dialect,
                         IngestFault *fault) {
    IngestDialect dialect = {.delimiter = ',', .quote = '"', .header = true, .decimal = '.', .null_text = ""};
    bool escape_given = false;
    for (size_t i = 0; i < options->count; i++) {
        const GovSetting *option = &options->items[i];
        if (!read_option(option->key, settings_value(settings, &option->value), &dialect, &escape_given, fault))
            return false;
    }
    if (!escape_given) dialect.escape = dialect.quote;
    if (dialect.delimiter == dialect.quote)
        return ingest_fault(fault, "the options `delimiter` and `quote` are the same character");
    if (dialect.decimal == dialect.thousands)
        return ingest_fault(fault, "the options `decimal` and `thousands` are the same character");
    *ret_dialect = dialect;
    return true;
}
