/* Constants of a small language of their own, in the words of the engine: regular expressions, formats of dates, paths into
 * JSON. `{pattern:regex}` in a template of stdlib. */
#include "compiler/emit/internal.h"

#include <ctype.h>
#include <string.h>

/* ------------------------------------------------------ regular expressions */

/* Walks a pattern of the common subset, to tell whether the first of its matches is the longest too: PostgreSQL takes the
 * longest, all others that which comes first. */
typedef struct Walk {
    const char *at;
    int quantifiers, lazy;
    bool unclear;
    bool groups;      /* a group of one width is repeated */
} Walk;

static int alternatives(Walk *walk);

static void skip_set(Walk *walk) {
    walk->at++;
    if (*walk->at == '^') walk->at++;
    if (*walk->at == ']') walk->at++;
    while (*walk->at && *walk->at != ']') {
        if (walk->at[0] == '[' && walk->at[1] == ':') {
            const char *end = strstr(walk->at, ":]");
            walk->at = end ? end + 1 : walk->at;
        }
        walk->at += *walk->at == '\\' && walk->at[1] ? 2 : 1;
    }
    if (*walk->at) walk->at++;
}

/* Whether a quantifier follows; stands behind it then. */
static bool quantifier(Walk *walk) {
    if (!*walk->at || !strchr("*+?{", *walk->at)) return false;
    const char *end = *walk->at == '{' ? strchr(walk->at, '}') : walk->at;
    walk->at = end ? end + 1 : walk->at + 1;
    walk->quantifiers++;
    if (*walk->at == '?') walk->lazy++, walk->at++;
    return true;
}

/* One character, set or group: how many characters it matches, -1 if that varies. */
static int atom(Walk *walk) {
    int width = 1;
    bool group = *walk->at == '(';
    if (group) {
        walk->at += walk->at[1] == '?' && walk->at[2] == ':' ? 3 : 1;
        width = alternatives(walk);
        if (*walk->at) walk->at++;
    } else if (*walk->at == '[') {
        skip_set(walk);
    } else {
        bool anchor = *walk->at == '^' || *walk->at == '$' || (*walk->at == '\\' && (walk->at[1] == 'b' || walk->at[1] == 'B'));
        walk->at += *walk->at == '\\' && walk->at[1] ? 2 : 1;
        width = anchor ? 0 : 1;
    }
    if (!quantifier(walk)) return width;
    if (group && width < 0) walk->unclear = true;
    walk->groups |= group;
    return -1;
}

static int alternatives(Walk *walk) {
    int first = 0, width = 0;
    bool several = false;
    for (; *walk->at && *walk->at != ')';) {
        if (*walk->at == '|') {
            walk->unclear |= width < 0 || (several && width != first);
            first = several ? first : width;
            several = true;
            width = 0;
            walk->at++;
            continue;
        }
        int one = atom(walk);
        width = width < 0 || one < 0 ? -1 : width + one;
    }
    walk->unclear |= several && width != first;
    return width;
}

/* From `^` to `$` there is but one length. */
static bool is_whole(const char *pattern) {
    size_t length = strlen(pattern);
    return length > 2 && pattern[0] == '^' && pattern[length - 1] == '$' && pattern[length - 2] != '\\';
}

/* Of characters and sets alone, each repeated or not, the first match is the longest; of one lazy repetition the shortest.
 * Repeated groups of one width, as in `^(?:www\.)?(.*)$`, take the same characters if the whole text must match. */
static bool first_is_longest(const char *pattern) {
    Walk walk = {.at = pattern};
    alternatives(&walk);
    return !walk.unclear && (!walk.lazy || walk.quantifiers == 1) && (!walk.groups || (!walk.lazy && is_whole(pattern)));
}

static const char *regex(Emitter *emitter, Text text, const char **why) {
    const char *pattern = regex_check(emitter->arena, text, why);
    if (!pattern || !emitter->dialect->regex) return pattern;
    *why = "the engine has no such set of characters";
    return emitter->dialect->regex(emitter->arena, pattern);
}

