"""Rows of the fault plan that other tests hold, without a process of their own; `test_rows.py` keeps the names true."""

ELSEWHERE: dict[str, tuple[str, ...]] = {
    "F7": (
        "tests/dates/test_properties.py::test_a_count_over_a_clock_change_ends_at_five_in_london",
        "tests/dates/test_properties.py::test_a_bank_holiday_announced_late_moves_what_counts_over_it_and_nothing_else",
        "tests/dates/test_properties.py::test_months_are_clipped_to_the_end_of_a_month_as_a_slow_count_clips_them",
        "tests/dates/test_worked_dates.py::test_a_worked_date_comes_out_of_the_pack_that_carries_its_clause",
        "tests/scenario/test_what_a_holiday_moved.py::test_the_list_names_each_deadline_that_moved_who_was_told_and_who_was_corrected",
    ),
    "F19": (
        "tests/integrations/smtp/test_storm.py::test_notices_in_a_storm",
        "tests/integrations/smtp/test_smtp.py::test_each_misbehaviour_has_its_answer",
        "tests/integrations/smtp/test_smtp.py::test_a_server_that_drips_cannot_outlast_the_deadline",
        "tests/faults/test_mail_failures.py::test_nothing_is_lost_while_the_mail_server_is_down",
        "tests/faults/test_mail_failures.py::test_one_recipient_who_hangs_holds_up_no_other",
        "tests/faults/test_mail_failures.py::test_a_refused_address_is_passed_on_and_stands_in_status",
    ),
    "F20": (
        "tests/integrations/teams/test_storm.py::test_cards_in_a_storm",
        "tests/integrations/teams/test_pace.py::test_where_teams_asks_for_patience_nobody_writes_there_until_then",
        "tests/integrations/microsoft365/test_storm.py::test_notices_through_a_storm_arrive_once_each",
        "tests/integrations/teams/test_limit.py::test_a_workflow_that_takes_four_a_second_is_hardly_asked_in_vain",
        "tests/integrations/microsoft365/test_limit.py::test_a_mailbox_that_takes_four_a_second_is_hardly_asked_in_vain",
        "tests/integrations/exchange/test_limit.py::test_a_server_that_takes_four_a_second_is_hardly_asked_in_vain",
        "tests/integrations/exchange/test_patience.py::test_nobody_asks_a_server_before_it_is_willing_again",
        "tests/integrations/microsoft365/test_mail.py::test_a_retry_after_shuts_the_mailbox_until_then",
        "tests/integrations/govuk_notify/test_storm.py::test_notices_in_a_storm",
        "tests/integrations/rest_api/test_misbehaving.py::test_every_fault_has_its_sentence",
        "tests/integrations/rest_api/test_misbehaving.py::test_what_it_gives_in_all_is_bounded",
    ),
    "F21": (
        "tests/integrations/microsoft365/test_pace.py::test_what_is_urgent_finds_the_room_that_was_kept_for_it",
        "tests/integrations/microsoft365/test_pace.py::test_who_is_urgent_goes_first_and_who_gave_up_holds_no_place",
        "tests/faults/test_mail_failures.py::test_an_urgent_message_passes_routine_ones_that_hang",
    ),
    "F23": (
        "tests/scenario/test_feed_alarms.py::test_the_alarm_comes_within_a_minute_of_the_limit_and_nothing_is_called_off",
        "tests/faults/test_feeds.py::test_a_rung_waits_while_the_folder_that_it_relies_on_is_gone",
        "tests/scenario/test_feeds_that_shrink.py::test_a_reading_that_has_lost_a_share_of_its_rows_is_not_taken",
        "tests/integrations/csv_files/test_drops.py::test_a_lost_column_of_the_conference_sheet_is_noticed_after_a_restart",
        "tests/integrations/csv_files/test_drops.py::test_a_conference_sheet_that_cannot_be_used_leaves_the_last_good_state",
        "tests/scenario/test_stale_data.py::test_past_the_limit_the_responsible_people_and_the_operator_hear_and_nobody_above",
    ),
    "F24": (
        "tests/scenario/test_stale_data.py::test_data_older_than_what_we_know_takes_nothing_back",
        "tests/store/test_races.py::test_an_older_reading_that_comes_late_changes_nothing",
        "tests/doors/posting/test_records.py::test_the_same_again_changes_nothing_and_what_is_older_never_wins",
        "tests/integrations/csv_files/test_bad_rows.py::test_the_same_row_twice_is_one_conference",
        "tests/scenario/test_old_drops.py::test_an_old_sheet_beside_a_newer_one_takes_nothing_back",
        "tests/scenario/test_feeds_that_shrink.py::test_an_older_export_with_fewer_rows_is_older_and_no_failure",
    ),
    "F25": (
        "tests/integrations/csv_files/test_bad_rows.py::test_whatever_bad_rows_hold_good_rows_are_read_and_bad_ones_listed",
        "tests/integrations/csv_files/test_bad_rows.py::test_no_bytes_bring_the_reader_down",
        "tests/integrations/rest_api/test_any_json.py::test_whatever_a_row_is_the_others_are_read",
        "tests/integrations/cin_census/test_bad_files.py::test_whatever_stands_in_one_child_every_other_is_read_and_nothing_breaks",
        "tests/integrations/annex_a/test_bad_workbooks.py::test_whatever_stands_in_other_rows_every_good_one_is_read",
    ),
    "F26": (
        "tests/rulebook/test_shipped.py::test_a_thousand_slips_of_the_pen_never_crash_and_never_load_half",
        "tests/unit/test_rulebook_mistakes.py::test_no_mutation_of_the_policies_is_ever_more_than_a_list_of_problems",
        "tests/faults/test_tuning.py::test_a_sound_change_is_in_force_within_seconds_and_a_bad_one_never",
        "tests/scenario/test_half_copied_folder.py::test_a_folder_that_has_lost_all_its_changes_is_not_taken_up_nor_after_a_restart",
    ),
    "F27": (
        "tests/scenario/test_answer_races.py::test_once_an_answer_stands_no_send_about_its_case_begins",
    ),
    "F28": (
        "tests/doors/posting/test_records.py::test_the_door_keeps_to_its_description",
        "tests/stoke_story/test_link_scanner.py::test_the_story_is_the_same_with_a_scanner_before_every_mailbox",
        "tests/stoke_story/test_link_scanner.py::test_a_robot_that_fills_in_every_form_ends_no_duty_and_decides_nothing",
    ),
}
