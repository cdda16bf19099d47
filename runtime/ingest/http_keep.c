/* What earlier loads of an HTTP source had: where to go on, and what stays. */
#include "runtime/ingest/http.h"

#include <stdlib.h>

bool http_read_newest(HttpLoad *http, const char *for_value, char **ret_newest) {
    *ret_newest = NULL;
    if (!http->has_published) return true;
    Sql sql;
    if (!load_sql_begin(http->load, &sql)) return false;
    fputs("select cast(cast(max(", sql.stream);
    engine_write_name(sql.stream, http->http->window_column);
    fprintf(sql.stream, ") as date) as varchar) from %s", http->load->request->step->published);
    if (http->http->for_name) {
        fputs(" where cast(", sql.stream);
        engine_write_name(sql.stream, http->http->for_name);
        fputs(" as varchar) = ", sql.stream);
        engine_write_literal(sql.stream, for_value);
    }
    char *text = load_sql_end(http->load, &sql);
    EngineError error = {0};
    bool ok = text && engine_query_text(load_target(http->load), text, ret_newest, &error);
    free(text);
    return ok || (text && load_engine_fault(http->load, &error));
}

bool http_find_published(HttpLoad *http) {
    const IngestRequest *request = http->load->request;
    if (!http->http->window_column || request->known_count == 0 || !request->step->published) return true;
    char *query;
    if (!(query = ingest_print("select * from %s limit 0", request->step->published)))
        return ingest_fault_memory(&http->load->fault);
    EngineError error = {0};
    EngineResult *rows = NULL;
    http->has_published = engine_query(load_target(http->load), query, NULL, 0, &rows, &error);
    if (http->has_published) engine_result_close(rows);
    free(query);
    return error.fault != ENGINE_FAULT_INTERRUPTED || load_engine_fault(http->load, &error);
}

bool http_drop_duplicates(Load *load) {
    Sql sql;
    int64_t rows = 0;
    if (load->source->key.count == 0 || !load_sql_begin(load, &sql)) return load->source->key.count == 0;
    const char *staged = load->request->step->staged;
    fprintf(sql.stream, "delete from %s where rowid not in (select min(rowid) from %s group by ", staged, staged);
    for (size_t i = 0; i < load->source->column_count; i++) {
        fputs(i ? ", " : "", sql.stream);
        engine_write_name(sql.stream, load->source->columns[i].name);
    }
    fputs(")", sql.stream);
    if (!load_run(load, &sql, &rows, false)) return false;
    load->result->duplicates = rows;
    load->result->accepted -= rows;
    return true;
}

static void write_days(FILE *stream, const char *column, const IngestInterval *interval, const char *for_name) {
    fputs("(cast(", stream);
    engine_write_name(stream, column);
    fprintf(stream, " as date) between date '%s' and date '%s'", interval->from, interval->to);
    if (for_name) {
        fputs(" and cast(", stream);
        engine_write_name(stream, for_name);
        fputs(" as varchar) = ", stream);
        engine_write_literal(stream, interval->for_value);
    }
    fputs(")", stream);
}

/* Writes the condition that a published row `p` stays: no new row has its key or, without a key, its window was not
 * asked. */
static void write_stays(const HttpLoad *http, FILE *stream) {
    const Load *load = http->load;
    const GovTexts *key = &load->source->key;
    if (key->count == 0) {
        fputs("not (false", stream);
        for (size_t i = 0; i < load->result->interval_count; i++) {
            fputs(" or ", stream);
            write_days(stream, http->http->window_column, &load->result->intervals[i], http->http->for_name);
        }
        fputs(")", stream);
        return;
    }
    fprintf(stream, "not exists (select 1 from %s as s where true", load->request->step->staged);
    for (size_t i = 0; i < key->count; i++) {
        fputs(" and s.", stream);
        engine_write_name(stream, key->items[i]);
        fputs(" = p.", stream);
        engine_write_name(stream, key->items[i]);
    }
    fputs(")", stream);
}

bool http_keep_published(HttpLoad *http) {
    Load *load = http->load;
    Sql sql;
    if (!http->has_published) return true;
    if (!load_sql_begin(load, &sql)) return false;
    write_stays(http, sql.stream);
    char *condition = load_sql_end(load, &sql);
    bool ok = condition && load_keep_published(load, condition);
    free(condition);
    return ok;
}
