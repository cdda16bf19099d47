/* Regular expressions of the common subset in the words of Joni, Trino's engine of them. */
#include "compiler/emit/trino.h"

#include <string.h>

/* `[:alpha:]` is of all scripts in Joni, `\s` holds a vertical tab, and `\b` knows letters of all scripts; in the common
 * subset they are those of ASCII. */
static const struct {
    const char *name, *ranges;
} classes[] = {
    {"[:alnum:]", "0-9A-Za-z"}, {"[:alpha:]", "A-Za-z"},  {"[:blank:]", "\\t "}, {"[:cntrl:]", "\\x00-\\x1F\\x7F"},
    {"[:digit:]", "0-9"},       {"[:graph:]", "!-~"},     {"[:lower:]", "a-z"},  {"[:print:]", " -~"},
    {"[:punct:]", "!-/:-@\\[-`{-~"}, {"[:space:]", "\\t\\n\\x0B\\f\\r "}, {"[:upper:]", "A-Z"}, {"[:word:]", "0-9A-Za-z_"},
    {"[:xdigit:]", "0-9A-Fa-f"},
};

#define WORD "[0-9A-Za-z_]"
#define EDGE "(?:(?<=" WORD ")(?!" WORD ")|(?<!" WORD ")(?=" WORD "))"
#define NO_EDGE "(?:(?<=" WORD ")(?=" WORD ")|(?<!" WORD ")(?!" WORD "))"

static const char *escape_trino_regex(char letter, bool in_set) {
    switch (letter) {
    case 's': return in_set ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]";
    case 'S': return "[^\\t\\n\\f\\r ]";
    case 'b': return EDGE;
    case 'B': return NO_EDGE;
    default: return NULL;
    }
}

static const char *class_at(const char *at, size_t *ret_length) {
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        *ret_length = strlen(classes[i].name);
        if (strncmp(at, classes[i].name, *ret_length) == 0) return classes[i].ranges;
    }
    return NULL;
}

/* The pattern, one of the common subset, as Joni reads it. */
const char *trino_regex(Arena *arena, const char *pattern) {
    Buffer out;
    size_t length;
    buffer_open(&out, arena);
    const char *set = NULL; /* where the set began that `at` is in */
    for (const char *at = pattern; *at; at++) {
        const char *ranges = set ? class_at(at, &length) : NULL;
        const char *escaped = *at == '\\' ? escape_trino_regex(at[1], set) : NULL;
        if (ranges || escaped) {
            buffer_text(&out, ranges ? ranges : escaped);
            at += ranges ? length - 1 : 1;
        } else if (*at == '\\' && at[1]) {
            buffer_add(&out, at++, 2);
        } else if (!set && *at == '$') {
            buffer_text(&out, "\\z");
        } else if (set && (*at == '[' || (*at == '&' && at[1] == '&'))) { /* these would nest and intersect */
            buffer_format(&out, "\\%c", *at);
        } else {
            bool first = set && (at == set + 1 || (at == set + 2 && set[1] == '^'));
            if (*at == ']' && first) buffer_char(&out, '\\');
            set = !set && *at == '[' ? at : *at == ']' && !first ? NULL : set;
            buffer_char(&out, *at);
        }
    }
    return buffer_string(&out);
}

void trino_matches(Emitter *emitter, const Expr *text, const char *pattern, bool negated) {
    put(emitter, negated ? "not regexp_like(" : "regexp_like(");
    emit_node(emitter, text, BINDS_NOT_AT_ALL);
    put(emitter, ", ");
    put_string(emitter, text_of(trino_regex(emitter->arena, pattern)));
    put(emitter, ")");
}

/* --------------------------------------------------------------- functions */

/* The constant text of an argument; reports if it is none. */
static const char *constant_text(Emitter *emitter, const Node *node, const char *construct) {
    const Literal *literal = literal_behind(emitter, node);
    if (literal && literal->of == LITERAL_STRING) return text_copy(emitter->arena, literal->text);
    emit_lacks(emitter, node->span, construct);
    return "";
}

