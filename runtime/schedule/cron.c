#include "runtime/schedule/cron.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct {
    const char *words;             /* what the field is, for messages */
    int least, most;
    const char *const *names;      /* of `least`, `least` + 1 …, or null */
} Field;

static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

static const Field fields[] = {
    {"minute", 0, 59, NULL}, {"hour", 0, 23, NULL}, {"day of the month", 1, 31, NULL}, {"month", 1, 12, months}, {"day of the week", 0, 7, weekdays},
};
enum { FIELD_COUNT = 5 };

static const struct {
    const char *name, *times;
} nicknames[] = {
    {"@hourly", "0 * * * *"}, {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"},
};

typedef struct {
    const char *at;
    const Field *field;
    char *error;
    size_t error_size;
} Reading;

static bool fail(Reading *reading, const char *words, const char *text, size_t length) {
    if (reading->error) snprintf(reading->error, reading->error_size, "%s `%.*s` as its %s", words, (int)length, text, reading->field->words);
    return false;
}

static size_t word_length(const char *text) {
    return strcspn(text, " \t");
}

/* A number or a name, within the field's bounds. */
static bool read_value(Reading *reading, int *ret_value) {
    const Field *field = reading->field;
    for (int i = 0; field->names && field->names[i]; i++)
        if (!strncasecmp(reading->at, field->names[i], 3) && !isalnum((unsigned char)reading->at[3])) {
            *ret_value = field->least + i;
            reading->at += 3;
            return true;
        }
    char *end;
    long value = isdigit((unsigned char)*reading->at) ? strtol(reading->at, &end, 10) : -1;
    if (value < field->least || value > field->most) return fail(reading, "cannot have", reading->at, word_length(reading->at));
    reading->at = end;
    *ret_value = (int)value;
    return true;
}

/* `*`, `3`, `1-5`, each with a step: the bits that it names. */
static bool read_item(Reading *reading, uint64_t *bits, bool *ret_any) {
    const Field *field = reading->field;
    const char *start = reading->at;
    int from = field->least, to = field->most, step = 1;
    bool any = *reading->at == '*', range = any;
    if (any) reading->at++;
    else {
        if (!read_value(reading, &from)) return false;
        to = from;
        if (*reading->at == '-') {
            reading->at++;
            range = true;
            if (!read_value(reading, &to)) return false;
        }
    }
    if (to < from) return fail(reading, "cannot have", start, word_length(start));
    if (*reading->at == '/') {
        char *end;
        long every = isdigit((unsigned char)reading->at[1]) ? strtol(reading->at + 1, &end, 10) : 0;
        if (every < 1 || every > field->most) return fail(reading, "cannot have", start, word_length(start));
        reading->at = end;
        step = (int)every;
        if (!range) to = field->most; /* `5/15` is from 5 on, as every cron takes it that takes it */
    }
    for (int value = from; value <= to; value += step) *bits |= (uint64_t)1 << value;
    *ret_any |= any;
    return true;
}

static bool read_field(Reading *reading, uint64_t *ret_bits, bool *ret_any) {
    *ret_bits = 0;
    *ret_any = false;
    const char *start = reading->at;
    for (;;) {
        if (!read_item(reading, ret_bits, ret_any)) return false;
        if (*reading->at != ',') break;
        reading->at++;
    }
    if (*reading->at && *reading->at != ' ' && *reading->at != '\t') return fail(reading, "cannot have", start, word_length(start));
    return true;
}

static int count_fields(const char *text) {
    int count = 0;
    for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
        text += word_length(text);
        count++;
    }
    return count;
}

static const char *spelt_out(const char *text) {
    for (size_t i = 0; i < sizeof nicknames / sizeof *nicknames; i++)
        if (!strcasecmp(text, nicknames[i].name)) return nicknames[i].times;
    return text;
}

static const int longest_months[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

/* `0 0 30 2 *` would wait for ever. */
static bool ever_comes(const Cron *cron) {
    if (cron->any_day || !cron->any_weekday) return true;
    for (int month = 1; month <= 12; month++)
        for (int day = 1; day <= longest_months[month - 1]; day++)
            if (cron->months >> month & 1 && cron->days >> day & 1) return true;
    return false;
}

bool cron_parse(const char *text, Cron *ret_cron, char *ret_error, size_t error_size) {
    Reading reading = {.at = spelt_out(text), .error = ret_error, .error_size = error_size};
    uint64_t bits[FIELD_COUNT];
    bool any[FIELD_COUNT];
    int count = count_fields(reading.at);
    if (count != FIELD_COUNT) {
        if (ret_error) snprintf(ret_error, error_size, "has %d field%s, not 5: minute, hour, day of the month, month, day of the week", count, count == 1 ? "" : "s");
        return false;
    }
    for (int i = 0; i < FIELD_COUNT; i++) {
        reading.field = &fields[i];
        reading.at += strspn(reading.at, " \t");
        if (!read_field(&reading, &bits[i], &any[i])) return false;
    }
    if (bits[4] >> 7 & 1) bits[4] |= 1;
    *ret_cron = (Cron){.minutes = bits[0], .hours = (uint32_t)bits[1], .days = (uint32_t)bits[2], .months = (uint16_t)bits[3],
                       .weekdays = (uint8_t)(bits[4] & 0x7f), .any_hour = any[1], .any_day = any[2], .any_weekday = any[4]};
    if (ever_comes(ret_cron)) return true;
    if (ret_error) snprintf(ret_error, error_size, "names a day that none of its months has");
    return false;
}

bool cron_matches_day(const Cron *cron, int month, int day, int weekday) {
    bool by_day = cron->days >> day & 1, by_weekday = cron->weekdays >> weekday & 1;
    if (!(cron->months >> month & 1)) return false;
    return cron->any_day || cron->any_weekday ? by_day && by_weekday : by_day || by_weekday;
}
