package app.almanac.calendar;

import app.almanac.google.Event;

/** An event as one account has it. */
record Copy(AccountView account, String calendarName, Event event) {}
