package app.almanac.devices;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.thymeleaf.context.ILazyContextVariable;

/** Tells somebody of a new device of theirs on the next page of each other one, once. */
@ControllerAdvice(annotations = Controller.class)
class NewDevices {

    private final DeviceRows rows;
    private final DeviceCards cards;

    NewDevices(DeviceRows rows, DeviceCards cards) {
        this.rows = rows;
        this.cards = cards;
    }

    /** Lazy: a page that is shown reads it, and then it has been told; a redirect leaves it for the page after. */
    @ModelAttribute("newDevices")
    @Nullable
    ILazyContextVariable<List<DeviceCards.Card>> newDevices(HttpServletRequest request) {
        if (!DeviceGuard.hasNews(request)) {
            return null;
        }
        var own = DeviceGuard.own(request);
        return () -> told(own);
    }

    /** A page half-way out is not broken for this: then they are told on the next one. */
    private List<DeviceCards.Card> told(Device own) {
        try {
            var fresh = rows.newSince(own);
            fresh.stream()
                    .map(Device::firstSeen)
                    .max(Comparator.naturalOrder())
                    .ifPresent(until -> rows.told(own.id(), until));
            return cards.of(fresh, own);
        } catch (DataAccessException later) {
            return List.of();
        }
    }
}
