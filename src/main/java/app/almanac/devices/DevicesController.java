package app.almanac.devices;

import app.almanac.security.CurrentPerson;
import app.almanac.security.HostedAuthorization;
import app.almanac.web.BadParameter;
import app.almanac.web.Notice;
import app.almanac.web.Notices;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriComponentsBuilder;

/** Where one is signed in, and the choice that somebody over the limit has to make. */
@Controller
class DevicesController {

    private static final int LONGEST_NAME = 40;

    private final Devices devices;
    private final DeviceRows rows;
    private final DeviceCards cards;
    private final DeviceSettings settings;
    private final Notices notices;
    private final RequestCache requestedPages;
    private final HostedAuthorization authorization;

    DevicesController(
            Devices devices,
            DeviceRows rows,
            DeviceCards cards,
            DeviceSettings settings,
            Notices notices,
            RequestCache requestedPages,
            HostedAuthorization authorization) {
        this.devices = devices;
        this.rows = rows;
        this.cards = cards;
        this.settings = settings;
        this.notices = notices;
        this.requestedPages = requestedPages;
        this.authorization = authorization;
    }

    @GetMapping("/devices")
    String devices(@AuthenticationPrincipal CurrentPerson person, HttpServletRequest request, Model model) {
        var own = DeviceGuard.own(request);
        var listing = devices.of(person.id());
        model.addAttribute("devices", cards.of(listing.devices(), own));
        model.addAttribute("complete", listing.complete());
        model.addAttribute("limit", settings.devicesLimit());
        model.addAttribute("notice", notices.take(request.getSession()));
        return "devices/devices";
    }

    @GetMapping(DeviceGuard.CHOICE)
    String choice(@AuthenticationPrincipal CurrentPerson person, HttpServletRequest request, Model model) {
        var own = DeviceGuard.own(request);
        if (!own.isWaiting()) {
            return "redirect:/devices";
        }
        var live = devices.of(person.id()).devices();
        model.addAttribute("devices", cards.of(live, own));
        model.addAttribute("tooMany", settings.tooMany(live.size()));
        model.addAttribute("limit", settings.devicesLimit());
        return "devices/choice";
    }

    /** There is room meanwhile: somebody else of theirs has made it. */
    @PostMapping(DeviceGuard.CHOICE)
    String goOn(HttpServletRequest request, HttpServletResponse response) {
        return devices.goOn(DeviceGuard.own(request)) ? onward(request, response) : "redirect:" + DeviceGuard.CHOICE;
    }

    @PostMapping("/devices/{id}/sign-out")
    String signOut(
            @PathVariable String id,
            @AuthenticationPrincipal CurrentPerson person,
            HttpServletRequest request,
            HttpServletResponse response)
            throws ServletException {
        var own = DeviceGuard.own(request);
        if (own.id().equals(parsed(id))) {
            request.logout();
            return "redirect:" + authorization.endOfSingleSignOn();
        }
        var ended = devices.signOut(person.id(), parsed(id), own, cards.name(own))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        return after(new Notice("device-signed-out", cards.name(ended), null), own, request, response);
    }

    @PostMapping("/devices/sign-out-others")
    String signOutOthers(
            @AuthenticationPrincipal CurrentPerson person, HttpServletRequest request, HttpServletResponse response) {
        var own = DeviceGuard.own(request);
        devices.signOutOthers(person.id(), own, cards.name(own));
        return after(new Notice("devices-signed-out", null, null), own, request, response);
    }

    @PostMapping("/devices/{id}/name")
    String name(
            @PathVariable String id,
            @RequestParam String name,
            @AuthenticationPrincipal CurrentPerson person,
            HttpServletRequest request) {
        var given = name.strip();
        if (given.codePointCount(0, given.length()) > LONGEST_NAME
                || given.codePoints().anyMatch(Character::isISOControl)) {
            throw new BadParameter("name");
        }
        var device = rows.of(person.id()).stream()
                .filter(candidate -> candidate.isLive() && candidate.id().equals(parsed(id)))
                .findFirst()
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        rows.name(device.id(), given.isEmpty() ? null : given);
        notices.leave(request.getSession(), new Notice("device-named", given.isEmpty() ? null : given, null));
        return "redirect:/devices";
    }

    /** Somebody who was waiting goes on to the page they wanted, or back to the choice; others stay with their devices. */
    private String after(Notice notice, Device own, HttpServletRequest request, HttpServletResponse response) {
        if (own.isWaiting()) {
            return goOn(request, response);
        }
        notices.leave(request.getSession(), notice);
        return "redirect:/devices";
    }

    private String onward(HttpServletRequest request, HttpServletResponse response) {
        var wanted = requestedPages.getRequest(request, response);
        requestedPages.removeRequest(request, response);
        if (wanted == null) {
            return "redirect:/calendar";
        }
        var address =
                UriComponentsBuilder.fromUriString(wanted.getRedirectUrl()).build();
        var query = address.getQuery();
        return "redirect:" + address.getPath() + (query == null ? "" : "?" + query);
    }

    private static UUID parsed(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException notAnId) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, null, notAnId);
        }
    }
}
