/* Rows of a relation against the contract, each by itself: what is wrong with it, and what becomes of it. */
#include "runtime/ingest/internal.h"

#include <stdlib.h>
#include <string.h>

/* How many rows a message shows; the others are counted. */
enum { SHOWN_ROWS = 10, SHOWN_REASONS = 3 };

/* What can be wrong with a row has a number: 0 its fault, 1 + i the type of column i, 1 + columns + j check j. */
static size_t type_number(size_t column) {
    return 1 + column;
}

static size_t check_number(const Load *load, size_t check) {
    return 1 + load->source->column_count + check;
}

/* Writes the row's texts as JSON: an object by column, or the record as a string where there are no columns. */
static void write_row_json(const Load *load, FILE *stream) {
    const GovSource *source = load->source;
    fputs("case when \"gov$fault\" is not null then to_json(\"gov$record\") else json_object(", stream);
    for (size_t i = 0; i < source->column_count; i++) {
        fputs(i ? ", " : "", stream);
        engine_write_literal(stream, source->columns[i].name);
        fputs(", ", stream);
        if (load->readings[i].condition)
            fprintf(stream, "\"%s\"", load_name("t", i).text);
        else
            engine_write_name(stream, source->columns[i].name);
    }
    fputs(") end", stream);
}

/* Writes the list of the numbers of what is wrong with a row of write_typed. */
static void write_numbers(const Load *load, FILE *stream) {
    fputs("case when \"gov$fault\" is not null then [0] else list_filter([null::bigint", stream);
    for (size_t i = 0; i < load->source->column_count; i++) {
        if (!load->readings[i].condition) continue;
        fprintf(stream, ", case when \"%s\" is not null and ", load_name("t", i).text);
        engine_write_name(stream, load->source->columns[i].name);
        fprintf(stream, " is null then %zu end", type_number(i));
    }
    for (size_t j = 0; j < load->check_count; j++) {
        const IngestCheck *check = &load->checks[j];
        fprintf(stream, ", case when not (%s)", check->predicate);
        /* A value that is not of its type is told once. */
        if (check->not_null && check->column != SIZE_MAX && load->readings[check->column].condition)
            fprintf(stream, " and \"%s\" is null", load_name("t", check->column).text);
        fprintf(stream, " then %zu end", check_number(load, j));
    }
    fputs("], lambda x: x is not null) end", stream);
}

/* Writes the list of reasons by number; that of number 0 is the fault of the row. */
static void write_reasons(const Load *load, FILE *stream) {
    const GovSource *source = load->source;
    fputs("['a broken row'", stream);
    for (size_t i = 0; i < source->column_count; i++) {
        const GovColumn *column = &source->columns[i];
        char text[1024], type[128];
        size_t length = 0;
        for (; column->type[length] && length + 1 < sizeof type; length++)
            type[length] =
                (char)(column->type[length] | (column->type[length] >= 'A' && column->type[length] <= 'Z' ? 32 : 0));
        type[length] = 0;
        snprintf(text, sizeof text, "`%s` is not of type %s%s%s", column->name, type, column->format ? " as " : "",
                 column->format ? column->format : "");
        fputs(", ", stream);
        engine_write_literal(stream, text);
    }
    for (size_t j = 0; j < load->check_count; j++) {
        const IngestCheck *check = &load->checks[j];
        char text[1024];
        bool named = check->column != SIZE_MAX;
        snprintf(text, sizeof text, "%s%s%sbreaks `%.800s`", named ? "`" : "",
                 named ? source->columns[check->column].name : "", named ? "` " : "", check->words);
        fputs(", ", stream);
        engine_write_literal(stream, text);
    }
    fputs("]", stream);
}

/* Writes the list of the columns that the numbers are about; null: none. */
static void write_column_list(const Load *load, FILE *stream) {
    const GovSource *source = load->source;
    fputs("[null::varchar", stream);
    for (size_t i = 0; i < source->column_count; i++) {
        fputs(", ", stream);
        engine_write_literal(stream, source->columns[i].name);
    }
    for (size_t j = 0; j < load->check_count; j++) {
        fputs(", ", stream);
        if (load->checks[j].column == SIZE_MAX)
            fputs("null", stream);
        else
            engine_write_literal(stream, source->columns[load->checks[j].column].name);
    }
    fputs("]", stream);
}

