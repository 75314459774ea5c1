package app.almanac.fusionauth;

import java.util.List;

/** What FusionAuth says of one person's links. */
public sealed interface LinksAnswer {

    /** All links of that person at the configured identity provider. */
    record Known(List<IdentityProviderLink> links) implements LinksAnswer {}

    /** FusionAuth did not answer, or refuses our key. */
    record Unavailable() implements LinksAnswer {}
}
