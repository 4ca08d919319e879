"""Which known bugs of other connectors can be brought back into ours, by which change, and which test sees it?
"""

from tests.mutants.hubspot import HUBSPOT
from tests.mutants.mutant import Mutant

READ, WRITE = "crm/salesforce/test_read.py", "crm/salesforce/test_write.py"

READING = (
    Mutant(
        1, "the cursor is the newest stamp seen, without overlap", "store/bookmarks.py",
        "bookmark.upper_edge) - OVERLAP\n", "bookmark.upper_edge)\n",
        "store/test_bookmarks.py::test_no_change_is_lost_when_rows_show_up_nine_minutes_late",
    ),
    Mutant(
        1, "the cursor is the last upper edge, whatever was seen", "store/bookmarks.py",
        "min(bookmark.max_seen or bookmark.upper_edge, bookmark.upper_edge)", "bookmark.upper_edge",
        "store/test_bookmarks.py::test_a_quiet_stream_is_read_again_from_its_newest_row",
    ),
    Mutant(
        1, "nobody ever compares all ids and stamps", "store/bookmarks.py",
        "return bookmark.swept_at is None or server_now - bookmark.swept_at >= every", "return False and bool(every)",
        "jobs/test_pull.py::test_a_row_that_shows_up_much_later_is_found_by_the_daily_sweep",
    ),
    Mutant(
        2, "rows with the stamp of the last row are passed over", "crm/salesforce/question.py",
        "({stamp} > {value} OR ({stamp} = {value} AND {self.order[1]} > {row}))", "({stamp} > {value})",
        f"{READ}::test_a_result_whose_place_is_lost_is_read_on_behind_the_last_row",
    ),
    Mutant(
        3, "the bookmark is kept before its rows", "store/streams.py",
        "        newer, changed = keep(", "        move_bookmark(store, crm, bookmark)\n"
        "        store.connection.commit()\n        store.connection.begin()\n        newer, changed = keep(",
        "store/test_streams.py::test_an_answer_that_turns_out_incomplete_leaves_no_row_and_no_bookmark",
    ),
    Mutant(
        4, "pages that came before a fault count as the window", "store/streams.py",
        "                self.fault = fault\n                raise\n", "                return None\n",
        "jobs/test_pull.py::test_a_fault_in_the_middle_keeps_the_streams_before_and_nothing_of_its_own",
    ),
    Mutant(
        5, "rows that left the window while it was read are kept", "crm/salesforce/read.py",
        "    kept = table.filter(inside)\n", "    kept = table\n",
        f"{READ}::test_a_row_that_moved_on_while_we_read_is_left_to_its_new_window",
    ),
    Mutant(
        6, "a short page is the last", "crm/salesforce/rest.py",
        "        if page.following is None:\n", "        if len(page.records) < PAGE_ROWS:\n",
        f"{READ}::test_a_short_or_empty_page_in_the_middle_is_not_the_end",
    ),
    Mutant(
        6, "nobody counts what came against what was announced", "crm/salesforce/rest.py",
        "    if seen != total:\n", "    if seen > total:\n",
        f"{READ}::test_rows_that_are_not_as_many_as_announced_are_no_answer",
    ),
    Mutant(
        7, "a first load quietly begins two years back", "store/bookmarks.py",
        "return Window(None, until)", "return Window(until - timedelta(days=730), until)",
        "torture/test_bounds.py::test_a_first_sync_reads_rows_of_any_age",
    ),
    Mutant(
        8, "a new mapping of a stream leaves its old rows as they are", "jobs/pull.py",
        "known.source == self._source(stream)", "bool(known.source)",
        "jobs/test_pull.py::test_a_new_mapping_of_a_stream_has_it_read_again",
    ),
    Mutant(
        8, "a store of a newer version is written to", "store/database.py",
        "    if version > STORE_VERSION:\n", "    if version < 0:\n",
        "store/test_database.py::test_a_store_of_a_newer_version_is_left_alone",
    ),
    Mutant(
        9, "a time is told in whatever zone it has", "crm/salesforce/soql.py",
        'value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")', 'value.strftime("%Y-%m-%dT%H:%M:%SZ")',
        "crm/salesforce/test_soql.py::test_a_time_is_told_in_utc_wherever_we_are",
    ),
    Mutant(
        16, "records merged into others stand for themselves", "engine/sql/standing.sql",
        "FROM nouns.account WHERE is_deleted AND master_id IS NOT NULL", "FROM nouns.account WHERE FALSE",
        "backend/test_identity.py::test_merging_accounts_conserves_minutes_along_the_whole_chain",
    ),
    Mutant(
        18, "whoever asks us to slow down is asked again at once", "crm/retry.py",
        "asked = error.seconds if isinstance(error, SlowDown) else 0.0", "asked = 0.0",
        "crm/test_retry.py::test_whoever_asks_us_to_slow_down_gets_at_least_the_time_asked_for",
    ),
    Mutant(
        22, "a row that was merely touched counts as changed", "store/streams.py",
        "t.id IS NULL OR {differs} AS differs", "TRUE AS differs",
        "store/test_streams.py::test_a_task_that_was_merely_touched_does_not_count_as_changed",
    ),
    Mutant(
        23, "a first load takes all the memory it may", "store/streams.py",
        "with store.frugal(), _moving(", "with _moving(",
        "store/test_streams.py::test_a_first_load_is_frugal_and_what_follows_has_the_usual_limits",
    ),
    Mutant(
        23, "all pages of a window are held before the first is kept", "crm/salesforce/client.py",
        "yield from ahead(self._reader.during(self._question(reading, stream), reading.stamp, window))",
        "yield from list(self._reader.during(self._question(reading, stream), reading.stamp, window))",
        "torture/test_bounds.py::test_pages_are_read_as_they_are_wanted",
    ),
    Mutant(
        24, "a locator that repeats is followed", "crm/salesforce/bulk.py",
        "        if locator in visited:\n", "        if locator in ():\n",
        f"{READ}::test_bulk_rows_that_are_not_as_many_as_announced_are_no_answer",
    ),
    Mutant(
        24, "a page without a locator is the last", "crm/salesforce/bulk.py",
        'answer.headers.get("Sforce-Locator", "")', 'answer.headers.get("Sforce-Locator", LAST)',
        f"{READ}::test_bulk_rows_that_are_not_as_many_as_announced_are_no_answer",
    ),
    Mutant(
        25, "a text that reads NA is taken for nothing", "crm/salesforce/rows.py",
        'null_values=[""]', 'null_values=["", "NA", "NULL", "null", "#N/A"]',
        "crm/salesforce/test_rows.py::test_only_an_empty_cell_is_nothing",
    ),
    Mutant(
        25, "a NUL goes on into the store", "crm/salesforce/rows.py",
        'yield chunk.replace(b"\\0", b"") if b"\\0" in chunk else chunk', "yield chunk",
        "crm/salesforce/test_rows.py::test_a_nul_is_taken_out_over_rest_and_bulk_alike",
    ),
    Mutant(
        26, "an address is asked for as a whole", "crm/salesforce/streams.py",
        "        if field.type in COMPOUND:\n", "        if field.type in ():\n",
        "crm/salesforce/test_streams.py::test_all_faults_are_told_at_once_with_their_place_and_the_name_that_was_meant",
    ),
    Mutant(
        27, "what changes without a trace is never read again", "jobs/pull.py",
        "if not formulas or not is_refresh_due(latest, held, self.now):", "if formulas or held >= 0:",
        "jobs/test_pull.py::test_what_changes_without_a_trace_is_read_again_once_a_day",
    ),
    Mutant(
        27, "nobody says that a formula changes without a trace", "crm/salesforce/streams.py",
        'if field.is_calculated or "." in path)', "if False and (field, path))",
        "crm/salesforce/test_streams.py::test_formulas_and_fields_of_parents_are_named_as_what_goes_stale",
    ),
    Mutant(
        28, "what an org looked like once is believed for ever", "crm/salesforce/describe.py",
        "        self._known.clear()\n", "        self._known.update()\n",
        "crm/salesforce/test_streams.py::test_a_lost_permission_shows_at_the_next_run",
    ),
    Mutant(
        29, "deleted and archived rows are not asked for", "crm/salesforce/client.py",
        "hidden=reading.keeps_deleted", "hidden=False",
        f"{READ}::test_deleted_and_archived_activities_are_read_too",
    ),
    Mutant(
        29, "nobody asks what was deleted for good", "jobs/pull.py",
        "        if self.now - since > DELETES_KEPT:\n", "        if self.now >= since:\n",
        "jobs/test_pull.py::test_a_deleted_row_is_buried_when_the_crm_tells_of_it",
    ),
    Mutant(
        30, "each invited user's copy of a meeting counts", "engine/sql/events.sql",
        "WHEN event.is_child THEN 'child'", "WHEN FALSE THEN 'child'",
        "backend/test_meetings.py::test_what_was_not_a_meeting_with_them_is_left_out_with_its_reason",
    ),
    Mutant(
        31, "an activity belongs only to the account on its own record", "engine/sql/activities.sql",
        "coalesce(direct.account_no, related.account_no) AS account_no", "direct.account_no AS account_no",
        "backend/test_whose.py::test_the_account_is_that_of_the_record_else_of_the_person",
    ),
    Mutant(
        32, "a converted lead and its contact are two people", "engine/sql/standing.sql",
        "WHERE NOT lead.is_deleted AND lead.is_converted", "WHERE FALSE",
        "backend/test_identity.py::test_converting_a_lead_conserves_its_minutes",
    ),
    Mutant(
        33, "a window that is too much is not made narrower", "crm/salesforce/read.py",
        "        except TooMuch as error:\n", "        except TooMuch as error:\n            raise\n",
        f"{READ}::test_a_window_that_is_too_much_is_read_in_halves",
    ),
)  # fmt: skip

