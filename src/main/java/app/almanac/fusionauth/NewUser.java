package app.almanac.fusionauth;

import app.almanac.upstream.Secret;

/** Somebody who asks to be let in: what they typed, and the code that they came with, or nothing. It prints as nothing. */
public record NewUser(String email, Secret password, String fullName, String inviteCode) {

    @Override
    public String toString() {
        return "NewUser[***]";
    }
}
