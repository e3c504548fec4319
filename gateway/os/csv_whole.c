/* Small tables, read whole or refused at the first row that breaks. */
#include <payung/csv_table.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct content {
	const char *at;
	size_t left;
};

static ssize_t from_content(void *arg, char *buf, size_t cap)
{
	struct content *c = arg;
	size_t n = c->left < cap ? c->left : cap;

	memcpy(buf, c->at, n);
	c->at += n;
	c->left -= n;
	return (ssize_t)n;
}

/* Which of the two is meant nobody can know. */
static bool has_twins(const struct csv_row *header)
{
	for (size_t i = 0; i < header->n; i++)
		for (size_t k = 0; header->cell[i][0] && k < i; k++)
			if (strcasecmp(header->cell[i], header->cell[k]) == 0)
				return true;
	return false;
}

static struct csv_row copy(const struct csv_row *row)
{
	struct csv_row out = { .number = row->number, .n = row->n };

	for (size_t i = 0; i < row->n; i++) {
		out.cell[i] = strdup(row->cell[i]);
		if (!out.cell[i])
			abort();
	}
	return out;
}

static void keep(struct csv_table *t, const struct csv_row *row)
{
	if (!t->header.number) {
		t->header = copy(row);
		return;
	}
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 64;
		t->row = reallocarray(t->row, t->cap, sizeof *t->row);
		if (!t->row)
			abort();
	}
	t->row[t->n++] = copy(row);
}

rc_t csv_read(const char *content, size_t len, bool comments, struct csv_table *out, int *row,
        const char **why)
{
	struct content c = { content, len };
	struct csv_options options = { .comments = comments };
	struct csv_reader *r = csv_open(from_content, &c, &options);
	struct csv_table t = { 0 };
	struct csv_row at = { 0 };
	rc_t rc;

	while ((rc = csv_next(r, &at, why)) == RC_OK) {
		keep(&t, &at);
		if (!t.n && has_twins(&t.header)) {
			*why = "names a column twice: remove one";
			rc = RC_INVALID;
			break;
		}
	}
	csv_close(r);
	*row = at.number;
	if (rc == RC_NOENT && !t.header.number) {
		*row = 0;
		*why = "has no header row";
		rc = RC_INVALID;
	}
	if (rc != RC_NOENT) {
		csv_table_free(&t);
		return RC_INVALID;
	}
	*out = t;
	return RC_OK;
}

static void row_clear(struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		free(row->cell[i]);
	*row = (struct csv_row){ 0 };
}

void csv_table_free(struct csv_table *t)
{
	row_clear(&t->header);
	for (size_t i = 0; i < t->n; i++)
		row_clear(&t->row[i]);
	free(t->row);
	*t = (struct csv_table){ 0 };
}

int csv_column(const struct csv_table *t, const char *heading)
{
	for (size_t i = 0; i < t->header.n; i++)
		if (strcasecmp(t->header.cell[i], heading) == 0)
			return (int)i;
	return -1;
}

const char *csv_cell(const struct csv_row *r, int column)
{
	return column >= 0 && (size_t)column < r->n ? r->cell[column] : "";
}
