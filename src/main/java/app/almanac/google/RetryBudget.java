package app.almanac.google;

/**
 * Allows one repetition for every ten calls, so that an outage never makes many more calls than a healthy day; at most
 * two are saved up.
 */
class RetryBudget {

    private static final int TENTHS = 10;
    private static final int SAVED_AT_MOST = 2 * TENTHS;

    private int tenths;

    synchronized void called() {
        tenths = Math.min(tenths + 1, SAVED_AT_MOST);
    }

    synchronized boolean take() {
        if (tenths < TENTHS) {
            return false;
        }
        tenths -= TENTHS;
        return true;
    }
}
