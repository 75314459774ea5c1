package app.almanac.accounts;

import app.almanac.google.GoogleCalendarAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How an account is shown: a word for its state, and one for why (docs/contract.md). */
public record AccountState(String state, String reason) {

    private static final Logger log = LoggerFactory.getLogger(AccountState.class);

    public static final AccountState SLOW = new AccountState("loading", "google-slow");
    public static final AccountState NO_LINKS = new AccountState("unreachable", "fusionauth-down");
    public static final AccountState BLANK = new AccountState("reconnect-needed", "blank");

    /** What is nobody's fault but ours looks like Google's being down, and hides no other account. */
    public static final AccountState SURPRISING = new AccountState("unreachable", "google-down");

    /** By the classes alone: messages of readers quote what they read. */
    public static void logSurprise(Throwable surprise) {
        var root = surprise;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        var frames = root.getStackTrace();
        log.error(
                "An account could not be read: {} at {}",
                root.getClass().getName(),
                frames.length == 0 ? "no place known" : frames[0]);
    }

    public static AccountState of(GoogleCalendarAnswer answer) {
        return switch (answer) {
            case GoogleCalendarAnswer.Loaded(var ignored, var listIncomplete) ->
                new AccountState("connected", listIncomplete ? "list-incomplete" : "ok");
            case GoogleCalendarAnswer.ReconnectNeeded(var organisation) ->
                new AccountState("reconnect-needed", organisation ? "organisation" : "dead");
            case GoogleCalendarAnswer.PermissionMissing ignored ->
                new AccountState("calendar-permission-missing", "permission");
            case GoogleCalendarAnswer.Unreachable(var cause) ->
                switch (cause) {
                    case DOWN -> new AccountState("unreachable", "google-down");
                    case SLOW -> new AccountState("unreachable", "google-slow");
                    case BUSY -> new AccountState("unreachable", "google-busy");
                    case OPERATOR -> new AccountState("unreachable", "operator");
                    case NO_PLACE -> SLOW;
                };
        };
    }
}
