/* What is said of a token that stands where it may not. Each function of MISTAKES knows one mistake that people make, and
 * says so with the edit that mends it; the first that recognizes its own reports. Failing all, the token is reported with a
 * short list of what could stand there. */
#include "compiler/syntax/internal.h"

#include <string.h>
#include <strings.h>

enum { MOST_TOKENS = 1024, MOST_LISTED = 5 };

typedef struct {
    Parser *parser;
    Diag *diag;
    int token;
    Span span;
    Text text;
    Text before;                                    /* the token before; empty at the beginning of the text */
    bool can[MOST_TOKENS];                          /* the tokens that could stand here */
    bool name, expression, infix, type, constraint; /* what they amount to */
} Unexpected;

static bool is(Text text, const char *word) {
    return text.length == strlen(word) && !strncasecmp(text.at, word, text.length);
}

static bool soft_word(int token) {
    return token_is_word(token) && !token_reserved(token);
}

static bool is_name(int token) {
    return token == T_NAME || soft_word(token);
}

static bool at_declaration(const Unexpected *at) {
    int before = at->parser->before.kind;
    return !before || before == ';' || before == T_DOC;
}

/* The first character behind the token that is not blank; NUL at the end. */
static char next_character(const Unexpected *at) {
    const char *text = at->text.at + at->text.length;
    return text[strspn(text, " \t\r\n")];
}

static Span before_end(const Unexpected *at) {
    return span_after(at->parser->before.span);
}

static bool has_before(const Unexpected *at) {
    return at->parser->before.kind != 0;
}

static bool closes(int token) {
    return token == ')' || token == ']' || token == '}' || token == ';' || token == T_YYEOF;
}

/* ---------------------------------------------------------------- mistakes */