static const char *match_regex(Emitter *emitter, Text text, const char **why) {
    const char *pattern = regex(emitter, text, why);
    if (!pattern || !(emitter->dialect->flags & LONGEST_MATCH) || first_is_longest(text_copy(emitter->arena, text))) return pattern;
    *why = "postgres would take the longest match where others take the first: alternatives of different lengths, "
           "repeated groups, a lazy repetition beside another";
    return NULL;
}

/* --------------------------------------------------------- formats of dates */

/* One field of a format: as C has it, as PostgreSQL and Oracle have it, as MySQL and Trino have it, and its form. */
static const struct {
    char percent;
    const char *words, *mysql, *form;   /* form: null, if it is not read back */
} FIELDS[] = {
    {'Y', "YYYY", "%Y", "[0-9]{4}"}, {'m', "MM", "%m", "[0-9]{2}"}, {'d', "DD", "%d", "[0-9]{2}"}, {'H', "HH24", "%H", "[0-9]{2}"},
    {'M', "MI", "%i", "[0-9]{2}"}, {'S', "SS", "%s", "[0-9]{2}"}, {'f', "US", "%f", "[0-9]{6}"}, {'y', "YY", "%y", NULL},
    {'j', "DDD", "%j", NULL}, {'b', "Mon", "%b", NULL}, {'B', "FMMonth", "%M", NULL}, {'a', "Dy", "%a", NULL},
    {'A', "FMDay", "%W", NULL}, {'I', "HH12", "%I", NULL}, {'p', "AM", "%p", NULL},
};

enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0], NO_FIELD = -1 };

/* The field that a format names at a place, and the length of that. */
static int percent_field(const char *at, size_t *ret_length) {
    *ret_length = 2;
    for (int i = 0; *at == '%' && i < FIELD_COUNT; i++)
        if (FIELDS[i].percent == at[1]) return i;
    return NO_FIELD;
}

static int word_field(const char *at, size_t *ret_length) {
    int found = NO_FIELD;
    *ret_length = 0;
    for (int i = 0; i < FIELD_COUNT; i++) {
        size_t length = strlen(FIELDS[i].words);
        if (strncmp(at, FIELDS[i].words, length) || length < *ret_length) continue;
        found = i;
        *ret_length = length;
    }
    return found;
}

typedef enum { AS_PERCENT, AS_WORDS, AS_MYSQL, AS_FORM } Style;

static void put_letter(Buffer *out, char letter, Style style) {
    switch (style) {
    case AS_PERCENT:
    case AS_MYSQL:
        if (letter == '%') buffer_char(out, '%');
        break;
    case AS_WORDS:
        if (letter == '"' || letter == '\\') buffer_char(out, '\\');
        else if (isalpha((unsigned char)letter)) {
            buffer_format(out, "\"%c\"", letter);
            return;
        }
        break;
    case AS_FORM:
        if (strchr("\\^$.|?*+()[]{}", letter)) buffer_char(out, '\\');
        break;
    }
    buffer_char(out, letter);
}

static void put_field(Buffer *out, int field, Style style) {
    switch (style) {
    case AS_PERCENT: buffer_format(out, "%%%c", FIELDS[field].percent); break;
    case AS_WORDS: buffer_text(out, FIELDS[field].words); break;
    case AS_MYSQL: buffer_text(out, FIELDS[field].mysql); break;
    case AS_FORM: buffer_text(out, FIELDS[field].form); break;
    }
}