/* What takes the place of a match: groups are `$1` here, and `shift` more are counted before those of the pattern. */
static const char *replacement(Arena *arena, const char *text, int shift) {
    Buffer out;
    buffer_open(&out, arena);
    for (; *text; text++) {
        bool group = *text == '\\' && text[1] >= '0' && text[1] <= '9';
        if (group)
            buffer_format(&out, "$%d", *++text - '0' + shift);
        else if (*text == '\\' && text[1] == '\\')
            buffer_text(&out, "\\\\"), text++;
        else if (*text == '$' || *text == '\\')
            buffer_format(&out, "\\%c", *text);
        else
            buffer_char(&out, *text);
    }
    return buffer_string(&out);
}

/* The pattern as Joni reads it; of the common subset only. */
static const char *pattern_of(Emitter *emitter, const Node *node) {
    const char *why = NULL, *text = constant_text(emitter, node, "regular expressions that are no constants");
    const char *pattern = regex_check(emitter->arena, text_of(text), &why);
    if (!pattern) {
        emitter->failed = true;
        Report *report = diag_report(emitter->program->diag, CODE_G0702, node->span,
                                     "the regular expression is not of the common subset");
        report_says(emitter->program->diag, report, "%s", why);
    }
    return trino_regex(emitter->arena, pattern ? pattern : "");
}

static bool is_null(const Node *node) {
    if (node->kind == NODE_CAST) node = NODE_AS(Cast, CAST, node)->operand;
    return node->kind == NODE_LITERAL && NODE_AS(Literal, LITERAL, node)->of == LITERAL_NULL;
}

/* Of a pattern or replacement that is null: null. Gives whether one was. */
static bool null_of_null(Emitter *emitter, const Call *call) {
    for (uint32_t i = 1; i < call->args.count; i++) {
        if (!is_null(call->args.items[i])) continue;
        emit_text_as(emitter, "null", call->expr.type);
        return true;
    }
    return false;
}

static void regexp_matches(Emitter *emitter, const Expr *expr) {
    const Call *call = NODE_AS(Call, CALL, expr);
    if (null_of_null(emitter, call)) return;
    put(emitter, "regexp_like(");
    put_any(emitter, call->args.items[0]);
    put(emitter, ", ");
    put_string(emitter, text_of(pattern_of(emitter, call->args.items[1])));
    put(emitter, ")");
}

/* Trino replaces all matches; of the first alone what stands before it is a part of the match. */
static void regexp_replace(Emitter *emitter, const Expr *expr) {
    const Call *call = NODE_AS(Call, CALL, expr);
    if (null_of_null(emitter, call)) return;
    const char *flags = call->args.count > 3 ? constant_text(emitter, call->args.items[3], "flags that are no constants") : "";
    const char *pattern = pattern_of(emitter, call->args.items[1]);
    const char *by = constant_text(emitter, call->args.items[2], "replacements that are no constants");
    bool all = strchr(flags, 'g'), insensitive = strchr(flags, 'i');
    if (flags[strspn(flags, "gi")]) emit_lacks(emitter, call->args.items[3]->span, "flags but `g` and `i`");
    if (insensitive) pattern = arena_format(emitter->arena, "(?i:%s)", pattern);
    if (!all) pattern = arena_format(emitter->arena, "\\A((?s:.*?))(?:%s)", pattern);
    by = replacement(emitter->arena, by, all ? 0 : 1);
    put(emitter, "regexp_replace(");
    put_any(emitter, call->args.items[0]);
    put(emitter, ", ");
    put_string(emitter, text_of(pattern));
    put(emitter, ", ");
    put_string(emitter, text_of(all ? by : arena_format(emitter->arena, "$1%s", by)));
    put(emitter, ")");
}

const Form *trino_regex_form(const Call *call) {
    static const Form matching = {BINDS_TIGHT, regexp_matches}, replacing = {BINDS_TIGHT, regexp_replace};
    if (is_called(call, "regexp_matches") && call->args.count == 2) return &matching;
    return is_called(call, "regexp_replace") && call->args.count > 2 ? &replacing : NULL;
}