/* A doc comment with no item behind it, or where a comma would not help. */
static bool doc_out_of_place(const Unexpected *at) {
    bool last = at->token == ';' && at->parser->before.kind == T_DOC;
    if (at->token != T_DOC && !last) return false;
    Span span = last ? at->parser->before.span : at->span;
    const char *behind = at->text.at + strcspn(at->text.at, "\n");
    behind += strspn(behind, " \t\r\n");
    size_t length = strspn(behind, "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    bool item = length && !token_reserved(scan_name(at->parser, behind, (uint32_t)length)->token);
    if (!last && at->can[','] && item) return false;
    Report *report =
        diag_report(at->diag, CODE_G0115, span, "a doc comment belongs to what follows it, and nothing here takes one");
    report_edit(at->diag, report, (Span){span.begin, span.begin + 3}, "--",
                "make it an ordinary comment, or move it before a declaration, a column or a select item");
    return true;
}

static bool stray_parenthesis(const Unexpected *at) {
    if (at->token != ')' || at->parser->depth_before) return false;
    Report *report = diag_report(at->diag, CODE_G0108, at->span, "there is no `(` that this `)` closes");
    report_edit(at->diag, report, at->span, "", "remove it");
    return true;
}

/* The list or the statement ends with a comma. In a list of columns a word such as `from` is meant as a name. */
static bool trailing_comma(const Unexpected *at) {
    bool ends = closes(at->token) || (at->token >= T_FROM && at->token <= T_AS && !at->can[T_ELLIPSIS]);
    if (at->parser->before.kind != ',' || !ends || at->can[at->token]) return false;
    Report *report = diag_report(at->diag, CODE_G0114, at->parser->before.span, "nothing follows this comma");
    report_label(at->diag, report, at->span, "the list ends here");
    report_edit(at->diag, report, at->parser->before.span, "", "remove it");
    return true;
}

static bool open_parenthesis_left(const Unexpected *at) {
    uint32_t depth = at->parser->depth;
    bool behind_call = at->token == T_OVER || at->token == T_FILTER || at->token == T_WITHIN;
    bool ends = at->token == ';' || token_reserved(at->token) || behind_call;
    if (!depth || depth > MOST_OPEN || !ends || !at->can[')'] || at->expression) return false;
    Report *report = diag_report(at->diag, CODE_G0108, at->parser->open[depth - 1], "this `(` is not closed");
    report_label(at->diag, report, at->span, "`)` is missing before this");
    report_edit(at->diag, report, before_end(at), ")", "close it");
    return true;
}

/* `references (a, b) layer.name (x, y)`: what refers stands first. */
static bool references_behind(const Unexpected *at) {
    if (at->token != '(' || !is(at->before, "references") || !at->can[T_NOT]) return false;
    Report *report = diag_report(at->diag, CODE_G0101, at->span, "unexpected `(`");
    report_says(at->diag, report, "columns that refer to others together stand before `references`");
    report_help(at->diag, report, "write `(a, b) references layer.name (x, y)`");
    return true;
}

static bool missing_as(const Unexpected *at) {
    if ((at->token != T_SELECT && at->token != T_WITH) || !at->can[T_AS]) return false;
    Report *report = diag_report(at->diag, CODE_G0116, at->span, "`as` is missing before the query");
    report_edit(at->diag, report, before_end(at), " as", "write `as` before it");
    return true;
}

/* A reserved word where a name is wanted. Only in a list of columns is that sure; elsewhere what follows must speak for it. */
static bool reserved_as_name(const Unexpected *at) {
    if (!at->name || !token_reserved(at->token)) return false;
    char next = next_character(at);
    if (!at->can[T_ELLIPSIS] && (!next || !strchr(",.=<>+-*/);", next))) return false;
    Report *report = diag_report(at->diag, CODE_G0117, at->span, "`%.*s` is a reserved word", TEXT_ARGS(at->text));
    report_edit(at->diag, report, at->span, arena_format(at->diag->arena, "\"%.*s\"", TEXT_ARGS(at->text)),
                "as a name it is written in double quotes");
    return true;
}

/* Text in double quotes, which are for names. */
static bool quoted_text(const Unexpected *at) {
    bool here = at->text.length > 1 && at->text.at[0] == '"' && (at->can[T_STRING] || !at->name);
    bool there = at->before.length > 1 && at->before.at[0] == '"';
    bool instead = there && at->can[T_STRING]; /* it was taken for a name, and then the string is missing */
    if (at->token != T_NAME && at->token != T_STRING && !instead) return false;
    if (!here && !there) return false;
    Text text = here ? at->text : at->before;
    Span span = here ? at->span : at->parser->before.span;
    Report *report =
        diag_report(at->diag, CODE_G0118, span, "text stands in single quotes; double quotes are for names");
    report_edit(at->diag, report, span, arena_format(at->diag->arena, "'%.*s'", (int)text.length - 2, text.at + 1),
                "if it is text, write it so");
    return true;
}

static uint32_t parser_position(const Parser *parser, const char *at) {
    return parser->source->base + (uint32_t)(at - parser->source->text);
}

/* A name where text must stand, or text where a name must. */
static bool wrong_quotes(const Unexpected *at) {
    bool text = is_name(at->token) && at->can[T_STRING] && !at->name && !at->expression && !at->infix;
    bool name = at->token == T_STRING && at->name && !at->can[T_STRING] && at->parser->before.kind == T_AS;
    if (text) {
        Report *report =
            diag_report(at->diag, CODE_G0130, at->span, "text is expected here, and stands in single quotes");
        report_edit(at->diag, report, at->span, arena_format(at->diag->arena, "'%.*s'", TEXT_ARGS(at->text)),
                    "quote it");
    }
    if (name) {
        Report *report = diag_report(at->diag, CODE_G0131, at->span, "a name is expected here, and this is text");
        report_edit(at->diag, report, at->span,
                    arena_format(at->diag->arena, "\"%.*s\"", (int)at->text.length - 2, at->text.at + 1),
                    "a name stands in double quotes, or in none");
    }
    return text || name;
}

static bool join_without_condition(const Unexpected *at) {
    bool ends = closes(at->token) || at->token == T_WHERE || at->token == T_GROUP || at->token == T_ORDER ||
                at->token == T_HAVING || at->token == T_LIMIT || at->token == T_QUALIFY || at->token == T_UNION;
    if (!ends || !at->can[T_ON] || !at->can[T_USING]) return false;
    Report *report = diag_report(at->diag, CODE_G0132, at->span, "the join before this has no condition");
    report_help(at->diag, report, "say `using (column, …)` or `on a.x = b.y`; without one it is a `cross join`");
    return true;
}

/* `a not null`. */
static bool missing_is(const Unexpected *at) {
    const char *behind = at->text.at + at->text.length;
    if (at->token != T_NOT || !at->infix || strncasecmp(behind + strspn(behind, " \t\r\n"), "null", 4)) return false;
    Report *report = diag_report(at->diag, CODE_G0101, at->span, "unexpected `not`");
    report_edit(at->diag, report, (Span){at->span.begin, at->span.begin}, "is ",
                "whether there is a value is asked by `is not null`");
    return true;
}

/* `* except (a)`: read as a set operation. */
static bool star_except(const Unexpected *at) {
    const char *word = at->text.at, *text = at->parser->source->text;
    if (at->parser->before.kind != '(' || !at->can[T_SELECT]) return false;
    while (word > text && strchr(" \t\r\n(", word[-1])) word--;
    if (word - text < 7 || strncasecmp(word - 6, "except", 6)) return false;
    const char *star = word -= 6;
    while (star > text && strchr(" \t\r\n", star[-1])) star--;
    if (star == text || star[-1] != '*') return false;
    uint32_t begin = parser_position(at->parser, word);
    Report *report = diag_report(at->diag, CODE_G0122, (Span){begin, begin + 6}, "columns are left out by `exclude`");
    report_edit(at->diag, report, (Span){begin, begin + 6}, "exclude", "`except` is the difference of two queries");
    return true;
}

/* Statements of databases, which are declarations here. */
static const struct {
    const char *word;
    const char *words;
} STATEMENTS[] = {
    {"create",
     "a table or view that is computed is a model: `model layer.name as select …`; one that arrives is a source"},
    {"insert", "rows come from queries and sources: a model's query says what is in it"},
    {"update", "rows come from queries and sources: a model's query says what is in it"},
    {"delete", "rows come from queries and sources: a model's query says what is in it"},
    {"merge", "a model is `built by` a key or a period: `gov run` replaces what changed"},
    {"alter", "change the declaration: `gov plan` shows what that does to the target"},
    {"drop", "remove the declaration: `gov plan` shows what that does to the target"},
    {"copy", "what is read is a source, what is handed out a share or a delivery"},
    {"set", "settings stand in `project` and `target`"},
    {"attach", "the database is that of a `target`"},
    {"import", "all .gov files below the project's folder are one program"},
    {"include", "all .gov files below the project's folder are one program"},
    {"view", "a view is a model: `model layer.name stored as view as select …`"},
    {"table", "a table is a model or a source: `model layer.name stored as table as select …`"},
    {"snapshot", "a model or source that remembers is `keeping history`"},
    {"macro", "a macro is a `function` or a `template`"},
    {"seed", "a file is a source: `source layer.name (…) from csv '…'`"},
    {"exposure", "an exposure is a `dashboard` or a `delivery`"},
    {"revoke", "remove the grant: what is granted is what the grants say"},
};

static bool statement(const Unexpected *at) {
    if (!at_declaration(at)) return false;
    for (size_t i = 0; i < sizeof STATEMENTS / sizeof *STATEMENTS; i++) {
        if (!is(at->text, STATEMENTS[i].word)) continue;
        Report *report =
            diag_report(at->diag, CODE_G0119, at->span, "there is no statement `%.*s`", TEXT_ARGS(at->text));
        report_help(at->diag, report, "%s", STATEMENTS[i].words);
        return true;
    }
    return false;
}

/* `a positional join b`: read as a join of `a`, called `positional`, without its condition. */
static bool positional_join(const Unexpected *at) {
    bool here =
        is(at->text, "positional") && !strncasecmp(at->text.at + 10 + strspn(at->text.at + 10, " \t\r\n"), "join", 4);
    if (!here && !(at->can[T_ON] && at->can[T_USING])) return false;
    const char *begin =
        at->parser->head[0].span.begin ? scan_slice(at->parser, at->parser->head[0].span, 0).at : at->text.at;
    for (const char *word = at->text.at + here; word-- > begin;) {
        if (strncasecmp(word, "positional", 10)) continue;
        Span span = {at->span.begin - (uint32_t)(at->text.at - word), 0};
        span.end = span.begin + 10;
        Report *report = diag_report(at->diag, CODE_G0125, span, "rows have no position: tables are joined on columns");
        report_help(at->diag, report, "number the rows of both by `row_number() over (order by …)` and join on that");
        return true;
    }
    return false;
}

/* What DuckDB's dialect has and the language has not. */
static bool foreign_query(const Unexpected *at) {
    bool begins = at_declaration(at) || at->can[T_SELECT];
    if (begins && (at->token == T_PIVOT || at->token == T_UNPIVOT)) {
        Report *report =
            diag_report(at->diag, CODE_G0123, at->span, "there is no statement `%.*s`", TEXT_ARGS(at->text));
        report_help(at->diag, report,
                    "it stands in FROM: `select * from t pivot (sum(x) for month in ('jan', 'feb'))`");
        return true;
    }
    if (at->token == T_FROM && begins) {
        Report *report = diag_report(at->diag, CODE_G0119, at->span, "a query begins with `select` or `with`");
        report_edit(at->diag, report, (Span){at->span.begin, at->span.begin}, "select * ", "say which columns");
        return true;
    }
    if (is(at->before, "with") && (is(at->text, "rollup") || is(at->text, "cube"))) {
        Report *report = diag_report(at->diag, CODE_G0122, span_join(at->parser->before.span, at->span),
                                     "`with %.*s` is another dialect's", TEXT_ARGS(at->text));
        report_help(at->diag, report, "write `group by %.*s (…)` around the keys", TEXT_ARGS(at->text));
        return true;
    }
    if (is(at->before, "top") && at->token == T_INTEGER) {
        Span top = at->parser->before.span;
        Report *report = diag_report(at->diag, CODE_G0122, span_join(top, at->span), "`top` is another dialect's");
        report_help(at->diag, report, "write `limit %.*s` at the end of the query", TEXT_ARGS(at->text));
        return true;
    }
    const char *behind = at->text.at + at->text.length;
    if (positional_join(at)) return true;
    bool sample = at->token == T_USING && !strncasecmp(behind + strspn(behind, " \t\r\n"), "sample", 6);
    if (sample || (at->token == T_NAME && is(at->before, "sample"))) {
        diag_report(at->diag, CODE_G0126, sample ? at->span : at->parser->before.span,
                    "a query cannot read a sample: its rows would differ from run to run");
        return true;
    }
    return false;
}

/* Whether the word stands right before this place, with blanks and `(` between; `at` is moved before it. */
static bool word_behind(const Unexpected *at, const char **place, const char *word) {
    const char *begin = at->parser->source->text, *end = *place;
    size_t length = strlen(word);
    while (end > begin && strchr(" \t\r\n(", end[-1])) end--;
    if ((size_t)(end - begin) < length || strncasecmp(end - length, word, length)) return false;
    *place = end - length;
    return true;
}

/* Expressions of other dialects, and how they are written here. */
static bool foreign_expression(const Unexpected *at) {
    const char *place = at->text.at;
    bool unpivots = at->token == '(' && at->before.length == 1 && *at->before.at == '(' &&
                    (word_behind(at, &place, "unpivot") || (word_behind(at, &place, "nulls") && word_behind(at, &place, "include")));
    bool symmetric = (is(at->before, "symmetric") || is(at->before, "asymmetric")) && at->can[T_AND];
    bool overlaps = is(at->text, "overlaps") || (is(at->before, "overlaps") && at->token == '(');
    bool shifts = at->expression && at->before.length == 1 && at->text.length == 1 && strchr("<>", *at->text.at) &&
                  *at->before.at == *at->text.at && at->before.at + 1 == at->text.at;
    Span before = at->parser->before.span, span = symmetric || (overlaps && !is(at->text, "overlaps")) ? before : at->span;
    const char *words, *help;
    if (unpivots)
        words = "`unpivot` gives one column of values", help = "unpivot each of them and join by the keys, or write a `union all` of the columns";
    else if (symmetric)
        words = "the ends of `between` stand in order", help = "`x between least(a, b) and greatest(a, b)` takes them either way round";
    else if (overlaps)
        words = "there is no operator `overlaps`", help = "two periods overlap where each begins before the other ends: `a < d and c < b`";
    else if (shifts)
        words = "there are no operators that shift bits", help = "multiply by a power of two, or divide: `x * 8`, `x // 8`", span = span_join(before, at->span);
    else if (at->token == T_MATCH && at->expression)
        words = "there are no operators of bits", help = "bits are turned by `bitwise_not(x)`";
    else if (at->token == T_FOR && at->can[']'])
        words = "there are no list comprehensions", help = "write `list_transform(list, lambda x: …)`, and `list_filter(…)` for the condition";
    else if (at->token == '{' && is(at->before, "map"))
        words = "a map is not written as a value", help = "a struct is `{a: 1}`; rows of two columns can be looked up by a join";
    else
        return false;
    Report *report = diag_report(at->diag, CODE_G0122, span, "%s", words);
    report_help(at->diag, report, "%s", help);
    return true;
}

/* Words of other tools, and the clause or constraint that says it here. */
static const struct {
    const char *word;
    const char *instead;
    const char *words;
} FOREIGN[] = {
    {"primary", NULL, "a primary key is `key`"},
    {"foreign", NULL, "a foreign key is `references layer.name (column)` beside its column, or `(a, b) references layer.name (x, y)`"},
    {"nullable", NULL, "a column may be null unless it says `not null`"},
    {"required", "not null", "a column that is always there says `not null`"},
    {"materialized", "stored as", "where it is stored: `stored as table`, `stored as view`"},
    {"description", NULL, "words stand before the thing, on lines that begin with `--- `"},
    {"comment", NULL, "words stand before the thing, on lines that begin with `--- `"},
    {"incremental", NULL, "how it is built: `built by day_column per day`, `built by key`"},
    {"partition", "partitioned", "a table is `partitioned by (column per month)`"},
    {"cluster", NULL, "rows are `sorted by (…)`, tables `indexed by (…)`"},
    {"index", "indexed by", "tables are `indexed by (…)`"},
    {"cron", "schedule", "a job's times are `schedule '0 6 * * *'`"},
    {"depends", NULL, "what a model reads is seen in its query"},
    {"default", NULL, "a missing value is given in the query: `coalesce(column, value)`"},
    {"enum", "in", "allowed values are `in ('a', 'b')`"},
    {"accepted_values", "in", "allowed values are `in ('a', 'b')`"},
    {"regex", "matches", "a pattern is `matches '…'`"},
    {"descending", "desc", "the other way round is `desc`"},
    {"ascending", "asc", "the usual way round is `asc`"},
    {"team", "owner", "who answers for it is its `owner`"},
};

static bool foreign_word(const Unexpected *at) {
    bool colon = at->token == ':';
    Text text = colon ? at->before : at->text;
    Span span = colon ? at->parser->before.span : at->span, replaced = colon ? span_join(span, at->span) : span;
    if (!colon && text.at[text.length] == ':') replaced.end++;
    if (at->expression || (!colon && !is_name(at->token))) return false;
    for (size_t i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++) {
        if (!is(text, FOREIGN[i].word)) continue;
        Report *report = diag_report(at->diag, CODE_G0122, span, "there is no `%.*s` here", TEXT_ARGS(text));
        if (FOREIGN[i].instead)
            report_edit(at->diag, report, replaced, FOREIGN[i].instead, "%s", FOREIGN[i].words);
        else
            report_help(at->diag, report, "%s", FOREIGN[i].words);
        return true;
    }
    if (!colon || at->infix) return false;
    Report *report = diag_report(at->diag, CODE_G0122, at->span, "no clause has a colon");
    report_help(at->diag, report, "a clause is its word and its value: `owner sales`, `stored as table`");
    return true;
}

static size_t words_expected(const Unexpected *at, const char **words) {
    size_t count = 0;
    for (int token = 0; token < MOST_TOKENS; token++)
        if (at->can[token] && token_is_word(token)) words[count++] = token_alias(token);
    return count;
}

static bool report_misspelt(const Unexpected *at, Span span, Text text, const char *const *words, size_t count) {
    if (text.length < 3 || text.length > 30) return false;
    char *lower = arena_copy(at->diag->arena, text.at, text.length);
    for (uint32_t i = 0; i < text.length; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z') lower[i] |= 32;
    const char *near = name_near(lower, words, count);
    if (!near || !strcmp(near, lower)) return false;
    Report *report = diag_report(at->diag, CODE_G0121, span, "unexpected `%.*s`", TEXT_ARGS(text));
    report_edit(at->diag, report, span, near, "did you mean `%s`?", near);
    return true;
}

/* The token is nearly a word that could stand here, or the name before it, taken for an alias, is nearly a query's word. */
static bool misspelt(const Unexpected *at) {
    static const char *const OF_QUERIES[] = {"select",    "from",   "where", "group",  "having", "order", "union",
                                             "intersect", "except", "join",  "left",   "right",  "inner", "cross",
                                             "full",      "using",  "limit", "offset", "qualify"};
    const char *words[MOST_TOKENS];
    if (at->token == T_NAME && !at->name && report_misspelt(at, at->span, at->text, words, words_expected(at, words)))
        return true;
    if (at->parser->before.kind != T_NAME || at->can[at->token]) return false;
    return report_misspelt(at, at->parser->before.span, at->before, OF_QUERIES, sizeof OF_QUERIES / sizeof *OF_QUERIES);
}

/* A clause of a query behind one that it should precede. */
static bool clause_order(const Unexpected *at) {
    bool clause = at->token == T_FROM || at->token == T_WHERE || at->token == T_GROUP || at->token == T_HAVING ||
                  at->token == T_QUALIFY || at->token == T_WINDOW || at->token == T_ORDER;
    if (!clause || at->expression || !(at->can[';'] || at->can[')']) ||
        !(at->infix || at->can[T_ORDER] || at->can[T_LIMIT]))
        return false;
    Report *report = diag_report(at->diag, CODE_G0129, at->span, "`%.*s` stands too late, or for a second time",
                                 TEXT_ARGS(at->text));
    report_help(at->diag, report,
                "the order is: select, from, where, group by, having, window, qualify, order by, limit");
    return true;
}

static bool unknown_declaration(const Unexpected *at) {
    if (!at_declaration(at) || (at->token != T_NAME && !token_is_word(at->token))) return false;
    Report *report = diag_report(at->diag, CODE_G0120, at->span, "`%.*s` begins no declaration", TEXT_ARGS(at->text));
    report_help(at->diag, report,
                "a declaration begins with its kind: `source`, `model`, `test`, `metric`, `grant`, …");
    return true;
}

static bool missing_comma(const Unexpected *at) {
    bool item = is_name(at->token) || at->token == T_STRING || at->token == T_INTEGER || at->token == T_NUMBER ||
                at->token == T_DOC || at->token == T_CASE || at->token == T_CAST;
    if (!at->can[','] || !item || at->can[at->token]) return false;
    Report *report =
        diag_report(at->diag, CODE_G0127, before_end(at), "a comma is missing before `%.*s`", TEXT_ARGS(at->text));
    report_edit(at->diag, report, before_end(at), ",", "put a comma");
    return true;
}

/* ---------------------------------------------------------- what could be */

typedef struct {
    const Unexpected *at;
    const char *items[MOST_LISTED];
    int shown;
    bool more;
} List;

static void list_add(List *list, const char *words) {
    if (list->shown < MOST_LISTED)
        list->items[list->shown++] = words;
    else
        list->more = true;
}

/* Operators may stand behind any expression: nobody needs to be told. */
static bool is_operator(int token) {
    switch (token) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
    case '<':
    case '>':
    case '=':
    case '[':
    case '.':
    case '(':
    case T_CAST2:
    case T_GE:
    case T_LE:
    case T_NE:
    case T_ARROW:
    case T_ARROW2:
    case T_CONCAT:
    case T_MATCH:
    case T_NMATCH:
    case T_MATCH_CASE:
    case T_NMATCH_CASE:
    case T_LIKE_OP:
    case T_NOT_LIKE_OP:
    case T_ILIKE_OP:
    case T_NOT_ILIKE_OP:
    case T_QUOTIENT:
    case T_POWER:
    case T_LAMBDA_ARROW:
    case T_ISNULL:
    case T_NOTNULL:
    case T_NOT_LA:
    case T_AND:
    case T_OR:
    case T_IN:
    case T_IS:
    case T_LIKE:
    case T_ILIKE:
    case T_SIMILAR:
    case T_MATCHES:
    case T_BETWEEN:
    case T_COLLATE:
    case T_AT:
    case T_DIV:
    case T_FILTER:
    case T_OVER:
    case T_WITHIN:
    case T_IGNORE:
    case T_RESPECT: return true;
    default: return false;
    }
}

/* What a word of the list stands for already: a name, an operator, the beginning of a type or an expression. */
static bool is_covered(const Unexpected *at, int token) {
    if (token == T_NAME || token == T_STRING || token == T_GRAMMAR_error || token == T_DOC || token == '.') return true;
    if (token > T_YEAR && token <= T_SECONDS) return true; /* T_YEAR stands for all units */
    if (at->name && soft_word(token)) return true;
    if (at->can[T_LATERAL] && token >= T_JOIN && token <= T_NATURAL) return true; /* here they are names of functions */
    if (at->infix && (is_operator(token) || token == T_YEAR)) return true;
    if (at->infix && (token == T_WITH || token == T_WITHOUT || token == T_VARYING)) return true; /* of a type's name */
    if (at->type && (token == T_ARRAY || token == T_ANY)) return true;
    if (at->constraint && token_is_word(token) && token != T_AS) return true;
    return at->expression && token != T_SELECT && !closes(token) && token != '*';
}

static const char *token_words(Arena *arena, int token) {
    if (token == T_YEAR) return "a unit of time";
    if (token == T_INTEGER || token == T_NUMBER) return token_alias(token);
    return token && token < 256 ? arena_format(arena, "`%c`", token) : arena_format(arena, "`%s`", token_alias(token));
}

static void list_tokens(List *list, bool words, bool clauses) {
    for (int token = 0; token < MOST_TOKENS; token++) {
        if (!list->at->can[token] || is_covered(list->at, token) || token_is_word(token) != words) continue;
        if (clauses && soft_word(token)) continue;
        list_add(list, token_words(list->at->diag->arena, token));
    }
}

static int clause_words_expected(const Unexpected *at) {
    int count = 0;
    for (int token = 0; token < MOST_TOKENS; token++)
        count += at->can[token] && soft_word(token) && !is_covered(at, token);
    return count;
}

/* All clauses that could stand here, when they are too many for the list. */
static void note_clauses(const Unexpected *at, Report *report) {
    Buffer words;
    buffer_open(&words, at->diag->arena);
    for (int token = 0; token < MOST_TOKENS; token++)
        if (at->can[token] && soft_word(token) && !is_covered(at, token))
            buffer_format(&words, "%s`%s`", words.length ? ", " : "", token_alias(token));
    report_note(at->diag, report, "a clause begins with %s", buffer_string(&words));
}

/* The word that is the only thing that could stand here; 0 if there are others. */
static int only_word_expected(const Unexpected *at) {
    int only = 0;
    for (int token = 1; token < MOST_TOKENS; token++) {
        if (!at->can[token] || token == '.' || token == T_GRAMMAR_error) continue;
        if (only || !token_is_word(token)) return 0;
        only = token;
    }
    return only;
}

/* "an expression, `,` or `)`": names and expressions in a word, then signs, then words. */
static const char *could_be(const Unexpected *at, bool clauses) {
    List list = {.at = at};
    if (at->expression)
        list_add(&list, "an expression");
    else if (at->type)
        list_add(&list, "a type");
    else if (at->name)
        list_add(&list, at->infix ? "an alias" : "a name");
    if (at->constraint) list_add(&list, "a constraint");
    if (at->can[T_STRING] && !at->expression && !at->infix) list_add(&list, "a string");
    list_tokens(&list, false, clauses);
    list_tokens(&list, true, clauses);
    if (clauses) list_add(&list, "a clause");
    if (!list.shown && at->infix) list_add(&list, at->can[T_AND] ? "`and`" : "an operator");
    Buffer words;
    buffer_open(&words, at->diag->arena);
    for (int i = 0; i < list.shown; i++) {
        bool last = i == list.shown - 1 && !list.more;
        buffer_format(&words, "%s%s", !i ? "" : last ? " or " : ", ", list.items[i]);
    }
    if (list.more) buffer_text(&words, ", …");
    return buffer_string(&words);
}

static void report_plainly(const Unexpected *at) {
    bool end = at->parser->end_invented && at->token == ';', clauses = clause_words_expected(at) > 4 && !at->infix;
    Report *report = end ? diag_report(at->diag, CODE_G0128, at->span, "the text ends in the middle of a declaration")
                         : diag_report(at->diag, CODE_G0101, at->span, "unexpected `%.*s`", TEXT_ARGS(at->text));
    const char *expected = could_be(at, clauses);
    if (*expected) report_says(at->diag, report, "expected %s", expected);
    if (clauses) note_clauses(at, report);
    int only = only_word_expected(at);
    if (only && !end)
        report_edit(at->diag, report, before_end(at), arena_format(at->diag->arena, " %s", token_alias(only)),
                    "write `%s`", token_alias(only));
}

/* -------------------------------------------------------------------- all */

static bool (*const MISTAKES[])(const Unexpected *) = {
    doc_out_of_place,       stray_parenthesis, trailing_comma,      statement,
    foreign_query,          foreign_expression,
    star_except,       missing_as,          references_behind,   open_parenthesis_left,
    join_without_condition, quoted_text,       wrong_quotes,        missing_is,
    foreign_word,           misspelt,          unknown_declaration, missing_comma,
    reserved_as_name,       clause_order,
};

/* A declaration begins before the one before it has ended: its `;` is missing, or a `)`. */
static void report_missing_end(Parser *parser) {
    if (parser->suspect_depth && parser->suspect_depth <= MOST_OPEN) {
        Report *open =
            diag_report(parser->diag, CODE_G0108, parser->open[parser->suspect_depth - 1], "this `(` is not closed");
        report_label(parser->diag, open, parser->suspect, "the next declaration begins here");
        return;
    }
    Text text = scan_slice(parser, parser->suspect, 0);
    Report *report =
        text.at[0] == '-'
            ? diag_report(parser->diag, CODE_G0102, parser->suspect, "`;` is missing before this doc comment")
            : diag_report(parser->diag, CODE_G0102, parser->suspect, "`;` is missing before `%.*s`", TEXT_ARGS(text));
    Span end = {parser->suspect_after, parser->suspect_after};
    report_edit(parser->diag, report, end, ";", "a declaration ends with `;`");
}

static void report_token(Parser *parser, int token, Span span, const int *expected, int count) {
    Unexpected at = {
        .parser = parser, .diag = parser->diag, .token = token, .span = span, .text = scan_slice(parser, span, 0)};
    for (int i = 0; i < count; i++) at.can[expected[i]] = true;
    if (has_before(&at)) at.before = scan_slice(parser, parser->before.span, 0);
    at.name = at.can[T_NAME];
    at.expression = at.can[T_STRING] && at.can[T_CASE];
    at.infix = at.can['+'] && at.can[T_CAST2] && !at.expression;
    at.type = at.can[T_ARRAY] && !at.expression;
    at.constraint = at.can[T_REFERENCES] && at.can[T_NOT] && !at.expression;
    for (size_t i = 0; i < sizeof MISTAKES / sizeof *MISTAKES; i++)
        if (MISTAKES[i](&at)) return;
    report_plainly(&at);
}

void syntax_unexpected(Parser *parser, int token, Span span, const int *expected, int count) {
    bool suspect = parser->suspect.begin;
    if (parser->diag) {
        if (suspect)
            report_missing_end(parser);
        else
            report_token(parser, token, span, expected, count);
    }
    parser->recovering = parser->last.kind != ';'; /* when the error is at the `;`, there is nothing left to skip */
    if (suspect) parser->rewind = parser->suspect.begin - parser->source->base;
    parser->suspect = NOWHERE;
}
