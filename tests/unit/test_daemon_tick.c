/* The tick against a store of our own that refuses what each test wants refused. */
#include "daemon/tick.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a store that writes down what it is asked ---- */

static struct {
	char log[4000];
	int begin_fails, commit_fails; /* so many next calls fail */
	rc_t begin_rc, commit_rc;
	bool open, lose_group;
} fake;

static void noted(const char *word)
{
	strncat(fake.log, word, sizeof fake.log - strlen(fake.log) - 1);
}

rc_t store_begin(struct store *s)
{
	(void)s;
	if (fake.begin_fails > 0 && fake.begin_fails--)
		return fake.begin_rc;
	noted("(");
	fake.open = true;
	return RC_OK;
}

rc_t store_commit(struct store *s)
{
	(void)s;
	if (fake.commit_fails > 0 && fake.commit_fails--)
		return fake.commit_rc;
	fake.open = false;
	noted(")");
	return RC_OK;
}

void store_rollback(struct store *s)
{
	(void)s;
	fake.open = false;
	noted("!");
}

rc_t store_mark(struct store *s)
{
	(void)s;
	return RC_OK;
}

rc_t store_release(struct store *s)
{
	(void)s;
	return RC_OK;
}

void store_undo(struct store *s)
{
	(void)s;
	noted("~");
}

bool store_in_transaction(const struct store *s)
{
	(void)s;
	return fake.open;
}

const char *store_detail(const struct store *s)
{
	(void)s;
	return "fake";
}

void channel_hold(struct channel *c, bool held)
{
	(void)c;
	noted(held ? "h" : "H");
}

/* ---- inputs: a letter that is written when it runs, in capitals as effect ---- */

struct letter {
	char c;
	rc_t rc;
	int times; /* so often it fails, then it is well */
};
static int ran[128];

static void shout(struct daemon *d, struct modem *m, void *data)
{
	char word[2] = { (char)(*(char *)data - 'a' + 'A'), 0 };

	(void)d, (void)m;
	noted(word);
}

static rc_t run_letter(struct daemon *d, struct modem *m, void *data)
{
	struct letter *l = data;
	char word[2] = { l->c, 0 };

	noted(word);
	tick_effect(d, m, shout, &l->c, 1);
	if (ran[(unsigned char)l->c]++ >= l->times)
		return RC_OK;
	if (fake.lose_group)
		fake.open = false;
	return l->rc;
}

static void refuse_letter(struct daemon *d, struct modem *m, void *data)
{
	(void)d, (void)m, (void)data;
	noted("x");
}

static const struct tick_input letter_input = {
	.name = "letter", .run = run_letter, .refused = refuse_letter, .size = sizeof(struct letter)
};
static struct daemon d;

static int set_up(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof fake);
	memset(ran, 0, sizeof ran);
	memset(&d, 0, sizeof d);
	d.base = event_base_new();
	event_base_priority_init(d.base, 2);
	d.tick = tick_new(&d);
	log_open("test", LOG_LVL_ERR);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tick_free(d.tick);
	event_base_free(d.base);
	return 0;
}

static void add(char c, rc_t rc, int times)
{
	struct letter l = { c, rc, times };

	tick_add(&d, NULL, &letter_input, &l);
}

/* Lets the loop run until nothing is left; timers of the tick are waited for. */
static void drain(void)
{
	while (tick_waiting(&d, NULL) > 0)
		event_base_loop(d.base, EVLOOP_ONCE);
}

static void a_loop_turn_is_one_transaction_and_effects_follow_it(void **state)
{
	(void)state;
	add('a', RC_OK, 0);
	add('b', RC_OK, 0);
	add('c', RC_OK, 0);
	assert_string_equal(fake.log, ""); /* nothing before the loop has drained */
	drain();
	assert_string_equal(fake.log, "(abc)ABC");
}

