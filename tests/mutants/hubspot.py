"""Which known bugs of HubSpot connectors can be brought back into ours?"""

from tests.mutants.mutant import Mutant

READ, WRITE = "crm/hubspot/test_read.py", "crm/hubspot/test_write.py"
LOGIN = "crm/hubspot/test_login.py"
TIED, PULL = "crm/hubspot/test_associations.py", "jobs/test_pull_hubspot.py"

HUBSPOT = (
    Mutant(
        10, "what a search does not show is not asked for", "crm/hubspot/search.py",
        "            last = stamps[-1]\n",
        "            if total > 10_000:\n                return\n            last = stamps[-1]\n",
        f"{READ}::test_twenty_five_thousand_records_in_one_millisecond_are_all_read",
    ),
    Mutant(
        11, "a page of one stamp is walked by that stamp", "crm/hubspot/search.py",
        "            if stamps[0] == last:\n", "            if not stamps:\n",
        f"{READ}::test_twenty_five_thousand_records_in_one_millisecond_are_all_read",
    ),
    Mutant(
        12, "ids may come in any order", "crm/hubspot/search.py",
        "            if any(later <= earlier for", "            if all(later < 0 and earlier < 0 for",
        f"{READ}::test_a_search_that_compares_ids_as_text_or_not_at_all_is_found_out",
    ),
    Mutant(
        13, "the first page of associations is all of them", "crm/hubspot/associations.py",
        '                waiting.append({"id": record_id, "after": after})\n', "",
        f"{TIED}::test_a_record_with_any_number_of_associations_is_followed_to_its_last",
    ),
    Mutant(
        13, "a record that cannot be answered for hangs on nothing", "crm/hubspot/associations.py",
        '        if error.get("category") != NOTHING:\n', "        if not error:\n",
        f"{TIED}::test_a_record_that_cannot_be_answered_for_is_never_taken_for_one_without_associations",
    ),
    Mutant(
        14, "what moves without a stamp is looked for once a week", "store/bookmarks.py",
        " and bookmark.stream not in WITHOUT_STAMP", "",
        "store/test_bookmarks.py::test_what_comes_and_goes_without_a_stamp_is_swept_nightly_however_much_it_is",
    ),
    Mutant(
        14, "the mirror of an association is believed to be stamped", "crm/hubspot/streams.py",
        "mirrors = tuple(column for column, field in fields.items() if field == MIRROR)", "mirrors = ()",
        f"{TIED}::test_the_column_that_mirrors_an_association_is_known_to_change_without_a_stamp",
    ),
    Mutant(
        15, "nobody looks at what was archived", "crm/hubspot/sources.py",
        "        for page in self._objects([self.stamp]).all(archived=True):\n", "        for page in ():\n",
        f"{PULL}::test_archived_restored_and_archived_again_ends_as_it_is",
    ),
    Mutant(
        16, "an old id is written to, and lands on another company", "crm/hubspot/write.py",
        "        merged = {outcome.account_id: outcome for outcome in self._merged(batch)}\n",
        "        merged: dict[str, Outcome] = {}\n",
        f"{WRITE}::test_a_company_merged_between_plan_and_push_is_not_written_under_its_old_id",
    ),
    Mutant(
        16, "the ids that a record absorbed stay alive", "crm/hubspot/sources.py",
        "        if self.is_merging:\n", "        if not self.type:\n",
        f"{PULL}::test_two_companies_that_became_one_are_one_with_the_next_run",
    ),
    Mutant(
        17, "what was written is looked for by a search", "crm/hubspot/write.py",
        "        for page in self._objects(names).read(list(sent)):\n",
        "        from connector.crm.hubspot.search import Search\n"
        "        from connector.engine.records import Window\n"
        "        ever = Window(None, self._transport.now())\n"
        "        for page in Search(self._transport, self._type, self._stamp, names).during(ever):\n",
        f"{WRITE}::test_a_write_with_an_unclear_end_is_read_back_by_id",
    ),
    Mutant(
        19, "a company that no answer speaks of counts as written", "crm/hubspot/write.py",
        '            yield from self._settled(rest, "the answer does not speak of this row", resends)\n',
        "            yield from (row.ends() for row in rest)\n",
        f"{WRITE}::test_an_answer_that_speaks_of_nothing_is_not_believed",
    ),
    Mutant(
        20, "one guilty company takes its whole batch along", "crm/hubspot/write.py",
        "        if len(batch) == 1:\n            yield failure(batch[0], error.code, str(error))\n",
        "        if batch:\n            yield from (failure(row, error.code, str(error)) for row in batch)\n",
        f"{WRITE}::test_good_rows_land_whatever_the_bad_ones",
    ),
    Mutant(
        21, "a day is told in seconds", "crm/hubspot/cells.py",
        "        return (cell.astimezone(UTC).date() if isinstance(cell, datetime) else cell).isoformat()\n",
        "        return str(int(datetime(cell.year, cell.month, cell.day, tzinfo=UTC).timestamp()))\n",
        f"{WRITE}::test_days_are_midnight_moments_are_utc_and_numbers_are_trimmed",
    ),
    Mutant(
        38, "a token that could not be had leaves a write in doubt", "crm/hubspot/login.py",
        "            raise NotSent(str(error)) from None\n", "            raise error\n",
        f"{LOGIN}::test_a_token_that_is_lost_on_its_way_is_asked_for_again_and_the_write_is_sent_once",
    ),
    Mutant(
        39, "every thread that finds HubSpot's token ended asks for another", "crm/hubspot/login.py",
        "            if self._token == stale:\n", "            if stale or not stale:\n",
        f"{LOGIN}::test_threads_that_find_the_same_token_ended_get_the_same_next_one",
    ),
    Mutant(
        39, "a token of HubSpot's that ended ends the run", "crm/hubspot/transport.py",
        "            heard = self._send(request, self.login.renew(token), pace)\n",
        "            self.login.renew(token)\n",
        f"{LOGIN}::test_a_token_that_ends_in_the_middle_of_a_pull_is_renewed_and_no_row_is_lost",
    ),
)  # fmt: skip
