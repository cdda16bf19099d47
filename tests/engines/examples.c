/* The examples of the standard library's functions as the SQL of an engine.
 *
 *     examples ENGINE FILE.gov...
 *
 * compiles the files as stdlib and writes, for each example, a line: function and place, a tab, `select …` on one line. Where
 * stdlib has no SQL for the engine that is `# SKIP …`; what cannot be emitted all the same is a line whose SQL is empty. On `duckdb` with `--run` the SQL is run too, in memory, and TAP is
 * written: an example must be true. */
#include "compiler/emit/emit.h"
#include "compiler/session.h"
#include "runtime/engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Session session;
    const Dialect *dialect;
    EngineConnection *connection;   /* null: only written */
    int number;
    int failed;
} Run;

static char *read_file(const char *path, size_t *ret_length) {
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t capacity = 1 << 20;
    if (file && (text = malloc(capacity))) *ret_length = fread(text, 1, capacity - 1, file);
    if (text) text[*ret_length] = 0;
    if (file) fclose(file);
    return text;
}

/* Whether stdlib has SQL for the engine, for every engine, or none at all (what the emitter writes itself). */
static bool is_for_engine(const Run *run, const Decl *decl) {
    bool any = false;
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = (const Clause *)decl->clauses.items[i];
        if (clause->of != CLAUSE_TEMPLATE_FOR) continue;
        any = true;
        if (!clause->word.name || !strcmp(clause->word.name->text, dialect_name(run->dialect))) return true;
    }
    return !any;
}

static void skip(Run *run, const char *title) {
    if (run->connection) printf("ok %d - %s # SKIP not on %s\n", ++run->number, title, dialect_name(run->dialect));
    else printf("%s\t# SKIP not on %s\n", title, dialect_name(run->dialect));
}

static void say(Run *run, bool passed, const char *title, const char *why) {
    run->failed += !passed;
    printf("%sok %d - %s\n", passed ? "" : "not ", ++run->number, title);
    if (!passed) printf("# %s\n", why);
}

/* True is 1 on every engine; null and false are not. */
static void run_example(Run *run, const char *title, const char *sql) {
    EngineError error = {0};
    int64_t value = 0;
    if (!*sql) say(run, false, title, "it cannot be emitted");
    else if (!engine_query_integer(run->connection, sql, &value, &error)) say(run, false, title, error.text);
    else say(run, value == 1, title, sql);
}

static void one_line(char *text) {
    for (; *text; text++)
        if (*text == '\n' || *text == '\t') *text = ' ';
}

typedef struct { const Decl *decl; Call *found; } Search;

static void find_call(void *context, Node **place) {
    Search *search = context;
    Call *call = (*place)->kind == NODE_CALL ? (Call *)*place : NULL;
    if (call && call->signature && call->signature->decl == search->decl) search->found = call;
    if (!search->found) node_kids(*place, find_call, search);
}

/* `null` as the type of an argument. */
static Node *null_of(Run *run, const Expr *argument) {
    Literal *literal = (Literal *)node_new(&run->session.arena, NODE_LITERAL, argument->node.span);
    Cast *cast = (Cast *)node_new(&run->session.arena, NODE_CAST, argument->node.span);
    literal->of = LITERAL_NULL;
    literal->expr.type = cast->expr.type = argument->type;
    literal->expr.nullable = cast->expr.nullable = true;
    cast->operand = (Node *)literal;
    return (Node *)cast;
}

static void ask(Run *run, const Decl *decl, const Expr *condition, const char *title, const char *behind) {
    Program *program = run->session.program;
    Buffer sql;
    if (!is_for_engine(run, decl)) {
        skip(run, title);
        return;
    }
    buffer_open(&sql, &run->session.arena);
    buffer_text(&sql, "select case when (");
    bool emitted = emit_expr(program, condition, run->dialect, NULL, &sql);
    buffer_format(&sql, ")%s then 1 else 0 end", behind);
    char *line = arena_copy(&run->session.arena, sql.at, emitted ? sql.length : 0);
    one_line(line);
    if (run->connection) run_example(run, title, line);
    else printf("%s\t%s\n", title, line);
}