static const char *dates(Emitter *emitter, Text text, int (*field_at)(const char *, size_t *), Style style, const char **why) {
    const char *format = text_copy(emitter->arena, text);
    bool words = field_at == word_field;
    Buffer out;
    buffer_open(&out, emitter->arena);
    buffer_text(&out, style == AS_FORM ? "^" : "");
    bool quoted = false; /* "…" in a format of words is itself */
    for (size_t length; *format;) {
        if (words && *format == '"') {
            quoted = !quoted;
            format++;
            continue;
        }
        int field = quoted ? NO_FIELD : field_at(format, &length);
        bool letter = words ? !quoted && isalpha((unsigned char)*format) : *format == '%' && format[1] != '%';
        if (field == NO_FIELD && letter) {
            *why = words ? "fields are YYYY, MM, DD, HH24, MI, SS, US and, where they are written only, YY, DDD, Mon, FMMonth, Dy, FMDay, HH12, AM"
                         : "fields are %Y %m %d %H %M %S %f and, where they are written only, %y %j %b %B %a %A %I %p";
            return NULL;
        }
        if (field != NO_FIELD && style == AS_FORM && !FIELDS[field].form) {
            *why = "this field is written, not read: years of two digits, names and the like mean several things";
            return NULL;
        }
        if (field != NO_FIELD) put_field(&out, field, style);
        else put_letter(&out, *format, style);
        if (field == NO_FIELD) length = !words && *format == '%' ? 2 : 1;
        format += length;
    }
    buffer_text(&out, style == AS_FORM ? "$" : "");
    return buffer_string(&out);
}

static const char *percent_to_percent(Emitter *emitter, Text text, const char **why) { return dates(emitter, text, percent_field, AS_PERCENT, why); }
static const char *percent_to_words(Emitter *emitter, Text text, const char **why) { return dates(emitter, text, percent_field, AS_WORDS, why); }
static const char *percent_to_mysql(Emitter *emitter, Text text, const char **why) { return dates(emitter, text, percent_field, AS_MYSQL, why); }
static const char *percent_to_form(Emitter *emitter, Text text, const char **why) { return dates(emitter, text, percent_field, AS_FORM, why); }
static const char *words_to_percent(Emitter *emitter, Text text, const char **why) { return dates(emitter, text, word_field, AS_PERCENT, why); }
static const char *words_to_words(Emitter *emitter, Text text, const char **why) { return dates(emitter, text, word_field, AS_WORDS, why); }
static const char *words_to_mysql(Emitter *emitter, Text text, const char **why) { return dates(emitter, text, word_field, AS_MYSQL, why); }
static const char *words_to_form(Emitter *emitter, Text text, const char **why) { return dates(emitter, text, word_field, AS_FORM, why); }

/* ------------------------------------------------------------ paths into JSON */

/* `$.a."b c"[0]`: the steps that all engines understand alike; keys as `."a"` or, in brackets, `["a"]`. */
static const char *json_path(Emitter *emitter, Text text, bool strict, bool brackets, const char **why) {
    const char *at = text_copy(emitter->arena, text);
    Buffer out;
    buffer_open(&out, emitter->arena);
    *why = "paths are `$`, `.key`, `.\"key\"` and `[0]`";
    if (*at++ != '$') return NULL;
    buffer_text(&out, strict ? "strict $" : "$");
    while (*at) {
        bool index = *at == '[', quoted = at[0] == '.' && at[1] == '"';
        const char *begin = at + (quoted ? 2 : 1), *end = begin;
        if (index) while (isdigit((unsigned char)*end)) end++;
        else if (quoted) while (*end && *end != '"' && *end != '\\') end++;
        else if (*at == '.') while (isalnum((unsigned char)*end) || *end == '_') end++;
        if (end == begin || (index && *end != ']') || (quoted && *end != '"')) return NULL;
        buffer_text(&out, index ? "[" : brackets ? "[\"" : ".\"");
        buffer_add(&out, begin, (size_t)(end - begin));
        buffer_text(&out, index ? "]" : brackets ? "\"]" : "\"");
        at = end + (index || quoted);
    }
    return buffer_string(&out);
}

static const char *dotted_path(Emitter *emitter, Text text, const char **why) { return json_path(emitter, text, false, false, why); }
static const char *strict_path(Emitter *emitter, Text text, const char **why) { return json_path(emitter, text, true, false, why); }
static const char *bracket_path(Emitter *emitter, Text text, const char **why) { return json_path(emitter, text, false, true, why); }

/* -------------------------------------------------------------------- filters */

