package app.almanac.invitations;

import io.nayuki.qrcodegen.QrCode.Ecc;

/** A QR code as an SVG path in a square of this many units, with the quiet margin that readers need. */
record QrCode(int size, String path) {

    private static final int MARGIN = 4;

    static QrCode of(String text) {
        var code = io.nayuki.qrcodegen.QrCode.encodeText(text, Ecc.MEDIUM);
        var path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M')
                            .append(x + MARGIN)
                            .append(' ')
                            .append(y + MARGIN)
                            .append("h1v1h-1z");
                }
            }
        }
        return new QrCode(code.size + 2 * MARGIN, path.toString());
    }
}