static bool is_constant(const Call *call, uint32_t index) {
    const Node *argument = call->args.items[index];
    bool part = call->signature->result_rule && argument->kind == NODE_LITERAL && ((const Literal *)argument)->of == LITERAL_STRING;
    return part || argument->kind == NODE_LAMBDA || ((const Expr *)argument)->type->kind == TYPE_NULL;
}

/* What a declaration says of nulls, tried on its first example: each argument in turn is null. */
static void null_laws(Run *run, const Decl *decl, const Clause *clause, const char *title) {
    Search search = {decl, NULL};
    Node *expr = clause->expr;
    find_call(&search, &expr);
    Call *call = search.found;
    if (!call || call->signature->kind != FUNCTION_SCALAR || call->signature->volatile_) return;
    NullRule rule = call->signature->nulls;
    for (uint32_t i = 0; i < call->args.count && (rule == NULLS_STRICT || rule == NULLS_NEVER); i++) {
        Node *before = call->args.items[i];
        if (is_constant(call, i)) continue;
        call->args.items[i] = null_of(run, (Expr *)before);
        ask(run, decl, &call->expr, arena_format(&run->session.arena, "%s, argument %u null", title, i + 1),
            rule == NULLS_STRICT ? " is null" : " is not null");
        call->args.items[i] = before;
    }
}

static void example(Run *run, const Decl *decl, const Clause *clause, int nth) {
    Location at = source_locate(&run->session.sources, decl->node.span.begin);
    const char *title = arena_format(&run->session.arena, "%s at %s:%u", decl->name.items[0].name->text, at.source->path, at.line);
    ask(run, decl, (const Expr *)clause->expr, arena_format(&run->session.arena, "%s, example %d", title, nth), "");
    if (nth == 1) null_laws(run, decl, clause, title);
}

static void examples(Run *run) {
    const Program *program = run->session.program;
    for (uint32_t i = 0; i < program->stdlib_functions.count; i++) {
        const Decl *decl = program->stdlib_functions.items[i];
        int nth = 0;
        for (uint32_t j = 0; j < decl->clauses.count; j++) {
            const Clause *clause = (const Clause *)decl->clauses.items[j];
            if (clause->of == CLAUSE_EXAMPLE && clause->expr) example(run, decl, clause, ++nth);
        }
    }
}

static bool complain(Run *run) {
    Buffer out;
    if (!run->session.diag.errors) return false;
    buffer_open(&out, &run->session.arena);
    diag_draw_text(&run->session.diag, &(DrawOptions){0}, &out);
    fputs(buffer_string(&out), stdout);
    return true;
}

static void run_all(Run *run) {
    const Engine *engine = engine_find("duckdb");
    EngineDatabase *database = NULL;
    EngineError error = {0};
    if (engine_open(engine, &(EngineOptions){0}, &database, &error) && engine_connect(database, &run->connection, &error)) examples(run);
    else say(run, false, "DuckDB opens", error.text);
    printf("1..%d\n", run->number);
    engine_disconnect(run->connection);
    engine_close(database);
}

int main(int count, char **arguments) {
    static SourceText texts[64];
    static Run run;
    bool runs = count > 1 && !strcmp(arguments[1], "--run");
    int first = runs ? 3 : 2;
    size_t files = 0;
    run.dialect = count > first ? dialect_find(arguments[first - 1]) : NULL;
    if (!run.dialect) return fprintf(stderr, "usage: examples [--run] ENGINE FILE...\n"), 2;
    session_open(&run.session, NULL);
    for (int i = first; i < count && files < 64; i++, files++) {
        texts[files] = (SourceText){.path = strrchr(arguments[i], '/') ? strrchr(arguments[i], '/') + 1 : arguments[i], .builtin = true};
        texts[files].text = read_file(arguments[i], &texts[files].length);
    }
    compile(&run.session, texts, files, &(CompileOptions){0});
    if (run.session.program) types_check_examples(run.session.program);
    bool bad = complain(&run);
    if (!bad && runs) run_all(&run);
    else if (!bad) examples(&run);
    complain(&run);
    session_close(&run.session);
    for (size_t i = 0; i < files; i++) free((char *)texts[i].text);
    return bad || run.failed;
}