/* Writes the list of the numbers that keep a row from being loaded even under `warn`: it is no row, or a column that is
 * declared not null would be null, which models rely on. */
static void write_hard_numbers(const Load *load, FILE *stream) {
    fputs("[0", stream);
    for (size_t i = 0; i < load->source->column_count; i++)
        if (contract_has_not_null(load, i)) fprintf(stream, ", %zu", type_number(i));
    for (size_t j = 0; j < load->check_count; j++)
        if (load->checks[j].not_null) fprintf(stream, ", %zu", check_number(load, j));
    fputs("]", stream);
}

/* Makes gov$judged: every row, typed, with the numbers of what is wrong with it. */
static bool create_judged(Load *load, const char *relation) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("create or replace temporary table \"gov$judged\" as select *, ", sql.stream);
    write_numbers(load, sql.stream);
    fputs(" as \"gov$wrong\" from (", sql.stream);
    contract_write_typed(load, sql.stream, relation, ", \"gov$file\", \"gov$line\", \"gov$fault\", \"gov$record\"");
    fputs(")", sql.stream);
    return load_run(load, &sql, NULL, false);
}

/* Makes gov$bad: what is told of the rows that are wrong. */
static bool create_bad(Load *load) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("create or replace temporary table \"gov$bad\" as select rowid as id, \"gov$file\" as file, \"gov$line\" as "
          "line, "
          "list_extract(",
          sql.stream);
    write_column_list(load, sql.stream);
    fputs(", \"gov$wrong\"[1] + 1) as column_name, array_to_string(list_transform(\"gov$wrong\", lambda x: "
          "case when x = 0 then \"gov$fault\" else list_extract(",
          sql.stream);
    write_reasons(load, sql.stream);
    fputs(", x + 1) end), '; ') as reason, list_has_any(\"gov$wrong\", ", sql.stream);
    write_hard_numbers(load, sql.stream);
    fputs(") as hard, ", sql.stream);
    write_row_json(load, sql.stream);
    fputs(" as row from \"gov$judged\" where len(\"gov$wrong\") > 0", sql.stream);
    return load_run(load, &sql, NULL, false);
}

/* Rows of gov$bad that cannot be loaded under the source's `on invalid`, as a condition. */
static const char *refused(const Load *load) {
    return load->source->on_invalid == GOV_INVALID_WARN ? "hard" : "true";
}

static bool count(Load *load, const char *condition, int64_t *ret_count) {
    char text[256];
    snprintf(text, sizeof text, "select count(*) from \"gov$bad\" where %s", condition);
    EngineError error = {0};
    return engine_query_integer(load->connection, text, ret_count, &error) || load_engine_fault(load, &error);
}

/* Appends lines `file:line: reason` of the first wrong rows. */
static bool write_examples(Load *load, FILE *stream) {
    char text[256];
    snprintf(text, sizeof text, "select file, line, reason from \"gov$bad\" where %s order by id limit %d",
             refused(load), SHOWN_ROWS);
    EngineError error = {0};
    EngineResult *rows;
    if (!engine_query(load->connection, text, NULL, 0, &rows, &error)) return load_engine_fault(load, &error);
    while (engine_next(rows, &error)) {
        EngineCell line = engine_cell(rows, 1);
        fprintf(stream, "\n  %s", engine_cell(rows, 0).text);
        if (!line.is_null) fprintf(stream, ":%s", engine_cell(rows, 1).text);
        fprintf(stream, ": %s", engine_cell(rows, 2).text);
    }
    engine_result_close(rows);
    return error.fault == ENGINE_FAULT_NONE || load_engine_fault(load, &error);
}

/* Tells that the load fails for its wrong rows: `head`, the first of them, how many more, and what would help. */
static bool fail_for_rows(Load *load, int64_t wrong, const char *head, const char *help) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fputs(head, sql.stream);
    bool ok = write_examples(load, sql.stream);
    if (wrong > SHOWN_ROWS) fprintf(sql.stream, "\n  and %lld more", (long long)(wrong - SHOWN_ROWS));
    if (help) fprintf(sql.stream, "\n  help: %s", help);
    char *text = load_sql_end(load, &sql);
    if (ok && text) ingest_fault(&load->fault, "%s", text);
    free(text);
    return false;
}

