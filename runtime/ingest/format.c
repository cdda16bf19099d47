#include "runtime/ingest/format.h"

#include <ctype.h>
#include <string.h>

/* Days from civil and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static IngestDay from_civil(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

typedef struct {
    int64_t year, month, day;
} Civil;

static Civil to_civil(IngestDay days) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    Civil civil = {year + era * 400, shifted < 10 ? shifted + 3 : shifted - 9, of_year - (153 * shifted + 2) / 5 + 1};
    civil.year += civil.month <= 2;
    return civil;
}

static int64_t days_of_month(int64_t year, int64_t month) {
    return month == 12 ? 31 : from_civil(year, month + 1, 1) - from_civil(year, month, 1);
}

bool ingest_day_read(const char *text, IngestDay *ret_day) {
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-') return false;
    int64_t parts[3] = {0};
    for (size_t i = 0; i < 10; i++) {
        if (i == 4 || i == 7) continue;
        if (!isdigit((unsigned char)text[i])) return false;
        int64_t *part = &parts[i < 4 ? 0 : i < 7 ? 1 : 2];
        *part = *part * 10 + (text[i] - '0');
    }
    if (parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > days_of_month(parts[0], parts[1])) return false;
    *ret_day = from_civil(parts[0], parts[1], parts[2]);
    return true;
}

void ingest_day_write(IngestDay day, char ret_text[16]) {
    Civil civil = to_civil(day);
    snprintf(ret_text, 16, "%04d-%02d-%02d", (int)(civil.year % 10000), (int)civil.month, (int)civil.day);
}

static IngestDay add_months(IngestDay day, int64_t months) {
    Civil civil = to_civil(day);
    int64_t total = civil.year * 12 + civil.month - 1 + months;
    int64_t year = total / 12, month = total % 12 + 1;
    int64_t last = days_of_month(year, month);
    return from_civil(year, month, civil.day < last ? civil.day : last);
}

/* Singular and plural are the same unit. */
static bool is_unit(const char *unit, const char *name) {
    size_t length = strlen(name);
    return strncmp(unit, name, length) == 0 && (unit[length] == 0 || strcmp(unit + length, "s") == 0);
}

IngestDay ingest_day_add(IngestDay day, int64_t count, const char *unit) {
    if (is_unit(unit, "year")) return add_months(day, count * 12);
    if (is_unit(unit, "quarter")) return add_months(day, count * 3);
    if (is_unit(unit, "month")) return add_months(day, count);
    if (is_unit(unit, "week")) return day + count * 7;
    if (is_unit(unit, "day")) return day + count;
    /* Clock units move a day by whole days, rounded away from it so that a lookback is never too short. */
    double seconds = ingest_duration_seconds((GovDuration){count < 0 ? -count : count, unit});
    int64_t days = (int64_t)((seconds + 86399) / 86400);
    return count < 0 ? day - days : day + days;
}

double ingest_duration_seconds(GovDuration duration) {
    static const struct {
        const char *name;
        double seconds;
    } units[] = {
        {"second", 1},    {"minute", 60},     {"hour", 3600},       {"day", 86400},
        {"week", 604800}, {"month", 2592000}, {"quarter", 7776000}, {"year", 31536000},
    };
    for (size_t i = 0; duration.unit && i < sizeof units / sizeof *units; i++)
        if (is_unit(duration.unit, units[i].name)) return (double)duration.count * units[i].seconds;
    return 0;
}

typedef enum { YEAR, SHORT_YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, MICROSECOND, MILLISECOND } Part;

static const struct {
    const char *text;
    Part part;
    const char *directive;
} parts[] = {
    {"YYYY", YEAR, "%Y"},      {"YY", SHORT_YEAR, "%y"},  {"MM", MONTH, "%m"},  {"DD", DAY, "%d"},
    {"HH24", HOUR, "%H"},      {"HH", HOUR, "%H"},        {"MI", MINUTE, "%M"}, {"SS", SECOND, "%S"},
    {"US", MICROSECOND, "%f"}, {"MS", MILLISECOND, "%g"},
};
enum { PART_COUNT = sizeof parts / sizeof *parts };

/* The part that `at` begins with, or PART_COUNT. */
static size_t find_part(const char *at) {
    size_t i = 0;
    while (i < PART_COUNT && strncmp(at, parts[i].text, strlen(parts[i].text)) != 0) i++;
    return i;
}

/* Takes one step in a format: a part, or a character that stands for itself. `T` between a date and a time does. */
static bool next_step(const char **at, bool *quoted, size_t *ret_part, char *ret_character, IngestFault *fault) {
    *ret_part = *quoted ? PART_COUNT : find_part(*at);
    *ret_character = 0;
    if (*ret_part < PART_COUNT) {
        *at += strlen(parts[*ret_part].text);
        return true;
    }
    char character = *(*at)++;
    if (character == '"') {
        *quoted = !*quoted;
        return true;
    }
    if (isalpha((unsigned char)character) && !*quoted && character != 'T' && character != 'Z')
        return ingest_fault(fault, "a format has YYYY, YY, MM, DD, HH24, MI, SS, MS, US and, in double quotes, text");
    *ret_character = character;
    return true;
}

bool ingest_format_translate(const char *format, FILE *stream, IngestFault *fault) {
    bool quoted = false;
    while (*format) {
        size_t part;
        char character;
        if (!next_step(&format, &quoted, &part, &character, fault)) return false;
        if (part < PART_COUNT)
            fputs(parts[part].directive, stream);
        else if (character)
            fprintf(stream, character == '%' ? "%%%c" : "%c", character);
    }
    return true;
}

static void write_part(Part part, Civil civil, FILE *stream) {
    switch (part) {
    case YEAR: fprintf(stream, "%04d", (int)civil.year); break;
    case SHORT_YEAR: fprintf(stream, "%02d", (int)(civil.year % 100)); break;
    case MONTH: fprintf(stream, "%02d", (int)civil.month); break;
    case DAY: fprintf(stream, "%02d", (int)civil.day); break;
    case HOUR:
    case MINUTE:
    case SECOND: fputs("00", stream); break;
    case MICROSECOND: fputs("000000", stream); break;
    case MILLISECOND: fputs("000", stream); break;
    }
}

bool ingest_format_day(IngestDay day, const char *format, FILE *stream, IngestFault *fault) {
    Civil civil = to_civil(day);
    bool quoted = false;
    for (format = format ? format : "YYYY-MM-DD"; *format;) {
        size_t part;
        char character;
        if (!next_step(&format, &quoted, &part, &character, fault)) return false;
        if (part < PART_COUNT)
            write_part(parts[part].part, civil, stream);
        else if (character)
            fputc(character, stream);
    }
    return true;
}
