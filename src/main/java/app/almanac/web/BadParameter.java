package app.almanac.web;

/** A parameter of an address that cannot be read: answered 400 with a page that names it, and never its value. */
public class BadParameter extends RuntimeException {

    private final String parameter;

    public BadParameter(String parameter) {
        super("bad parameter " + parameter);
        this.parameter = parameter;
    }

    public String parameter() {
        return parameter;
    }
}