static void a_refused_input_is_undone_alone(void **state)
{
	(void)state;
	add('a', RC_OK, 0);
	add('b', RC_INVALID, 1);
	add('c', RC_OK, 0);
	drain();
	assert_string_equal(fake.log, "(ab~c)xAC"); /* no B: its effect is forgotten */
}

static void a_failing_input_is_kept_and_does_not_stop_the_others(void **state)
{
	(void)state;
	add('a', RC_IO, 1);
	add('b', RC_OK, 0);
	drain();
	assert_string_equal(fake.log, "(a~b)B(a)A");
}

static void new_inputs_do_not_wait_for_a_kept_one(void **state)
{
	(void)state;
	add('a', RC_IO, 2);
	event_base_loop(d.base, EVLOOP_ONCE);
	assert_string_equal(fake.log, "(a~)");
	add('b', RC_OK, 0);
	event_base_loop(d.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	assert_string_equal(fake.log, "(a~)(a~b)B");
	drain();
}

static void a_failed_group_runs_again_one_by_one(void **state)
{
	(void)state;
	fake.commit_fails = 1;
	fake.commit_rc = RC_FULL;
	add('a', RC_OK, 0);
	add('b', RC_OK, 0);
	drain();
	assert_string_equal(fake.log, "(ab!(a)A(b)B");
}

static void an_input_that_takes_the_group_down_costs_only_itself(void **state)
{
	(void)state;
	fake.lose_group = true;
	add('a', RC_FULL, 2);
	add('b', RC_OK, 0);
	add('c', RC_OK, 0);
	drain();
	/* group lost at a; alone it is lost again and goes behind; b and c are not held up */
	assert_string_equal(fake.log, "(a!(a!(b)B(c)C(a)A");
}

static void nothing_is_acknowledged_while_the_store_is_down(void **state)
{
	(void)state;
	fake.begin_fails = 1;
	fake.begin_rc = RC_FULL;
	add('a', RC_OK, 0);
	event_base_loop(d.base, EVLOOP_ONCE);
	assert_string_equal(fake.log, "");
	assert_false(tick_store_ok(&d));
	add('b', RC_OK, 0);
	drain();
	assert_true(tick_store_ok(&d));
	assert_string_equal(fake.log, "(ab)AB");
}

static void a_busy_store_is_tried_again_without_waiting_in_the_loop(void **state)
{
	(void)state;
	fake.begin_fails = 3;
	fake.begin_rc = RC_AGAIN;
	add('a', RC_OK, 0);
	drain();
	assert_true(tick_store_ok(&d));
	assert_string_equal(fake.log, "(a)A");
}

static void a_full_group_commits_without_waiting_for_the_loop(void **state)
{
	(void)state;
	for (int i = 0; i < GROUP_MAX; i++)
		add('a', RC_OK, 0);
	assert_int_equal(
	        tick_waiting(&d, NULL), 0); /* under steady load "drained" would never come */
}

static void a_failed_sync_ends_the_process(void **state)
{
	(void)state;
	pid_t child = fork();

	if (child == 0) {
		fake.commit_fails = 1;
		fake.commit_rc = RC_IO;
		add('a', RC_OK, 0);
		tick_flush(&d);
		_exit(0); /* it lived on: wrong */
	}
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_loop_turn_is_one_transaction_and_effects_follow_it),
		T(a_refused_input_is_undone_alone),
		T(a_failing_input_is_kept_and_does_not_stop_the_others),
		T(new_inputs_do_not_wait_for_a_kept_one),
		T(a_failed_group_runs_again_one_by_one),
		T(an_input_that_takes_the_group_down_costs_only_itself),
		T(nothing_is_acknowledged_while_the_store_is_down),
		T(a_busy_store_is_tried_again_without_waiting_in_the_loop),
		T(a_full_group_commits_without_waiting_for_the_loop),
		T(a_failed_sync_ends_the_process),
	};

	return cmocka_run_group_tests_name("tick", tests, NULL, NULL);
}
