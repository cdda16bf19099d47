/* The parser: spans are exact, errors cost their declaration only, nesting is bounded, words are names where they should. */
#include "compiler/format/format.h"
#include "compiler/syntax/syntax.h"
#include "tests/unit/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A parse with all that it stands on. */
typedef struct {
    Arena arena;
    Names names;
    Sources sources;
    Diag diag;
    Source *source;
    Tree *tree;
} Parse;

static Parse *parse_open(const char *text, size_t length) {
    Parse *parse = calloc(1, sizeof *parse);
    arena_open(&parse->arena, NULL);
    names_open(&parse->names, &parse->arena);
    sources_open(&parse->sources, &parse->arena);
    diag_open(&parse->diag, &parse->arena, &parse->sources);
    parse->source = sources_add(&parse->sources, "test.gov", text, length);
    parse->tree = syntax_parse(&parse->arena, &parse->names, &parse->sources, parse->source, &parse->diag);
    return parse;
}

static void parse_close(Parse *parse) {
    arena_close(&parse->arena);
    free(parse);
}

static Decl *declaration(const Parse *parse, uint32_t index) {
    ck_assert_uint_gt(parse->tree->items.count, index);
    return NODE_AS(Decl, DECL, parse->tree->items.items[index]);
}

static uint32_t errors_of(const char *text) {
    Parse *parse = parse_open(text, strlen(text));
    uint32_t errors = parse->diag.errors;
    parse_close(parse);
    return errors;
}

/* ------------------------------------------------------------------- spans */

typedef struct {
    Parse *parse;
    uint32_t compared;
} Respan;

/* Whether the text of such a node is an expression by itself. */
static bool stands_alone(const Node *node) {
    return node_is_expr(node) && node->kind != NODE_ROW && node->kind != NODE_NAMED_ARGUMENT &&
           node->kind != NODE_LAMBDA;
}

/* The text under an expression's span, parsed as a select item, is that expression. */
static void compare_span(void *context, Node **place) {
    Respan *respan = context;
    Node *node = *place;
    if (stands_alone(node)) {
        Text text = source_text(&respan->parse->sources, node->span);
        char *query = arena_format(&respan->parse->arena, "select %.*s;", TEXT_ARGS(text));
        const Source *source = sources_add(&respan->parse->sources, "span", query, strlen(query));
        const Tree *tree =
            syntax_parse(&respan->parse->arena, &respan->parse->names, &respan->parse->sources, source, NULL);
        const Node *found = NULL;
        if (tree->items.count == 1) {
            const Query *asked = (const Query *)((const Decl *)tree->items.items[0])->body;
            found = ((const SelectItem *)((const Select *)asked->body)->items.items[0])->expr;
        }
        ck_assert_msg(node_equal(node, found), "%s of `%.*s` is not its text", node_kind_name((NodeKind)node->kind),
                      TEXT_ARGS(text));
        respan->compared++;
    }
    node_kids(node, compare_span, context);
}

