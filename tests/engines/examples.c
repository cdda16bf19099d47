/* The examples of the standard library's functions as the SQL of an engine.
 *
 *     examples ENGINE FILE.gov...
 *
 * compiles the files as stdlib and writes, for each example, a line: function and place, a tab, `select …` on one line. What cannot be
 * emitted for the engine is a line whose SQL is empty. On `duckdb` with `--run` the SQL is run too, in memory, and TAP is
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

static void example(Run *run, const Decl *decl, const Clause *clause, int nth) {
    Program *program = run->session.program;
    Location at = source_locate(&run->session.sources, decl->node.span.begin);
    char *title = arena_format(&run->session.arena, "%s at %s:%u, example %d", decl->name.items[0].name->text, at.source->path, at.line, nth);
    Buffer sql;
    buffer_open(&sql, &run->session.arena);
    buffer_text(&sql, "select case when ");
    bool emitted = emit_expr(program, (const Expr *)clause->expr, run->dialect, NULL, &sql);
    buffer_text(&sql, " then 1 else 0 end");
    char *line = arena_copy(&run->session.arena, sql.at, emitted ? sql.length : 0);
    one_line(line);
    if (run->connection) run_example(run, title, line);
    else printf("%s\t%s\n", title, line);
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
