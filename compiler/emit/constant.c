/* Constants of a small language of their own, in the words of the engine: regular expressions, formats of dates, paths into
 * JSON. `{pattern:regex}` in a template of stdlib. */
#include "compiler/emit/internal.h"

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

/* ------------------------------------------- formats of dates, paths into JSON */

static const char *percent_to_percent(Emitter *emitter, Text text, const char **why) { return format_of_dates(emitter->arena, text, false, FORMAT_AS_PERCENT, why); }
static const char *percent_to_words(Emitter *emitter, Text text, const char **why) { return format_of_dates(emitter->arena, text, false, FORMAT_AS_WORDS, why); }
static const char *percent_to_mysql(Emitter *emitter, Text text, const char **why) { return format_of_dates(emitter->arena, text, false, FORMAT_AS_MYSQL, why); }
static const char *percent_to_form(Emitter *emitter, Text text, const char **why) { return format_of_dates(emitter->arena, text, false, FORMAT_AS_FORM, why); }
static const char *words_to_percent(Emitter *emitter, Text text, const char **why) { return format_of_dates(emitter->arena, text, true, FORMAT_AS_PERCENT, why); }
static const char *words_to_words(Emitter *emitter, Text text, const char **why) { return format_of_dates(emitter->arena, text, true, FORMAT_AS_WORDS, why); }
static const char *words_to_mysql(Emitter *emitter, Text text, const char **why) { return format_of_dates(emitter->arena, text, true, FORMAT_AS_MYSQL, why); }
static const char *words_to_form(Emitter *emitter, Text text, const char **why) { return format_of_dates(emitter->arena, text, true, FORMAT_AS_FORM, why); }

static const char *dotted_path(Emitter *emitter, Text text, const char **why) { return path_of_json(emitter->arena, text, false, false, why); }
static const char *strict_path(Emitter *emitter, Text text, const char **why) { return path_of_json(emitter->arena, text, true, false, why); }
static const char *bracket_path(Emitter *emitter, Text text, const char **why) { return path_of_json(emitter->arena, text, false, true, why); }

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
