package app.almanac.web;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What came of somebody's last action, to be told on the next page. {@code outcome} is the word in
 * {@code data-outcome}; {@code email} names the viewer's account it is about; {@code otherRoute} is one to offer.
 */
public record Notice(
        String outcome, @Nullable String email, @Nullable String otherRoute) implements Serializable {

    @Override
    public String toString() {
        return "Notice[" + outcome + "]";
    }
}
