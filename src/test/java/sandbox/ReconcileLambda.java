package sandbox;

import java.util.LinkedHashMap;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An identity provider's reconcile lambda, run as FusionAuth runs one: ECMAScript 2021 in GraalJS, without Java. */
public final class ReconcileLambda {

    private static final Engine ENGINE = Engine.newBuilder("js")
            .option("engine.WarnInterpreterOnly", "false")
            .build();

    private static final Source SURROUNDINGS = Source.create("js", """
            (function (input) {
              'use strict';
              for (const name of ['load', 'loadWithNewGlobal', 'print', 'printErr', 'Polyglot', 'Graal']) {
                delete globalThis[name];
              }
              globalThis.console = { info: () => {}, log: () => {}, debug: () => {}, error: () => {} };
              const given = JSON.parse(input);
              const registration = given.registration === null ? undefined : given.registration;
              reconcile(given.user, registration, given.userInfo, undefined, { access_token: 'x' }, {});
              return registration === undefined ? '' : JSON.stringify(registration);
            })
            """);

    private final Source source;

    public ReconcileLambda(String source) {
        this.source = Source.create("js", source);
    }

    /**
     * The registration as the lambda leaves it; null where there is none.
     *
     * @throws PolyglotException what the lambda threw: FusionAuth lets nobody in then
     */
    public @Nullable JsonNode reconcile(JsonNode user, @Nullable JsonNode registration, JsonNode userInfo) {
        var input = new LinkedHashMap<String, @Nullable Object>();
        input.put("user", user);
        input.put("registration", registration);
        input.put("userInfo", userInfo);
        try (var context = Context.newBuilder("js")
                .engine(ENGINE)
                .allowHostAccess(HostAccess.NONE)
                .option("js.ecmascript-version", "2021")
                .build()) {
            context.eval(source);
            var left = context.eval(SURROUNDINGS)
                    .execute(Json.MAPPER.writeValueAsString(input))
                    .asString();
            return left.isEmpty() ? null : Json.MAPPER.readTree(left);
        }
    }
}