static char *read_test_file(const char *name, size_t *ret_length) {
    const char *folder = getenv("srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/golden/%s", folder ? folder : ".", name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    char *text = calloc(1, 1 << 20);
    *ret_length = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    return text;
}

static const char *const FILES[] = {"syntax/queries.gov", "syntax/declarations.gov", "syntax/precedence.gov",
                                    "syntax/words_as_names.gov"};

START_TEST(span_of_an_expression_is_its_text) {
    size_t length;
    char *text = read_test_file(FILES[_i], &length);
    Parse *parse = parse_open(text, length);
    Respan respan = {.parse = parse};
    Node *tree = &parse->tree->node;
    compare_span(&respan, &tree);
    ck_assert_uint_gt(respan.compared, 20);
    parse_close(parse);
    free(text);
}
END_TEST

START_TEST(spans_of_declarations_and_clauses) {
    const char *text = "--- Words.\nsource a.b (x text key, y int)  from csv 'x' in dev\n  each file once  owner me ;";
    Parse *parse = parse_open(text, strlen(text));
    Decl *decl = declaration(parse, 0);
#define SPAN_IS(node, words)                                                                                           \
    ck_assert_str_eq(text_copy(&parse->arena, source_text(&parse->sources, ((Node *)(node))->span)), words)
    SPAN_IS(decl, "source a.b (x text key, y int)  from csv 'x' in dev\n  each file once  owner me");
    SPAN_IS(decl->columns.items[0], "x text key");
    SPAN_IS(decl->clauses.items[0], "from csv 'x' in dev\n  each file once");
    SPAN_IS(((Clause *)decl->clauses.items[0])->expr, "csv 'x'");
    SPAN_IS(((Clause *)decl->clauses.items[0])->kids.items[1], "each file once");
    SPAN_IS(decl->clauses.items[1], "owner me");
    parse_close(parse);
}
END_TEST

/* ------------------------------------------------------------------ errors */

START_TEST(an_error_costs_its_declaration) {
    const char *text = "model a.b as selct 1;\nmodel a.c as select 1;\nunit test 'x' for y;\nmodel a.d as select 1";
    Parse *parse = parse_open(text, strlen(text));
    ck_assert_uint_eq(parse->tree->items.count, 3);
    ck_assert(declaration(parse, 0)->broken);
    ck_assert_str_eq(parts_text(&parse->arena, declaration(parse, 0)->name), "a.b");
    ck_assert(!declaration(parse, 1)->broken);
    ck_assert(!declaration(parse, 2)->broken);
    ck_assert_uint_eq(parse->diag.errors, 3);
    parse_close(parse);
}
END_TEST

/* `left`, `middle` so many times, `right`, and a declaration behind it. */
static char *nested(const char *left, const char *middle, const char *right, int times) {
    size_t size = strlen(left) + (strlen(middle) + strlen(right)) * (size_t)times + 64;
    char *text = calloc(1, size), *at = text;
    at += sprintf(at, "%s", left);
    for (int i = 0; i < times; i++) at += sprintf(at, "%s", middle);
    at += sprintf(at, "1");
    for (int i = 0; i < times; i++) at += sprintf(at, "%s", right);
    sprintf(at, ";\nunit after;\n");
    return text;
}

static const struct {
    const char *left, *middle, *right;
    int times;
    uint32_t errors;
} NESTED[] = {
    {"const a = ", "(", ")", 900, 0},
    {"const a = ", "- ", "", 900, 0},
    {"const a = ", "", " + 1", 900, 0},
    {"const a = ", "f(", ")", 900, 0},
    {"const a = ", "- ", "", 1100, 1},
    {"const a = ", "", " + 1", 5000, 1},
    {"const a = ", "", "::int", 5000, 1},
    {"const a = ", "[", "]", 3000, 1},
    {"const a = ", "f(", ")", 100000, 1},
    {"const a = ", "(", ")", 100000, 1},
    {"const a = ", "case when ", " then 1 end", 20000, 1},
    {"const a = ", "(select ", ")", 50000, 1},
    {"model a.b as select * from ", "(select * from ", ")", 3000, 1},
};

START_TEST(nesting_is_bounded) {
    char *text = nested(NESTED[_i].left, NESTED[_i].middle, NESTED[_i].right, NESTED[_i].times);
    Parse *parse = parse_open(text, strlen(text));
    ck_assert_uint_eq(parse->diag.errors, NESTED[_i].errors);
    if (NESTED[_i].errors) ck_assert_int_eq(parse->diag.reports.items[0]->code, CODE_G0113);
    ck_assert_uint_eq(parse->tree->items.count, 2);
    ck_assert(!declaration(parse, 1)->broken);
    ck_assert_uint_le(parse->tree->node.height, SYNTAX_MOST_HEIGHT + 1);
    parse_close(parse);
    free(text);
}
END_TEST

/* Whatever a text is cut to, there is a tree, and what is reported has its place in the text. */
START_TEST(any_prefix_gives_a_tree) {
    size_t length;
    char *text = read_test_file(FILES[1], &length);
    for (size_t cut = 0; cut < length; cut += 13) {
        char *prefix = strndup(text, cut);
        Parse *parse = parse_open(prefix, cut);
        ck_assert_ptr_nonnull(parse->tree);
        for (uint32_t i = 0; i < parse->diag.reports.count; i++)
            ck_assert_uint_le(parse->diag.reports.items[i]->primary.span.end,
                              parse->source->base + parse->source->length);
        parse_close(parse);
        free(prefix);
    }
    free(text);
}
END_TEST

/* ------------------------------------------------------------------- words */

START_TEST(words_are_names_unless_reserved) {
    Parse *parse = parse_open("", 0);
    const char *const *words = syntax_words(&parse->arena);
    uint32_t reserved = 0, count = 0;
    for (; words[count]; count++) {
        char text[256];
        bool is_reserved = syntax_word_reserved(&parse->names, words[count]);
        reserved += is_reserved;
        snprintf(text, sizeof text, "source a.b (%s int);", words[count]);
        ck_assert_msg((errors_of(text) > 0) == is_reserved, "`%s` as a column", words[count]);
        snprintf(text, sizeof text, "select t.%s as %s from t;", words[count], words[count]);
        ck_assert_msg(errors_of(text) == 0, "`%s` behind a dot and as an alias", words[count]);
        snprintf(text, sizeof text, "select \"%s\" from \"%s\";", words[count], words[count]);
        ck_assert_msg(errors_of(text) == 0, "`%s` in quotes", words[count]);
    }
    ck_assert_uint_gt(count, 200);
    ck_assert_uint_eq(reserved, 43);
    parse_close(parse);
}
END_TEST

START_TEST(a_clone_is_equal_and_its_own) {
    size_t length;
    char *text = read_test_file(FILES[_i], &length);
    Parse *parse = parse_open(text, length);
    Node *copy = node_clone(&parse->arena, &parse->tree->node);
    ck_assert(node_equal(copy, &parse->tree->node));
    ((Decl *)((Tree *)copy)->items.items[0])->title = text_of("other");
    ck_assert(!node_equal(copy, &parse->tree->node));
    parse_close(parse);
    free(text);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("syntax");
    TCase *tests = tcase_create("syntax");
    int files = (int)(sizeof FILES / sizeof *FILES);
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, span_of_an_expression_is_its_text, 0, files);
    tcase_add_test(tests, spans_of_declarations_and_clauses);
    tcase_add_test(tests, an_error_costs_its_declaration);
    tcase_add_loop_test(tests, nesting_is_bounded, 0, (int)(sizeof NESTED / sizeof *NESTED));
    tcase_add_test(tests, any_prefix_gives_a_tree);
    tcase_add_test(tests, words_are_names_unless_reserved);
    tcase_add_loop_test(tests, a_clone_is_equal_and_its_own, 0, files);
    suite_add_tcase(suite, tests);
    return tap_run(suite);
}
