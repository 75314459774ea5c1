package app.almanac.accounts;

import app.almanac.fusionauth.PersonId;
import app.almanac.google.Calendar;
import app.almanac.google.GoogleCalendarAnswer;
import app.almanac.google.GoogleCalendars;
import app.almanac.security.CurrentPerson;
import app.almanac.upstream.Upstream;
import app.almanac.web.Notices;
import app.almanac.web.PageCounts;
import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
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
        var begun = System.nanoTime();
        var known = accounts.of(person.id());
        var cards = known.accounts().stream()
                .map(account -> threads.submit(() -> card(person.id(), account, known.linksKnown())))
                .toList();
        budget.await(cards, begun);
        var shown = new ArrayList<AccountCard>();
        for (int i = 0; i < cards.size(); i++) {
            shown.add(answered(cards.get(i), known.accounts().get(i)));
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

    private static AccountCard answered(Future<AccountCard> card, ConnectedAccount account) {
        try {
            return card.get(0, TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            return card(account, AccountState.SLOW, List.of());
        } catch (ExecutionException e) {
            AccountState.logSurprise(e);
            return card(account, AccountState.SURPRISING, List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return card(account, AccountState.SLOW, List.of());
        }
    }

    private AccountCard card(PersonId person, ConnectedAccount account, boolean linksKnown) {
        var token = account.refreshToken();
        if (!linksKnown) {
            return card(account, AccountState.NO_LINKS, List.of());
        }
        if (token == null) {
            return card(account, AccountState.BLANK, List.of());
        }
        var answer = calendars.list(person.value(), token);
        return card(
                account,
                AccountState.of(answer),
                answer instanceof GoogleCalendarAnswer.Loaded(var loaded, var ignored)
                        ? loaded.stream().map(Calendar::name).toList()
                        : List.of());
    }

    private static AccountCard card(ConnectedAccount account, AccountState state, List<String> calendars) {
        return new AccountCard(
                account.id().toString(), account.email(), account.colour(), state.state(), state.reason(), calendars);
    }
}
