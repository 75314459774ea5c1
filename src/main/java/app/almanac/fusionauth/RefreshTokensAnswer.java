package app.almanac.fusionauth;

import java.util.List;

/** What FusionAuth says of one person's refresh tokens. */
public sealed interface RefreshTokensAnswer {

    /** All refresh tokens of that person for Almanac's application. */
    record Known(List<RefreshToken> tokens) implements RefreshTokensAnswer {}

    /** FusionAuth did not answer, or refuses our key. */
    record Unavailable() implements RefreshTokensAnswer {}
}
