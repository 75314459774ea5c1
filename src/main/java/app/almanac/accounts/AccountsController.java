package app.almanac.accounts;

import app.almanac.google.Calendar;
import app.almanac.google.GoogleCalendarAnswer;
import app.almanac.google.GoogleCalendars;
import app.almanac.security.CurrentPerson;
import app.almanac.upstream.Upstream;
import app.almanac.web.Notices;
import app.almanac.web.PageCounts;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The connected accounts, each with its state, which is asked of Google within the page's budget. */
@Controller
class AccountsController {

    /** One account as the page shows it; {@code state} and {@code reason} are words of the contract and of the texts. */
    record AccountCard(String id, String email, int colour, String state, String reason, List<String> calendars) {}

    private final ConnectedAccounts accounts;
    private final GoogleCalendars calendars;
    private final ConnectSettings settings;
    private final Notices notices;
    private final PageBudget budget;
    private final ExecutorService threads = Upstream.threads();

    AccountsController(
            ConnectedAccounts accounts,
            GoogleCalendars calendars,
            ConnectSettings settings,
            Notices notices,
            PageBudget budget) {
        this.accounts = accounts;
        this.calendars = calendars;
        this.settings = settings;
        this.notices = notices;
        this.budget = budget;
    }

    @GetMapping("/accounts")
    String accounts(@AuthenticationPrincipal CurrentPerson person, HttpSession session, Model model) {
        var deadline = budget.deadline();
        var known = accounts.of(person.id());
        var cards = known.accounts().stream()
                .map(account -> threads.submit(() -> card(account, known.linksKnown())))
                .toList();
        var shown = new java.util.ArrayList<AccountCard>();
        for (int i = 0; i < cards.size(); i++) {
            shown.add(within(deadline, cards.get(i), known.accounts().get(i)));
        }
        shown.forEach(card -> PageCounts.account("accounts", card.state(), card.reason()));
        if (shown.stream().anyMatch(card -> card.state().equals("loading"))) {
            PageCounts.overrun("accounts");
        }
        model.addAttribute("accounts", shown);
        model.addAttribute("notice", notices.take(session));
        model.addAttribute("limit", settings.accountsLimit());
        model.addAttribute("atLimit", shown.size() >= settings.accountsLimit());
        return "accounts/accounts";
    }

    private static AccountCard within(long deadline, Future<AccountCard> card, ConnectedAccount account) {
        try {
            return card.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            return card(account, "loading", "google-slow", List.of());
        } catch (ExecutionException e) {
            throw new IllegalStateException("an account's state could not be found", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return card(account, "loading", "google-slow", List.of());
        }
    }

    private AccountCard card(ConnectedAccount account, boolean linksKnown) {
        var token = account.refreshToken();
        if (!linksKnown) {
            return card(account, "unreachable", "fusionauth-down", List.of());
        }
        if (token == null) {
            return card(account, "reconnect-needed", "blank", List.of());
        }
        return switch (calendars.list(token)) {
            case GoogleCalendarAnswer.Loaded(var loaded, var ignored) ->
                card(
                        account,
                        "connected",
                        "ok",
                        loaded.stream().map(Calendar::name).toList());
            case GoogleCalendarAnswer.ReconnectNeeded(var organisation) ->
                card(account, "reconnect-needed", organisation ? "organisation" : "dead", List.of());
            case GoogleCalendarAnswer.PermissionMissing ignored ->
                card(account, "calendar-permission-missing", "permission", List.of());
            case GoogleCalendarAnswer.Unreachable(var cause) ->
                card(
                        account,
                        "unreachable",
                        switch (cause) {
                            case DOWN -> "google-down";
                            case SLOW -> "google-slow";
                            case BUSY -> "google-busy";
                            case OPERATOR -> "operator";
                        },
                        List.of());
        };
    }

    private static AccountCard card(ConnectedAccount account, String state, String reason, List<String> calendars) {
        return new AccountCard(account.id().toString(), account.email(), account.colour(), state, reason, calendars);
    }
}
