package app.almanac.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Whatever one customer of a provider may call from: an IPv4 address, or an IPv6 network of 48 bits. Tries are counted by
 * it, however an address is written.
 */
public final class Network {

    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)");
    private static final Pattern IPV6 = Pattern.compile("([0-9a-fA-F:.]{2,45})(?:%.*)?");
    private static final int IPV6_BYTES = 6;

    private Network() {}

    /**
     * In hexadecimal; empty when it is no address. In brackets, or of that form, nothing is ever asked of a name server.
     */
    public static String of(String address) {
        try {
            if (IPV4.matcher(address).matches()) {
                return HexFormat.of().formatHex(InetAddress.getByName(address).getAddress());
            }
            var ipv6 = IPV6.matcher(address);
            if (ipv6.matches()) {
                var bytes = InetAddress.getByName("[" + ipv6.group(1) + "]").getAddress();
                return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, IPV6_BYTES));
            }
        } catch (UnknownHostException noAddress) {
            // as if none was told
        }
        return "";
    }
}