static bool judge_fail(Load *load, int64_t wrong) {
    char head[256];
    snprintf(head, sizeof head, "%lld of %lld rows break the contract", (long long)wrong,
             (long long)load->result->read);
    if (load->source->on_invalid == GOV_INVALID_WARN)
        return fail_for_rows(load, wrong, head,
                             "`on invalid warn` cannot load rows without their columns, or with a null where "
                             "the contract says `not null`; `on invalid quarantine` sets them aside");
    return fail_for_rows(load, wrong, head, "`on invalid quarantine` sets such rows aside and loads the others");
}

static bool check_percent(Load *load, int64_t wrong) {
    wrong += load->result->quarantined;
    int most = load->source->at_most_percent;
    if (most < 0 || wrong * 100 <= (int64_t)most * load->result->read) return true;
    char head[256];
    snprintf(head, sizeof head, "%lld of %lld rows break the contract, which is more than %d percent", (long long)wrong,
             (long long)load->result->read, most);
    return fail_for_rows(load, wrong, head, NULL);
}

/* Moves rows to their tables: those of gov$bad that are refused to quarantine, all others to the staged table. */
static bool move_rows(Load *load) {
    const GovSource *source = load->source;
    int64_t rows = 0;
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "insert into %s (", load->request->step->staged);
    contract_write_columns(load, sql.stream);
    fputs(") select ", sql.stream);
    contract_write_columns(load, sql.stream);
    fprintf(sql.stream, " from \"gov$judged\" where rowid not in (select id from \"gov$bad\" where %s)", refused(load));
    if (!load_run(load, &sql, &rows, false)) return false;
    load->result->accepted += rows;
    if (!source->quarantine_staged) return true;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream,
            "insert into %s select file, line, column_name, reason, row from \"gov$bad\" where %s order by id",
            source->quarantine_staged, refused(load));
    if (!load_run(load, &sql, &rows, false)) return false;
    load->result->quarantined += rows;
    return true;
}

/* Tells in the result's note which reasons were met how often. */
static bool write_note(Load *load) {
    EngineError error = {0};
    EngineResult *rows;
    char text[256];
    snprintf(text, sizeof text,
             "select hard, reason, count(*) from (select %s as hard, reason from \"gov$bad\") group by all "
             "order by 3 desc, 2 limit %d",
             load->source->on_invalid == GOV_INVALID_WARN ? "hard" : "true", SHOWN_REASONS + 1);
    if (!engine_query(load->connection, text, NULL, 0, &rows, &error)) return load_engine_fault(load, &error);
    Sql sql;
    bool ok = load_sql_begin(load, &sql);
    for (int i = 0; ok && engine_next(rows, &error); i++) {
        if (i == SHOWN_REASONS) {
            fputs(", …", sql.stream);
            break;
        }
        bool hard = engine_cell(rows, 0).integer != 0;
        int64_t number = engine_cell(rows, 2).integer;
        fprintf(sql.stream, "%s%lld %s %s: %s", i ? ", " : "", (long long)number, number == 1 ? "row" : "rows",
                hard ? "quarantined" : "warned of", engine_cell(rows, 1).text);
    }
    engine_result_close(rows);
    ok = ok && load_note(load, load_sql_end(load, &sql));
    return (ok && error.fault == ENGINE_FAULT_NONE) || load_engine_fault(load, &error);
}

/* What becomes of the rows, once gov$judged and gov$bad are there. */
static bool settle(Load *load) {
    int64_t wrong = 0, soft = 0;
    bool warn = load->source->on_invalid == GOV_INVALID_WARN;
    bool ok = count(load, refused(load), &wrong) && count(load, warn ? "not hard" : "false", &soft);
    if (ok && wrong && (load->source->on_invalid == GOV_INVALID_FAIL || !load->source->quarantine_staged))
        ok = judge_fail(load, wrong);
    ok = ok && check_percent(load, wrong) && move_rows(load);
    load->result->warned += soft;
    return ok && (wrong + soft == 0 || write_note(load));
}

bool contract_judge(Load *load, const char *relation, int64_t expected, bool *ret_agreed) {
    int64_t wrong = 0;
    bool ok = create_judged(load, relation) && create_bad(load) && count(load, "true", &wrong);
    *ret_agreed = expected < 0 || wrong == expected;
    if (ok && *ret_agreed) ok = settle(load);
    EngineError ignored;
    engine_execute(load->connection, "drop table if exists \"gov$judged\"; drop table if exists \"gov$bad\"", NULL,
                   &ignored);
    return ok;
}