static const struct {
    const char *filter, *kind;
    const char *(*translate)(Emitter *emitter, Text text, const char **why);
} FILTERS[] = {
    {"regex", "the regular expression", regex}, {"match", "the regular expression", match_regex},
    {"strftime", "the format", percent_to_percent}, {"to_char", "the format", percent_to_words},
    {"date_format", "the format", percent_to_mysql}, {"form", "the format", percent_to_form},
    {"words strftime", "the format", words_to_percent}, {"words to_char", "the format", words_to_words},
    {"words date_format", "the format", words_to_mysql}, {"words form", "the format", words_to_form},
    {"dotted path", "the path", dotted_path}, {"strict path", "the path", strict_path}, {"bracket path", "the path", bracket_path},
};

static const Literal *constant_behind(Emitter *emitter, const Expr *expr) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind(expr, &frame);
    while (behind->node.kind == NODE_INLINED) behind = (const Expr *)NODE_AS(Inlined, INLINED, behind)->body;
    return behind->node.kind == NODE_LITERAL ? NODE_AS(Literal, LITERAL, behind) : NULL;
}

/* The number of a group of a regular expression: engines have ten, and some take no other than a constant. */
static void group(Emitter *emitter, const Expr *argument) {
    const Literal *literal = constant_behind(emitter, argument);
    bool constant = literal && literal->of == LITERAL_INTEGER;
    if (constant && literal->text.length == 1) {
        buffer_add(emitter->out, literal->text.at, 1);
        return;
    }
    emitter->failed = true;
    diag_report(emitter->program->diag, CODE_G0702, argument->node.span, "the group is not %s", constant ? "one of 0 to 9" : "a constant");
}

static bool refuse_secret(Emitter *emitter, const Expr *argument, bool secret) {
    emitter->failed = true;
    Report *report = diag_report(emitter->program->diag, CODE_G0431, argument->node.span,
                                 secret ? "a secret would stand in SQL" : "the key is no secret");
    report_says(emitter->program->diag, report, secret ? "only a mask may use it, as the key of `hmac_sha256`" : "it would stand in SQL for everybody to read");
    report_help(emitter->program->diag, report, secret ? "declare a mask, and grant with it" : "write `secret('NAME')`");
    return true;
}

/* The key of an HMAC: a secret, and only where what is emitted may have it bound. */
static bool emit_pad(Emitter *emitter, const Expr *argument, bool outer) {
    const Call *call = argument->node.kind == NODE_CALL ? NODE_AS(Call, CALL, argument) : NULL;
    bool secret = call && call->name.count == 1 && !strcmp(call->name.items[0].name->text, "secret") && call->args.count == 1;
    const Literal *name = secret ? constant_behind(emitter, (const Expr *)call->args.items[0]) : NULL;
    if (name && name->of == LITERAL_STRING && emitter->options->pad) {
        put(emitter, emitter->options->pad(emitter->options->pad_context, text_copy(emitter->arena, name->text), outer));
        return true;
    }
    return refuse_secret(emitter, argument, name != NULL);
}

bool emit_constant(Emitter *emitter, const Expr *argument, Text filter) {
    if (text_equal(filter, text_of("no pad"))) return refuse_secret(emitter, argument, true);
    if (text_equal(filter, text_of("inner pad"))) return emit_pad(emitter, argument, false);
    if (text_equal(filter, text_of("outer pad"))) return emit_pad(emitter, argument, true);
    if (text_equal(filter, text_of("group"))) {
        group(emitter, argument);
        return true;
    }
    for (size_t i = 0; i < sizeof FILTERS / sizeof FILTERS[0]; i++) {
        if (!text_equal(filter, text_of(FILTERS[i].filter))) continue;
        const Literal *literal = constant_behind(emitter, argument);
        const char *why = NULL;
        bool constant = literal && literal->of == LITERAL_STRING;
        const char *text = constant ? FILTERS[i].translate(emitter, literal->text, &why) : NULL;
        if (text) {
            put_string(emitter, text_of(text));
            return true;
        }
        emitter->failed = true;
        Report *report = diag_report(emitter->program->diag, CODE_G0702, argument->node.span, "%s is not %s", FILTERS[i].kind,
                                     constant ? "one that all engines understand alike" : "a constant");
        if (why) report_note(emitter->program->diag, report, "%s", why);
        return true;
    }
    return false;
}