WRITING = (
    Mutant(
        19, "a row without a result counts as written", "crm/salesforce/collections.py",
        "    if not isinstance(answer, list) or len(answer) != len(batch):\n        return []\n",
        "    answer = [*(answer or ()), *({'success': True} for _ in batch)][: len(batch)]\n",
        "torture/test_bounds.py::test_an_empty_answer_to_a_write_is_no_success",
    ),
    Mutant(
        20, "one guilty row takes its whole batch along", "crm/salesforce/collections.py",
        "        if len(batch) == 1:\n            yield batch[0].ends(error.code",
        "        if batch:\n            yield from (row.ends(error.code or 'REJECTED', '') for row in batch[1:])\n"
        "            yield batch[0].ends(error.code",
        f"{WRITE}::test_a_batch_refused_as_a_whole_is_halved_down_to_the_guilty_rows",
    ),
    Mutant(
        34, "an emptied field is left as it was over Bulk", "crm/salesforce/cells.py",
        "    if cell is None:\n        return CLEAR\n", '    if cell is None:\n        return ""\n',
        f"{WRITE}::test_clear_means_clear_and_leave_means_leave",
    ),
    Mutant(
        34, "all rows of a job have the columns of the first", "crm/salesforce/ingest.py",
        "            alike[tuple(row.cells)].append(row)\n", "            alike[tuple(rows[0].cells)].append(row)\n",
        "crm/salesforce/test_ingest.py::test_rows_that_differ_in_their_fields_go_by_different_jobs_with_a_fixed_header",
    ),
    Mutant(
        35, "rows a job does not mention count as written", "crm/salesforce/ingest.py",
        "told = (row.key in ok, row.key in failed", "told = (row.key not in {*failed, *untried}, row.key in failed",
        "crm/salesforce/test_ingest.py::test_rows_a_job_says_nothing_of_are_read_back",
    ),
    Mutant(
        36, "a locked row is given up at once", "crm/salesforce/collections.py",
        "ROUNDS = (BATCH_ROWS, 50, 10, 1, 1)", "ROUNDS = (BATCH_ROWS,)",
        f"{WRITE}::test_rows_that_are_locked_for_a_while_all_land",
    ),
    Mutant(
        36, "accounts are written in any order", "crm/salesforce/cells.py",
        "key=lambda row: row.order)", "key=lambda row: row.key[::-1])",
        f"{WRITE}::test_accounts_of_one_parent_go_side_by_side",
    ),
    Mutant(
        37, "duplicate rules are passed without being asked to", "crm/salesforce/write.py",
        "(ALERTS_PASS if pass_alerts else {})", "ALERTS_PASS",
        f"{WRITE}::test_an_alert_of_a_duplicate_rule_is_passed_only_when_asked",
    ),
    Mutant(
        38, "a write whose answer never came counts as done", "crm/doubt.py",
        "held = {row.account_id for row in read_back(rows)}", "held = {row.account_id for row in rows}",
        f"{WRITE}::test_one_fault_at_any_call_loses_and_doubles_nothing",
    ),
    Mutant(
        38, "a write whose answer never came is sent again unseen", "crm/doubt.py",
        "held = {row.account_id for row in read_back(rows)}", "held = set[str]()",
        f"{WRITE}::test_an_answer_that_never_comes_is_read_back_and_not_sent_twice",
    ),
)  # fmt: skip

RUNNING = (
    Mutant(
        39, "the end of the day's calls ends a run as a success", "jobs/pull.py",
        "            self._stream(stream, bookmark, is_new=stream.name not in known)\n",
        "            try:\n                self._stream(stream, bookmark, is_new=stream.name not in known)\n"
        "            except Exception as error:\n                if type(error).__name__ != 'BudgetReached':\n"
        "                    raise\n                return\n",
        "jobs/test_sync.py::test_a_stream_that_fails_stops_before_anything_is_scored",
    ),
    Mutant(
        39, "every thread that finds the token expired logs in", "crm/salesforce/login.py",
        "            if self._token is None or self._token is stale:\n", "            if True:\n",
        "crm/salesforce/test_login.py::test_eight_threads_that_find_the_token_expired_log_in_once",
    ),
    Mutant(
        39, "a token that expired ends the run", "crm/salesforce/transport.py",
        "                token = self._login.renew(token)\n", "                raise\n",
        "crm/salesforce/test_transport.py::test_a_token_that_expires_at_any_call_costs_a_login_only",
    ),
    Mutant(
        39, "no call is left to people", "crm/budget.py",
        "int(self._usage.limit * (1 - self._reserve))", "self._usage.limit",
        "crm/test_budget.py::test_a_fifth_of_the_day_is_left_to_people",
    ),
    Mutant(
        40, "a dry run works on the store itself", "jobs/perform.py",
        "copied(parts.home) as copy, opened(copy.store",
        "copied(parts.home), opened(make_home(parts.home.folder).store",
        "jobs/test_sync.py::test_a_dry_run_shows_the_plan_and_touches_nothing",
    ),
    Mutant(
        40, "a row that failed begins anew at each try", "store/journal.py",
        "CASE WHEN f.account_id IS NULL THEN 1 ELSE f.tries + 1 END", "1",
        "store/test_journal.py::test_a_failing_account_shows_how_often_and_since_when",
    ),
    Mutant(
        40, "a refused row leaves the run a success", "jobs/run.py",
        "return REFUSED if self.refused else 0", "return 0",
        "jobs/test_sync.py::test_a_refused_row_ends_the_run_with_three_and_is_tried_again",
    ),
    Mutant(
        40, "a success of long ago does not show", "worker.py",
        "if has_failed or is_late else HTTPStatus.OK", "if has_failed else HTTPStatus.OK",
        "test_worker.py::test_a_success_of_long_ago_shows_with_the_runs_that_were_missed",
    ),
    Mutant(
        40, "what is equal is written again", "engine/plan.py",
        "moved.any(axis=1) | (known & _is_stale(book, rules, at))", "moved.any(axis=1) | known",
        "jobs/test_sync.py::test_the_second_run_writes_nothing",
    ),
)  # fmt: skip

MUTANTS = (*READING, *WRITING, *RUNNING, *HUBSPOT)
